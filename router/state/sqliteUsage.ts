import type { DatabaseSync } from 'node:sqlite';

import { firstIdAt } from './decisionId';
import type { Dimension, UsageGroup, UsageQuery } from './ledgerStore';
import type { Names } from './sqliteNames';
import { UsageTally } from './usageTally';
import type { Figures } from './usageTally';

/** What may become part of a statement; all but `scope` hold numbers of names. */
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
 * Usage out of the decisions themselves, so that no second book can differ from the first: one pass over each span,
 * which is a piece of the table as that is ordered by time. The rows are summed here, by an aggregate function of
 * ours: SQLite's own `GROUP BY` sorts them first, which takes twice as long.
 */
export class UsageReader {
	private tally: UsageTally | null = null;

	constructor(
		private readonly db: DatabaseSync,
		private readonly names: Names,
	) {
		db.aggregate<number>('tally', {
			varargs: true,
			start: 0,
			// Of the types that `SELECT` below gives it.
			step: (rows, outcome, inputTokens, outputTokens, costNano, baselineNano, ms, ...keys) => {
				const figures: Figures = {
					outcome: outcome as number,
					inputTokens: inputTokens as number,
					outputTokens: outputTokens as number,
					costNano: costNano as Amount,
					baselineNano: baselineNano as Amount,
					ms: ms as number,
				};
				this.tally?.add(figures, keys as Array<string | number | null>);
				return rows + 1;
			},
		});
	}

	read({ spans, groupBy }: UsageQuery): UsageGroup[] {
		const keys = groupBy.map((dimension) => `, ${COLUMNS[dimension]}`).join('');
		const select = this.db.prepare(
			`SELECT tally(outcome, input_tokens, output_tokens, cost_nano, baseline_nano, ms${keys}) ` +
				'FROM decisions WHERE id >= ? AND id < ?',
		);
		const texts = this.names.all();
		const numbers = new Map([...texts].map(([number, text]) => [text, number]));
		const numberOf = (outcome: string) => numbers.get(outcome) ?? -1;
		const outcomes = {
			answered: numberOf('answered'),
			fallback: numberOf('fallback'),
			failed: numberOf('failed'),
		};
		return spans.flatMap(({ from, to }, span) => {
			const tally = new UsageTally(outcomes);
			this.tally = tally;
			select.get(firstIdAt(from), firstIdAt(to));
			return tally.result(span, (key) => (typeof key === 'number' ? (texts.get(key) ?? null) : key));
		});
	}
}
