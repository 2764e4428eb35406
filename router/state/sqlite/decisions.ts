import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

import type { Billing } from '../../types';
import type { Steps } from '../books';
import { idOfBytes } from './decisionId';
import { COLUMN_NAMES, DECISION_COLUMNS, OPTIONAL_COLUMNS, OPTIONAL_NAMES } from '../columns';
import type { ColumnType, DecisionColumn, OptionalColumn } from '../columns';
import { FILTERS } from '../decisions';
import { columnOf } from '../figures';
import type {
	AttemptCount,
	AttemptRow,
	DecisionQuery,
	DecisionRow,
	Feedback,
	KeptDecision,
	TimeSpan,
} from '../decisions';
import type { Names } from './names';
import { windowsBackOf, windowsOf } from './windows';

type Row = Record<string, SQLOutputValue>;

/** Rows with all that belongs to them, of one step. */
const ROWS_AT_ONCE = 500;

const NO_FAILURE: ReadonlySet<string | null> = new Set(['answered', 'cancelled']);

/** Name of the column in the file, where shares are whole thousandths. */
export function columnIn(name: DecisionColumn | OptionalColumn): string {
	return name === 'complexity' ? 'complexity_thousandths' : columnOf(name);
}

/** Reads stored decisions. */
export class DecisionReader {
	private texts: ReadonlyMap<number, string> = new Map();

	constructor(
		private readonly db: DatabaseSync,
		private readonly names: Names,
	) {}

	*read({ span, where, limit, offset, withLessons = false }: DecisionQuery): Steps<KeptDecision[]> {
		const { conditions, values } = this.filtersOf(where);
		const within = `FROM decisions WHERE id >= ? AND id < ?${conditions}`;
		const matching = this.db.prepare(`SELECT count(*) AS count ${within}`);
		const select = this.db.prepare(`SELECT id ${within} ORDER BY id DESC LIMIT ? OFFSET ?`);
		const ids: Uint8Array[] = [];
		let skipped = 0;
		for (const window of windowsBackOf(this.db, span)) {
			const count = skipped < offset ? Number(matching.get(...window, ...values)?.count) : 0;
			const skip = Math.min(count, offset - skipped);
			const found = select.all(...window, ...values, limit - ids.length, skip);
			skipped += skip;
			ids.push(...found.map(({ id }) => id as Uint8Array));
			if (ids.length === limit) break;
			yield;
		}
		this.texts = this.names.all();
		const kept: KeptDecision[] = [];
		const one = this.oneBy(withLessons);
		for (const [index, id] of ids.entries()) {
			kept.push(...one(id));
			if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) yield;
		}
		return kept;
	}

	*attempts(span: TimeSpan): Steps<AttemptCount[]> {
		const models = this.db.prepare('SELECT DISTINCT model, model_id FROM decisions WHERE id >= ? AND id < ?');
		const outcomes = this.db.prepare(
			'SELECT model, outcome, count(*) AS calls FROM attempts WHERE decision >= ? AND decision < ? GROUP BY model, outcome',
		);
		const ids = new Map<SQLOutputValue, SQLOutputValue>();
		const counts = new Map<SQLOutputValue, Map<SQLOutputValue, number>>();
		for (const window of windowsOf(this.db, span)) {
			for (const { model, model_id: id } of models.all(...window)) ids.set(model, id);
			for (const { model, outcome, calls } of outcomes.all(...window)) {
				const own = counts.get(model) ?? new Map<SQLOutputValue, number>();
				counts.set(model, own.set(outcome, (own.get(outcome) ?? 0) + Number(calls)));
			}
			yield;
		}
		this.texts = this.names.all();
		return [...counts].map(([model, own]) => ({
			model: this.text(model) ?? '',
			modelId: this.text(ids.get(model) ?? null),
			calls: sumOf(own.values()),
			failed: sumOf([...own].map(([outcome, calls]) => (NO_FAILURE.has(this.text(outcome)) ? 0 : calls))),
		}));
	}

	/** Column names come from our own list. All but the scope hold numbers of names; -1 matches none. */
	private filtersOf(where: DecisionQuery['where']): { conditions: string; values: Array<string | number> } {
		const numbers = new Map([...this.names.all()].map(([number, text]) => [text, number]));
		const filters = FILTERS.flatMap((column) => {
			const value = where[column];
			if (value === undefined) return [];
			return [{ column, value: column === 'scope' ? value : (numbers.get(value) ?? -1) }];
		});
		return {
			conditions: filters.map(({ column }) => ` AND ${column} = ?`).join(''),
			values: filters.map(({ value }) => value),
		};
	}

	/** @returns none where the decision was deleted meanwhile */
	private oneBy(withLessons: boolean): (id: Uint8Array) => KeptDecision[] {
		const select = this.db.prepare('SELECT * FROM decisions WHERE id = ?');
		const attemptsOf = this.db.prepare('SELECT * FROM attempts WHERE decision = ? ORDER BY n');
		const said = this.db.prepare('SELECT at, rating, note FROM feedback WHERE decision = ?');
		const learnt = this.db.prepare('SELECT learner, strong, seen FROM fingerprints WHERE decision = ?');
		return (id) =>
			select.all(id).map((row) => ({
				...this.decision(row, attemptsOf.all(id)),
				feedback: feedback(said.get(id)),
				...(withLessons && lesson(learnt.get(id))),
			}));
	}

	private decision(row: Row, attempts: readonly Row[]): DecisionRow {
		const own = COLUMN_NAMES.map((name) => [name, this.value(DECISION_COLUMNS[name], row[columnIn(name)])]);
		const more = OPTIONAL_NAMES.map((name) => [
			name,
			this.value(OPTIONAL_COLUMNS[name], row[columnIn(name)]),
		]);
		// Written from the same type.
		return {
			...Object.fromEntries(own),
			...Object.fromEntries(more.filter(([, value]) => value !== null && value !== 0)),
			attempts: attempts.map((attempt) => this.attempt(attempt, Number(row.at))),
		} as unknown as DecisionRow;
	}

	private value(type: ColumnType, value: SQLOutputValue): string | number | boolean | null {
		if (value === null) return null;
		switch (type) {
			case 'id':
				return idOfBytes(value as Uint8Array);
			case 'name':
				return this.text(value);
			case 'text':
				return String(value);
			case 'hash':
				return Buffer.from(value as Uint8Array).toString('hex');
			case 'flag':
				return value === 1;
			case 'share':
				return Number(value) / 1000;
			case 'whole':
			case 'nano':
				return Number(value);
		}
	}

	private attempt(row: Row, decidedAt: number): AttemptRow {
		return {
			model: this.text(row.model) ?? '',
			startedAt: decidedAt + Number(row.started_after_ms),
			ms: Number(row.ms),
			firstTokenMs: numberOrNull(row.first_token_ms),
			outcome: this.text(row.outcome) as AttemptRow['outcome'],
			status: numberOrNull(row.status),
			billing: this.text(row.billing) as Billing,
			inputTokens: Number(row.input_tokens),
			outputTokens: Number(row.output_tokens),
			costNano: numberOrNull(row.cost_nano),
		};
	}

	private text(number: SQLOutputValue): string | null {
		return number === null ? null : (this.texts.get(Number(number)) ?? null);
	}
}

function feedback(row: Row | undefined): Feedback | null {
	if (row === undefined) return null;
	return { at: Number(row.at), rating: row.rating as Feedback['rating'], note: textOrNull(row.note) };
}

function lesson(row: Row | undefined): Pick<DecisionRow, 'lesson'> {
	if (row === undefined) return {};
	return { lesson: { learner: String(row.learner), strong: row.strong === 1, seen: row.seen as Uint8Array } };
}

const sumOf = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

function numberOrNull(value: SQLOutputValue): number | null {
	return value === null ? null : Number(value);
}

function textOrNull(value: SQLOutputValue): string | null {
	return value === null ? null : String(value);
}
