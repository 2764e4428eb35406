import type { DatabaseSync } from 'node:sqlite';

import { firstIdAt } from './decisionId';
import type { ErrorCategory } from '../../types';
import type { Dimension, FailureGroup, TimeSpan, UsageGroup, UsageView } from '../decisions';
import type { Names } from './names';
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

/**
 * Usage straight from the decisions: one pass over each span, which is a contiguous part of the table. The rows are summed by an
 * aggregate function of ours, as SQLite's `GROUP BY` sorts them first, which takes twice as long.
 */
export class UsageReader {
	/** Of the span being read. */
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
	read(spans: readonly TimeSpan[], views: readonly UsageView[]): UsageGroup[][] {
		const dimensions = [...new Set(views.flatMap(({ groupBy }) => groupBy))];
		const keys = dimensions.map((dimension) => `, ${COLUMNS[dimension]}`).join('');
		const select = this.db.prepare(
			'SELECT tally(outcome, input_tokens, output_tokens, cost_nano, baseline_nano, ms, ' +
				`prompt_cache_nano, tier_nano, answer_cache_nano${keys}) ` +
				'FROM decisions WHERE id >= ? AND id < ?',
		);
		const texts = this.names.all();
		const textOf = (key: Key) => (typeof key === 'number' ? (texts.get(key) ?? null) : key);
		const outcomes = outcomeNumbers(texts);
		const columns = views.map(({ groupBy }) => groupBy.map((dimension) => dimensions.indexOf(dimension)));
		const wholes = views.map(() => new UsageTally(outcomes));
		const parts = views.map((view) => (view.whole ? partOf(view, views) : -1));
		const groups: UsageGroup[][] = views.map(() => []);
		spans.forEach(({ from, to }, span) => {
			const tallies = views.map(({ whole }, view) => (whole ? wholes[view] : new UsageTally(outcomes)));
			this.tallies = tallies.flatMap((tally, view) =>
				parts[view] === -1 ? [{ tally, columns: columns[view] }] : [],
			);
			select.get(firstIdAt(from), firstIdAt(to));
			views.forEach(({ whole }, view) => {
				if (!whole) groups[view].push(...tallies[view].result(span, textOf));
				else if (parts[view] !== -1) wholes[view].merge(tallies[parts[view]]);
			});
		});
		views.forEach(({ whole }, view) => {
			if (whole) groups[view] = wholes[view].result(0, textOf);
		});
		return groups;
	}

	failures({ from, to }: TimeSpan): FailureGroup[] {
		const texts = this.names.all();
		const rows = this.db
			.prepare(
				'SELECT category, model, count(*) AS requests FROM decisions WHERE id >= ? AND id < ? AND outcome = ? AND category IS NOT NULL ' +
					'GROUP BY category, model ORDER BY requests DESC, category, model',
			)
			.all(firstIdAt(from), firstIdAt(to), outcomeNumbers(texts).failed);
		return rows.map(({ category, model, requests }) => ({
			category: texts.get(category as number) as ErrorCategory,
			model: texts.get(model as number) ?? null,
			requests: Number(requests),
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
