import type { NanoDollars } from '../types';
import type { UsageGroup } from './decisions';
import { addSums, figuresOf, noSums } from './figures';
import type { Sums } from './figures';

/** A key or an outcome: a text, or the number that a file has for it. */
type Value = string | number | null;

/** The part of a decision that usage needs. */
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
	sums: Sums;
	/** How many answered decisions took how many ms. */
	latencies: Map<number, number>;
}

/** The store's values for the outcomes. */
export type OutcomeValues = Record<'answered' | 'fallback' | 'failed', Value>;

/** Sums the decisions of one span by key, row by row. Used by memory and file. */
export class UsageTally {
	private readonly groups = new Map<Value, Group>();

	constructor(private readonly outcomes: OutcomeValues) {}

	/** @param keys of the decision @param columns indices of the keys to group by */
	add(figures: Figures, keys: readonly Value[], columns: readonly number[]): void {
		const name = nameOf(keys, columns);
		let group = this.groups.get(name);
		if (!group) {
			group = { keys: columns.map((column) => keys[column]), sums: noSums(), latencies: new Map() };
			this.groups.set(name, group);
		}
		group.sums.requests += 1;
		group.sums.inputTokens += figures.inputTokens;
		group.sums.outputTokens += figures.outputTokens;
		this.countOutcome(group, figures);
		countMoney(group.sums, figures);
	}

	/** Adds another tally over other decisions, grouped by the same columns. */
	merge(other: UsageTally): void {
		for (const [name, theirs] of other.groups) {
			const ours = this.groups.get(name);
			if (ours) {
				addSums(ours.sums, theirs.sums);
				for (const [ms, count] of theirs.latencies) countIn(ours.latencies, ms, count);
			} else {
				const { keys, sums, latencies } = theirs;
				this.groups.set(name, { keys, sums: { ...sums }, latencies: new Map(latencies) });
			}
		}
	}

	/** @param textOf of a key */
	result(span: number, textOf: (key: Value, index: number) => string | null): UsageGroup[] {
		return [...this.groups.values()].map(({ keys, sums, latencies }) => {
			const [p50Ms, p95Ms] = percentilesOf(latencies) ?? [null, null];
			return { span, keys: keys.map(textOf), ...figuresOf(sums), p50Ms, p95Ms };
		});
	}

	private countOutcome({ sums, latencies }: Group, { outcome, ms }: Figures): void {
		const { answered, fallback, failed } = this.outcomes;
		if (outcome === answered) sums.answered += 1;
		else if (outcome === fallback) sums.fallbacks += 1;
		else {
			if (outcome === failed) sums.failed += 1;
			return;
		}
		countIn(latencies, ms, 1);
	}
}

/** Hot path: runs for every decision and view, so a single key is used as it is. */
function nameOf(keys: readonly Value[], columns: readonly number[]): Value {
	if (columns.length === 0) return null;
	if (columns.length === 1) return keys[columns[0]];
	return JSON.stringify(columns.map((column) => keys[column]));
}

function countMoney(sums: Sums, figures: Figures): void {
	const { costNano, baselineNano, promptCacheNano = 0, tierNano = 0, answerCacheNano = 0 } = figures;
	if (costNano === null) sums.unknownCost += 1;
	else sums.costNano = (sums.costNano ?? 0) + costNano;
	if (baselineNano === null) return;
	sums.baselineNano = (sums.baselineNano ?? 0) + baselineNano;
	if (costNano === null) return;
	sums.savedNano = (sums.savedNano ?? 0) + baselineNano - costNano;
	sums.promptCacheNano += promptCacheNano;
	sums.tierNano += tierNano;
	sums.answerCacheNano += answerCacheNano;
}

const countIn = (counts: Map<number, number>, ms: number, count: number): void =>
	void counts.set(ms, (counts.get(ms) ?? 0) + count);

/** Nearest rank: the smallest value that at least the share of all values does not exceed. null without values. */
function percentilesOf(counts: ReadonlyMap<number, number>): [p50: number, p95: number] | null {
	if (counts.size === 0) return null;
	const sorted = [...counts].sort(([a], [b]) => a - b);
	const total = sorted.reduce((sum, [, count]) => sum + count, 0);
	const rank = (share: number): number => {
		let left = Math.max(1, Math.ceil(share * total));
		return sorted.find(([, count]) => (left -= count) <= 0)![0];
	};
	return [rank(0.5), rank(0.95)];
}
