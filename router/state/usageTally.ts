import type { NanoDollars } from '../types';
import type { UsageGroup } from './decisions';

/** A key or an outcome: a text, or the number that a file has for it. */
type Value = string | number | null;

/** What usage reads of a decision. */
export interface Figures {
	outcome: Value;
	inputTokens: number;
	outputTokens: number;
	costNano: NanoDollars | null;
	baselineNano: NanoDollars | null;
	ms: number;
	promptCacheNano?: NanoDollars;
	tierNano?: NanoDollars;
	answerCacheNano?: NanoDollars;
}

interface Group {
	keys: readonly Value[];
	requests: number;
	answered: number;
	fallbacks: number;
	failed: number;
	inputTokens: number;
	outputTokens: number;
	costNano: NanoDollars;
	knownCosts: number;
	baselineNano: NanoDollars;
	knownBaselines: number;
	savedNano: NanoDollars;
	knownSavings: number;
	promptCacheNano: NanoDollars;
	tierNano: NanoDollars;
	answerCacheNano: NanoDollars;
	latencies: number[];
}

/** What an outcome is called by whoever counts. */
export type OutcomeValues = Record<'answered' | 'fallback' | 'failed', Value>;

/** Sums the decisions of one span by their keys. The one book of usage, whatever the decisions are read from. */
export class UsageTally {
	private readonly groups = new Map<Value, Group>();

	constructor(private readonly outcomes: OutcomeValues) {}

	/** @param keys of the decision. @param columns which of them it is grouped by */
	add(figures: Figures, keys: readonly Value[], columns: readonly number[]): void {
		const name = nameOf(keys, columns);
		let group = this.groups.get(name);
		if (!group) this.groups.set(name, (group = newGroup(columns.map((column) => keys[column]))));
		group.requests += 1;
		group.inputTokens += figures.inputTokens;
		group.outputTokens += figures.outputTokens;
		this.countOutcome(group, figures);
		countMoney(group, figures);
	}

	/** What another tally, grouped by the same columns, has summed of other decisions. */
	merge(other: UsageTally): void {
		for (const [name, theirs] of other.groups) {
			const ours = this.groups.get(name);
			if (!ours) this.groups.set(name, { ...theirs, latencies: [...theirs.latencies] });
			else {
				for (const key of SUMMED) ours[key] += theirs[key];
				for (const ms of theirs.latencies) ours.latencies.push(ms);
			}
		}
	}

	/** @param textOf of a key */
	result(span: number, textOf: (key: Value, index: number) => string | null): UsageGroup[] {
		return [...this.groups.values()].map((group) => {
			const [p50Ms, p95Ms] = percentilesOf(group.latencies) ?? [null, null];
			return {
				span,
				keys: group.keys.map(textOf),
				requests: group.requests,
				answered: group.answered,
				fallbacks: group.fallbacks,
				failed: group.failed,
				inputTokens: group.inputTokens,
				outputTokens: group.outputTokens,
				costNano: group.knownCosts > 0 ? group.costNano : null,
				baselineNano: group.knownBaselines > 0 ? group.baselineNano : null,
				savedNano: group.knownSavings > 0 ? group.savedNano : null,
				...(group.promptCacheNano !== 0 && { promptCacheNano: group.promptCacheNano }),
				...(group.tierNano !== 0 && { tierNano: group.tierNano }),
				...(group.answerCacheNano !== 0 && { answerCacheNano: group.answerCacheNano }),
				unknownCost: group.requests - group.knownCosts,
				p50Ms,
				p95Ms,
			};
		});
	}

	private countOutcome(group: Group, { outcome, ms }: Figures): void {
		const { answered, fallback, failed } = this.outcomes;
		if (outcome === answered) group.answered += 1;
		else if (outcome === fallback) group.fallbacks += 1;
		else {
			if (outcome === failed) group.failed += 1;
			return;
		}
		group.latencies.push(ms);
	}
}

const SUMMED = [
	'requests',
	'answered',
	'fallbacks',
	'failed',
	'inputTokens',
	'outputTokens',
	'costNano',
	'knownCosts',
	'baselineNano',
	'knownBaselines',
	'savedNano',
	'knownSavings',
	'promptCacheNano',
	'tierNano',
	'answerCacheNano',
] as const satisfies ReadonlyArray<keyof Group>;

/** Runs for every decision and view, so nothing is made for the usual one key. */
function nameOf(keys: readonly Value[], columns: readonly number[]): Value {
	if (columns.length === 0) return null;
	if (columns.length === 1) return keys[columns[0]];
	return JSON.stringify(columns.map((column) => keys[column]));
}

function newGroup(keys: readonly Value[]): Group {
	return {
		keys,
		requests: 0,
		answered: 0,
		fallbacks: 0,
		failed: 0,
		inputTokens: 0,
		outputTokens: 0,
		costNano: 0,
		knownCosts: 0,
		baselineNano: 0,
		knownBaselines: 0,
		savedNano: 0,
		knownSavings: 0,
		promptCacheNano: 0,
		tierNano: 0,
		answerCacheNano: 0,
		latencies: [],
	};
}

function countMoney(group: Group, figures: Figures): void {
	const { costNano, baselineNano, promptCacheNano = 0, tierNano = 0, answerCacheNano = 0 } = figures;
	if (costNano !== null) {
		group.costNano += costNano;
		group.knownCosts += 1;
	}
	if (baselineNano === null) return;
	group.baselineNano += baselineNano;
	group.knownBaselines += 1;
	if (costNano === null) return;
	group.savedNano += baselineNano - costNano;
	group.knownSavings += 1;
	group.promptCacheNano += promptCacheNano;
	group.tierNano += tierNano;
	group.answerCacheNano += answerCacheNano;
}

/** Nearest rank: the smallest value that at least the share of all values does not exceed. null without values. */
function percentilesOf(values: readonly number[]): [p50: number, p95: number] | null {
	if (values.length === 0) return null;
	const sorted = Float64Array.from(values).sort();
	const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
	return [rank(0.5), rank(0.95)];
}
