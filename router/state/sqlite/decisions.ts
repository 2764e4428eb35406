import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';

import type { Billing } from '../../types';
import { firstIdAt, idOfBytes } from './decisionId';
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

type Row = Record<string, SQLOutputValue>;

/** Name of the column in the file, where shares are whole thousandths. */
export function columnIn(name: DecisionColumn | OptionalColumn): string {
	return name === 'complexity' ? 'complexity_thousandths' : columnOf(name);
}

/** Reads stored decisions. */
export class DecisionReader {
	private readonly texts: Map<number, string>;

	constructor(
		private readonly db: DatabaseSync,
		names: Names,
	) {
		this.texts = names.all();
	}

	read({ span: { from, to }, where, limit, offset, withLessons = false }: DecisionQuery): KeptDecision[] {
		const numbers = new Map([...this.texts].map(([number, text]) => [text, number]));
		// Column names come from our own list. All but the scope hold numbers of names; -1 matches none.
		const filters = FILTERS.flatMap((key) => {
			const value = where[key];
			if (value === undefined) return [];
			return [{ column: key, value: key === 'scope' ? value : (numbers.get(value) ?? -1) }];
		});
		const conditions = filters.map(({ column }) => ` AND ${column} = ?`).join('');
		const select = this.db.prepare(
			`SELECT * FROM decisions WHERE id >= ? AND id < ?${conditions} ORDER BY id DESC LIMIT ? OFFSET ?`,
		);
		const values = filters.map(({ value }) => value);
		const attemptsOf = this.db.prepare('SELECT * FROM attempts WHERE decision = ? ORDER BY n');
		const said = this.db.prepare('SELECT at, rating, note FROM feedback WHERE decision = ?');
		const learnt = this.db.prepare('SELECT learner, strong, seen FROM fingerprints WHERE decision = ?');
		return select.all(firstIdAt(from), firstIdAt(to), ...values, limit, offset).map((row) => ({
			...this.decision(row, attemptsOf.all(row.id)),
			feedback: feedback(said.get(row.id)),
			...(withLessons && lesson(learnt.get(row.id))),
		}));
	}

	attempts({ from, to }: TimeSpan): AttemptCount[] {
		const span = [firstIdAt(from), firstIdAt(to)];
		const ids = new Map(
			this.db
				.prepare('SELECT DISTINCT model, model_id FROM decisions WHERE id >= ? AND id < ?')
				.all(...span)
				.map((row) => [row.model, row.model_id]),
		);
		const numbers = new Map([...this.texts].map(([number, text]) => [text, number]));
		const noFailures = ['answered', 'cancelled'].map((outcome) => numbers.get(outcome) ?? -1);
		return this.db
			.prepare(
				'SELECT model, count(*) AS calls, sum(outcome NOT IN (?, ?)) AS failed FROM attempts ' +
					'WHERE decision >= ? AND decision < ? GROUP BY model',
			)
			.all(...noFailures, ...span)
			.map((row) => ({
				model: this.text(row.model) ?? '',
				modelId: this.text(ids.get(row.model) ?? null),
				calls: Number(row.calls),
				failed: Number(row.failed),
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

function numberOrNull(value: SQLOutputValue): number | null {
	return value === null ? null : Number(value);
}

function textOrNull(value: SQLOutputValue): string | null {
	return value === null ? null : String(value);
}
