/** Usage as anyone would count it, row by row: what all stores are held to. */
import type { DecisionRow, TimeSpan, UsageGroup, UsageView } from '../../../router/state/state';
import { DIMENSIONS } from '../../../router/state/state';
import { decisionRow } from './decisionRows';

export function plainUsage(
	rows: readonly DecisionRow[],
	spans: readonly TimeSpan[],
	{ groupBy, whole }: UsageView,
): UsageGroup[] {
	const groups = new Map<string, { span: number; keys: Array<string | null>; rows: DecisionRow[] }>();
	for (const row of rows) {
		const within = spans.findIndex(({ from, to }) => row.at >= from && row.at < to);
		if (within === -1) continue;
		const span = whole ? 0 : within;
		const keys = groupBy.map((key) => row[key]);
		const group = groups.get(JSON.stringify([span, keys])) ?? { span, keys, rows: [] };
		groups.set(JSON.stringify([span, keys]), group);
		group.rows.push(row);
	}
	return [...groups.values()].map(({ span, keys, rows: own }) => ({ span, keys, ...figures(own) }));
}

function figures(rows: readonly DecisionRow[]): Omit<UsageGroup, 'span' | 'keys'> {
	const count = (outcome: string) => rows.filter((row) => row.outcome === outcome).length;
	const sum = (values: number[]) => values.reduce((all, value) => all + value, 0);
	const known = (values: Array<number | null>) => {
		const numbers = values.flatMap((value) => (value === null ? [] : [value]));
		return numbers.length > 0 ? sum(numbers) : null;
	};
	const compared = rows.filter(({ costNano, baselineNano }) => costNano !== null && baselineNano !== null);
	const part = (key: 'promptCacheNano' | 'tierNano' | 'answerCacheNano') => {
		const nano = sum(compared.map((row) => row[key] ?? 0));
		return nano === 0 ? {} : { [key]: nano };
	};
	const times = rows
		.filter(({ outcome }) => outcome === 'answered' || outcome === 'fallback')
		.map(({ ms }) => ms)
		.sort((one, other) => one - other);
	const rank = (share: number) => (times.length > 0 ? times[Math.ceil(share * times.length) - 1] : null);
	return {
		requests: rows.length,
		answered: count('answered'),
		fallbacks: count('fallback'),
		failed: count('failed'),
		inputTokens: sum(rows.map(({ inputTokens }) => inputTokens)),
		outputTokens: sum(rows.map(({ outputTokens }) => outputTokens)),
		unknownCost: rows.filter(({ costNano }) => costNano === null).length,
		costNano: known(rows.map(({ costNano }) => costNano)),
		baselineNano: known(rows.map(({ baselineNano }) => baselineNano)),
		savedNano: known(compared.map(({ costNano, baselineNano }) => Number(baselineNano) - Number(costNano))),
		...part('promptCacheNano'),
		...part('tierNano'),
		...part('answerCacheNano'),
		p50Ms: rank(0.5),
		p95Ms: rank(0.95),
	};
}

/** In the order of spans and keys. */
export function inOrder(groups: readonly UsageGroup[]): UsageGroup[] {
	return [...groups].sort(
		(a, b) => a.span - b.span || JSON.stringify(a.keys).localeCompare(JSON.stringify(b.keys)),
	);
}

/** Decisions of any kind within a span. */
export function anyRows(
	count: number,
	{ from, to }: TimeSpan,
	chance: () => number,
	names = 3,
): DecisionRow[] {
	const pick = <T>(values: readonly T[]): T => values[Math.floor(chance() * values.length)];
	const name = (word: string) => (chance() < 0.1 ? null : `${word} ${Math.floor(names * chance())}`);
	const nano = () => (chance() < 0.2 ? null : Math.floor(1e9 * chance() * chance()));
	return Array.from({ length: count }, () => {
		const outcome = pick(['answered', 'answered', 'fallback', 'failed', 'noMatch'] as const);
		return decisionRow(from + Math.floor((to - from) * chance()), {
			workflow: name('workflow'),
			scope: name('scope'),
			route: name('route'),
			task: pick(['coding', 'translation', null]),
			model: name('model'),
			provider: pick(['openAi', 'anthropic', null]),
			outcome,
			category: outcome === 'failed' ? pick(['timeout', 'overloaded', null]) : null,
			inputTokens: Math.floor(1e6 * chance()),
			outputTokens: Math.floor(1e5 * chance()),
			costNano: nano(),
			baselineNano: nano(),
			ms: Math.floor(10 ** (5 * chance())),
			...(chance() < 0.2 && { promptCacheNano: 7, tierNano: -3 }),
			...(chance() < 0.1 && { answerCacheNano: 11 }),
		});
	});
}

/** Any way to cut time into spans, with gaps and without, and to look at them. */
export function anyQuestion(
	{ from, to }: TimeSpan,
	chance: () => number,
): { spans: TimeSpan[]; views: UsageView[] } {
	const length = (to - from) / (1 + Math.floor(6 * chance()));
	const spans: TimeSpan[] = [];
	for (let at = from - length * chance(); at < to; at += length) {
		const span = { from: Math.floor(at), to: Math.floor(at + length) };
		if (chance() > 0.15) spans.push(span);
	}
	const views = Array.from({ length: 1 + Math.floor(5 * chance()) }, () => ({
		groupBy: DIMENSIONS.filter(() => chance() < 0.2),
		whole: chance() < 0.5,
	}));
	return { spans, views };
}
