import { createHash } from 'node:crypto';

import type {
	AttemptCount,
	DecisionQuery,
	DecisionRow,
	FailureGroup,
	Feedback,
	History,
	KeptDecision,
	LessonCount,
	RatedLesson,
	TimeSpan,
	UsageGroup,
	UsageQuery,
	UsageView,
} from '../decisions';
import { COLUMN_NAMES, DECISION_COLUMNS, wholeOrNull } from '../columns';
import type { ColumnType, DecisionColumn } from '../columns';
import { FILTERS } from '../decisions';
import { columnOf } from '../figures';
import type { ErrorCategory } from '../../types';
import { storable } from '../../text/storable';
import { DAY_MS } from '../../types/time';
import { SERVER_CLOCK } from './database';
import type { Database, Query } from './database';
import { firstIdAt } from './decisionId';
import { UsageHours } from './hours';
import { PostgresUsage } from './usage';

/** Decisions deleted per transaction, to keep locks short. */
const PRUNE_CHUNK = 5_000;

type Row = Record<string, unknown>;

/** The ledger of all processes. */
export class PostgresLedger implements History {
	private readonly table: string;

	private readonly usageReader: PostgresUsage;

	private readonly hours: UsageHours;

	constructor(
		private readonly db: Database,
		summedFrom?: number,
	) {
		this.table = `${db.schema}.decisions`;
		this.usageReader = new PostgresUsage(db);
		this.hours = new UsageHours(db, summedFrom);
	}

	/** Known ids are left as they are. */
	async append(rows: readonly DecisionRow[]): Promise<void> {
		if (rows.length === 0) return;
		const late = await this.insertInTime(rows);
		if (late.size === 0) return;
		await this.hours.change((query) =>
			this.insert(
				rows.filter(({ id }) => late.has(id)),
				query,
			),
		);
	}

	async rate(id: string, { at, rating, note }: Feedback): Promise<boolean> {
		const rows = await this.db.query(
			`UPDATE ${this.table} SET rating = $2, rated_at = $3, note = $4 WHERE id = $1 RETURNING id`,
			[id, rating, Math.floor(at), note],
		);
		return rows.length > 0;
	}

	async prune(now: number): Promise<boolean> {
		const gone = await this.hours.change((query) =>
			query<{ at: string }>(
				`DELETE FROM ${this.table} WHERE id IN (SELECT id FROM ${this.table} ` +
					`WHERE at + retention_days * 86400000::bigint <= $1 LIMIT ${PRUNE_CHUNK}) RETURNING at`,
				[Math.floor(now)],
			),
		);
		if (gone.length > 0 || (await this.hours.sumUp(now))) return true;
		const t = this.db.schema;
		// Both are written by the server's clock. A worker whose clock runs ahead must not delete what others spent.
		const by = `least($1::float8, ${SERVER_CLOCK})`;
		await this.db.query(`DELETE FROM ${t}.reservations WHERE expires_at < ${by} AND settled`, [now]);
		await this.db.query(`DELETE FROM ${t}.accounts WHERE used_at < ${by} - ${90 * DAY_MS}`, [now]);
		await this.db.query(
			`DELETE FROM ${t}.facts WHERE changed_at < now() - CASE kind WHEN 'pace' THEN interval '1 hour' ELSE interval '30 days' END`,
		);
		return false;
	}

	async salt(): Promise<string> {
		const [row] = await this.db.query<{ value: string }>(
			`SELECT value FROM ${this.db.schema}.secrets WHERE name = 'salt'`,
		);
		return row?.value ?? createHash('md5').update('').digest('hex');
	}

	async usage({ spans, groupBy }: UsageQuery): Promise<UsageGroup[]> {
		const [groups] = await this.usageReader.views(spans, [{ groupBy, whole: false }]);
		return groups;
	}

	async usageViews(spans: readonly TimeSpan[], views: readonly UsageView[]): Promise<UsageGroup[][]> {
		return await this.usageReader.views(spans, views);
	}

	async failures({ from, to }: TimeSpan): Promise<FailureGroup[]> {
		const rows = await this.read<{ category: ErrorCategory; model: string | null; requests: string }>(
			`SELECT category, model, count(*) AS requests FROM ${this.table} WHERE id >= $1 AND id < $2 ` +
				"AND outcome = 'failed' AND category IS NOT NULL GROUP BY category, model ORDER BY requests DESC, category, model",
			[firstIdAt(from), firstIdAt(to)],
		);
		return rows.map((row) => ({ ...row, requests: Number(row.requests) }));
	}

	async attempts({ from, to }: TimeSpan): Promise<AttemptCount[]> {
		const rows = await this.read<{
			model: string;
			model_id: string | null;
			calls: string;
			failed: string;
		}>(
			`WITH d AS (SELECT model, model_id, attempts FROM ${this.table} WHERE id >= $1 AND id < $2), ` +
				'ids AS (SELECT model, max(model_id) AS model_id FROM d GROUP BY model), ' +
				"calls AS (SELECT a->>'model' AS model, count(*) AS calls, " +
				"count(*) FILTER (WHERE a->>'outcome' NOT IN ('answered', 'cancelled')) AS failed " +
				'FROM d CROSS JOIN LATERAL jsonb_array_elements(d.attempts) a GROUP BY 1) ' +
				'SELECT calls.*, ids.model_id FROM calls LEFT JOIN ids USING (model)',
			[firstIdAt(from), firstIdAt(to)],
		);
		return rows.map(({ model, model_id: modelId, calls, failed }) => ({
			model,
			modelId,
			calls: Number(calls),
			failed: Number(failed),
		}));
	}

	async decisions({
		span,
		where,
		limit,
		offset,
		withLessons = false,
	}: DecisionQuery): Promise<KeptDecision[]> {
		// Column names come from our own list.
		const filters = FILTERS.filter((key) => where[key] !== undefined);
		const conditions = filters.map((key, i) => ` AND ${key} = $${i + 5}`).join('');
		const rows = await this.read<Row>(
			`SELECT * FROM ${this.table} WHERE id >= $1 AND id < $2${conditions} ORDER BY id DESC LIMIT $3 OFFSET $4`,
			[firstIdAt(span.from), firstIdAt(span.to), limit, offset, ...filters.map((key) => where[key])],
		);
		return rows.map((row) => ({ ...decisionOf(row), ...(withLessons && lessonOf(row)) }));
	}

	async countLessons(learner: string, since: number): Promise<LessonCount> {
		const [row] = await this.db.query<{ rated: string; latest: string | null; newer: string }>(
			`SELECT count(*) AS rated, max(rated_at) AS latest, count(*) FILTER (WHERE rated_at > $2) AS newer FROM ${this.table} ` +
				'WHERE learner = $1 AND rating IS NOT NULL',
			[learner, Math.floor(since)],
		);
		return { rated: Number(row.rated), latest: Number(row.latest ?? 0), newer: Number(row.newer) };
	}

	async lessons(learner: string, limit: number): Promise<RatedLesson[]> {
		const rows = await this.db.query<{ strong: boolean; seen: Uint8Array; rating: Feedback['rating'] }>(
			`SELECT strong, seen, rating FROM ${this.table} WHERE learner = $1 AND rating IS NOT NULL ORDER BY id DESC LIMIT $2`,
			[learner, limit],
		);
		return rows.reverse().map(({ strong, seen, rating }) => ({ strong, seen: new Uint8Array(seen), rating }));
	}

	async earliest(): Promise<number | null> {
		const [row] = await this.db.query<{ at: string }>(`SELECT at FROM ${this.table} ORDER BY id LIMIT 1`);
		return row ? Number(row.at) : null;
	}

	private read: Query = async (sql, values) =>
		await this.db.report(async (query) => await query(sql, values));

	/** @returns ids of the late ones, which were not written */
	private async insertInTime(rows: readonly DecisionRow[]): Promise<Set<string>> {
		const late = await this.db.query<{ id: string }>(
			`WITH given AS (SELECT *, ${this.hours.isLate('at')} AS is_late FROM jsonb_populate_recordset(NULL::${this.table}, $1::jsonb)), ` +
				`written AS (INSERT INTO ${this.table} (${INSERTED}) SELECT ${INSERTED} FROM given WHERE NOT is_late ON CONFLICT DO NOTHING) ` +
				'SELECT id FROM given WHERE is_late',
			[linesOf(rows)],
		);
		return new Set(late.map(({ id }) => id));
	}

	/** @returns the times of the rows that were new */
	private async insert(rows: readonly DecisionRow[], query: Query): Promise<Array<{ at: string }>> {
		return await query<{ at: string }>(
			`INSERT INTO ${this.table} (${INSERTED}) SELECT ${INSERTED} FROM jsonb_populate_recordset(NULL::${this.table}, $1::jsonb) ` +
				'ON CONFLICT DO NOTHING RETURNING at',
			[linesOf(rows)],
		);
	}
}

const INSERTED = [...COLUMN_NAMES.map(columnOf), 'attempts', 'more', 'learner', 'strong', 'seen'].join(', ');

/** JSON for `jsonb_populate_recordset`. */
function linesOf(rows: readonly DecisionRow[]): string {
	return JSON.stringify(
		rows.map((row) => {
			const { lesson, attempts } = row;
			return {
				...Object.fromEntries(COLUMN_NAMES.map((name) => [columnOf(name), valueOf(name, row[name])])),
				attempts: attempts.map((attempt) => ({ ...attempt, model: storable(attempt.model) })),
				more: moreOf(row),
				learner: lesson?.learner ?? null,
				strong: lesson?.strong ?? null,
				seen: lesson ? `\\x${Buffer.from(lesson.seen).toString('hex')}` : null,
			};
		}),
	);
}

/** Fields without a column, including those of later versions. */
function moreOf(row: DecisionRow): Row {
	const { attempts: _attempts, lesson: _lesson, ...own } = row;
	return Object.fromEntries(Object.entries(own).filter(([name]) => !(name in DECISION_COLUMNS)));
}

function lessonOf({ learner, strong, seen }: Row): Pick<DecisionRow, 'lesson'> {
	if (learner === null) return {};
	return {
		lesson: { learner: String(learner), strong: strong === true, seen: new Uint8Array(seen as Buffer) },
	};
}

function decisionOf(row: Row): KeptDecision {
	const own = COLUMN_NAMES.map((name) => {
		const value = row[columnOf(name)];
		// `pg` returns bigint as text.
		return [name, NUMBERS.has(DECISION_COLUMNS[name]) && value !== null ? Number(value) : value];
	});
	const feedback =
		row.rating === null ? null : { at: Number(row.rated_at), rating: row.rating, note: row.note };
	const { more } = row;
	// Written from the same type.
	return {
		...Object.fromEntries(own),
		...(typeof more === 'object' ? more : {}),
		attempts: row.attempts,
		feedback,
	} as unknown as KeptDecision;
}

const NUMBERS: ReadonlySet<ColumnType> = new Set(['whole', 'nano', 'share']);

function valueOf(name: DecisionColumn, value: DecisionRow[DecisionColumn]): DecisionRow[DecisionColumn] {
	if (typeof value === 'string') return storable(value);
	if (typeof value !== 'number') return value;
	if (DECISION_COLUMNS[name] === 'share') return Math.round(value * 1000) / 1000;
	return DECISION_COLUMNS[name] === 'whole' ? wholeOrNull(value) : value;
}
