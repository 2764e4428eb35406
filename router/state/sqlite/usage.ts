import type { DatabaseSync } from 'node:sqlite';

import type { ErrorCategory } from '../../types';
import type { Dimension, FailureGroup, TimeSpan, UsageGroup, UsageView } from '../decisions';
import type { Steps } from '../books';
import type { Names } from './names';
import { windowsOf } from './windows';
import { UsageTally } from '../usageTally';
import type { Figures } from '../usageTally';

/** Columns that may become part of a statement; all but `scope` hold numbers of names. */
const COLUMNS: Readonly<Record<Dimension, string>> = {
	model: 'model',
	provider: 'provider',
	route: 'route',
	task: 'task',
	workflow: 'workflow',
	scope: 'scope',
};

type Amount = number | null;

/** Spans whose sums are put into words in one step. */
const SPANS_AT_ONCE = 20;

/**
 * Usage straight from the decisions: one pass over each span, which is a contiguous part of the table. The rows are summed by an
 * aggregate function of ours, as SQLite's `GROUP BY` sorts them first, which takes twice as long.
 */
export class UsageReader {
	/** Of the step being taken: reads that take turns share the aggregate. */
	private tallies: ReadonlyArray<{ tally: UsageTally; columns: readonly number[] }> = [];

	constructor(
		private readonly db: DatabaseSync,
		private readonly names: Names,
	) {
		db.aggregate<number>('tally', {
			varargs: true,
			start: 0,
			// Types as in the SELECT below.
			step: (rows, outcome, inputTokens, outputTokens, costNano, baselineNano, ms, ...rest) => {
				const [promptCacheNano, tierNano, answerCacheNano, ...keys] = rest;
				const figures: Figures = {
					outcome: outcome as number,
					inputTokens: inputTokens as number,
					outputTokens: outputTokens as number,
					costNano: costNano as Amount,
					baselineNano: baselineNano as Amount,
					ms: ms as number,
					promptCacheNano: promptCacheNano as number,
					tierNano: tierNano as number,
					answerCacheNano: answerCacheNano as number,
				};
				for (const { tally, columns } of this.tallies) tally.add(figures, keys as Key[], columns);
				return rows + 1;
			},
		});
	}

	/** @returns groups by view */
	*read(spans: readonly TimeSpan[], views: readonly UsageView[]): Steps<UsageGroup[][]> {
		const dimensions = [...new Set(views.flatMap(({ groupBy }) => groupBy))];
		const keys = dimensions.map((dimension) => `, ${COLUMNS[dimension]}`).join('');
		const select = this.db.prepare(
			'SELECT tally(outcome, input_tokens, output_tokens, cost_nano, baseline_nano, ms, ' +
				`prompt_cache_nano, tier_nano, answer_cache_nano${keys}) ` +
				'FROM decisions WHERE id >= ? AND id < ?',
		);
		const outcomes = outcomeNumbers(this.names.all());
		const columns = views.map(({ groupBy }) => groupBy.map((dimension) => dimensions.indexOf(dimension)));
		const parts = views.map((view) => (view.whole ? partOf(view, views) : -1));
		const wholes = views.map(() => new UsageTally(outcomes));
		const bySpan = spans.map(() =>
			views.map(({ whole }, view) => (whole ? wholes[view] : new UsageTally(outcomes))),
		);
		for (const [span, tallies] of bySpan.entries()) {
			const counted = tallies.flatMap((tally, view) =>
				parts[view] === -1 ? [{ tally, columns: columns[view] }] : [],
			);
			for (const window of windowsOf(this.db, spans[span])) {
				this.tallies = counted;
				select.get(...window);
				yield;
			}
		}
		// Names that are new since the first step are among them.
		const texts = this.names.all();
		const textOf = (key: Key) => (typeof key === 'number' ? (texts.get(key) ?? null) : key);
		const groups: UsageGroup[][] = views.map(() => []);
		for (const [span, tallies] of bySpan.entries()) {
			views.forEach(({ whole }, view) => {
				if (!whole) groups[view].push(...tallies[view].result(span, textOf));
				else if (parts[view] !== -1) wholes[view].merge(tallies[parts[view]]);
			});
			if (span % SPANS_AT_ONCE === SPANS_AT_ONCE - 1) yield;
		}
		return groups.map((found, view) => (views[view].whole ? wholes[view].result(0, textOf) : found));
	}

	*failures(span: TimeSpan): Steps<FailureGroup[]> {
		const { failed } = outcomeNumbers(this.names.all());
		const select = this.db.prepare(
			'SELECT category, model, count(*) AS requests FROM decisions WHERE id >= ? AND id < ? AND outcome = ? AND category IS NOT NULL ' +
				'GROUP BY category, model',
		);
		const groups = new Map<string, { category: number; model: number | null; requests: number }>();
		for (const window of windowsOf(this.db, span)) {
			for (const { category, model, requests } of select.all(...window, failed)) {
				const name = `${category} ${model}`;
				const before = groups.get(name)?.requests ?? 0;
				groups.set(name, {
					category: category as number,
					model: model as number | null,
					requests: before + Number(requests),
				});
			}
			yield;
		}
		const texts = this.names.all();
		return [...groups.values()]
			.sort((a, b) => b.requests - a.requests || a.category - b.category)
			.map(({ category, model, requests }) => ({
				category: texts.get(category) as ErrorCategory,
				model: model === null ? null : (texts.get(model) ?? null),
				requests,
			}));
	}
}

/** Index of the view by span that a view of the whole can be merged from, to save a second count; -1 if none. */
function partOf({ groupBy }: UsageView, views: readonly UsageView[]): number {
	return views.findIndex((view) => !view.whole && view.groupBy.join() === groupBy.join());
}

type Key = string | number | null;

/** Numbers of the outcomes' names in the file; -1 for one that does not occur yet. */
function outcomeNumbers(
	texts: ReadonlyMap<number, string>,
): Record<'answered' | 'fallback' | 'failed', number> {
	const numbers = new Map([...texts].map(([number, text]) => [text, number]));
	const numberOf = (outcome: string) => numbers.get(outcome) ?? -1;
	return {
		answered: numberOf('answered'),
		fallback: numberOf('fallback'),
		failed: numberOf('failed'),
	};
}
