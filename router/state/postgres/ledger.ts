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
import { DIMENSIONS, FILTERS } from '../decisions';
import type { ErrorCategory } from '../../types';
import type { Database } from './database';
import { DAY_MS } from '../../types/time';

/** A chunk of pruning, so that nobody waits long. */
const PRUNE_CHUNK = 5_000;

/** Columns by what a row calls them. What has no column of its own is in `more`. */
const COLUMNS = {
	id: 'id',
	at: 'at',
	retentionDays: 'retention_days',
	workflow: 'workflow',
	execution: 'execution',
	node: 'node',
	scope: 'scope',
	route: 'route',
	rule: 'rule',
	strategy: 'strategy',
	task: 'task',
	complexity: 'complexity',
	model: 'model',
	provider: 'provider',
	modelId: 'model_id',
	outcome: 'outcome',
	category: 'category',
	inputTokens: 'input_tokens',
	outputTokens: 'output_tokens',
	cachedInputTokens: 'cached_input_tokens',
	reasoningTokens: 'reasoning_tokens',
	costNano: 'cost_nano',
	costEstimated: 'cost_estimated',
	baselineNano: 'baseline_nano',
	ms: 'ms',
	firstTokenMs: 'first_token_ms',
	cached: 'cached',
	promptHash: 'prompt_hash',
} as const satisfies Partial<Record<keyof DecisionRow, string>>;

const WHOLE: ReadonlySet<string> = new Set([
	'at',
	'retentionDays',
	'inputTokens',
	'outputTokens',
	'cachedInputTokens',
	'reasoningTokens',
	'ms',
	'firstTokenMs',
]);

/** 48 bits of time in the ten digits that begin an id. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

type Row = Record<string, unknown>;

/** Decisions of all processes. */
export class PostgresLedger implements History {
	private readonly table: string;

	constructor(private readonly db: Database) {
		this.table = `${db.schema}.decisions`;
	}

	/** One statement for all of them; those that are there already stay as they are. */
	async append(rows: readonly DecisionRow[]): Promise<void> {
		if (rows.length === 0) return;
		const names = Object.keys(COLUMNS) as Array<keyof typeof COLUMNS>;
		const columns = [...names.map((name) => COLUMNS[name]), 'attempts', 'more', 'learner', 'strong', 'seen'];
		const lines = rows.map((row) => {
			const { lesson, attempts } = row;
			const own = names.map((name) => valueOf(name, row[name]));
			const seen = lesson ? `\\x${Buffer.from(lesson.seen).toString('hex')}` : null;
			const all = [...own, attempts, moreOf(row), lesson?.learner ?? null, lesson?.strong ?? null, seen];
			return Object.fromEntries(columns.map((column, i) => [column, all[i]]));
		});
		await this.db.query(
			`INSERT INTO ${this.table} (${columns.join(', ')}) SELECT ${columns.join(', ')} ` +
				`FROM jsonb_populate_recordset(NULL::${this.table}, $1::jsonb) ON CONFLICT DO NOTHING`,
			[JSON.stringify(lines)],
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
		const gone = await this.db.query(
			`DELETE FROM ${this.table} WHERE id IN (SELECT id FROM ${this.table} WHERE id < $1 ` +
				`AND at + retention_days * ${DAY_MS}::bigint <= $2 LIMIT ${PRUNE_CHUNK}) RETURNING 1`,
			[firstIdAt(now - DAY_MS), Math.floor(now)],
		);
		if (gone.length > 0) return true;
		const t = this.db.schema;
		await this.db.query(`DELETE FROM ${t}.reservations WHERE expires_at < $1 AND settled`, [Math.floor(now)]);
		await this.db.query(`DELETE FROM ${t}.accounts WHERE used_at < $1`, [Math.floor(now - 90 * DAY_MS)]);
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
		return await this.view(spans, groupBy, false);
	}

	async usageViews(spans: readonly TimeSpan[], views: readonly UsageView[]): Promise<UsageGroup[][]> {
		const groups: UsageGroup[][] = [];
		for (const { groupBy, whole } of views) groups.push(await this.view(spans, groupBy, whole));
		return groups;
	}

	async failures({ from, to }: TimeSpan): Promise<FailureGroup[]> {
		const rows = await this.db.query<{ category: ErrorCategory; model: string | null; requests: string }>(
			`SELECT category, model, count(*) AS requests FROM ${this.table} WHERE id >= $1 AND id < $2 ` +
				"AND outcome = 'failed' AND category IS NOT NULL GROUP BY category, model ORDER BY requests DESC, category, model",
			[firstIdAt(from), firstIdAt(to)],
		);
		return rows.map((row) => ({ ...row, requests: Number(row.requests) }));
	}

	async attempts({ from, to }: TimeSpan): Promise<AttemptCount[]> {
		const rows = await this.db.query<{
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

	async decisions({ span, where, limit, offset }: DecisionQuery): Promise<KeptDecision[]> {
		// The columns are of our own list.
		const filters = FILTERS.filter((key) => where[key] !== undefined);
		const conditions = filters.map((key, i) => ` AND ${key} = $${i + 5}`).join('');
		const rows = await this.db.query<Row>(
			`SELECT * FROM ${this.table} WHERE id >= $1 AND id < $2${conditions} ORDER BY id DESC LIMIT $3 OFFSET $4`,
			[firstIdAt(span.from), firstIdAt(span.to), limit, offset, ...filters.map((key) => where[key])],
		);
		return rows.map(decisionOf);
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

	private async view(
		spans: readonly TimeSpan[],
		groupBy: UsageQuery['groupBy'],
		whole: boolean,
	): Promise<UsageGroup[]> {
		const keys = groupBy.filter((key) => DIMENSIONS.includes(key));
		const span = whole ? '0' : '(s.n - 1)';
		const answered = "outcome IN ('answered', 'fallback')";
		const rows = await this.db.query<Row>(
			`SELECT ${[span, ...keys.map((key) => `d.${key}`)].map((column, i) => `${column} AS k${i}`).join(', ')}, ` +
				"count(*) AS requests, count(*) FILTER (WHERE outcome = 'answered') AS answered, " +
				"count(*) FILTER (WHERE outcome = 'fallback') AS fallbacks, count(*) FILTER (WHERE outcome = 'failed') AS failed, " +
				'sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(cost_nano) AS cost_nano, ' +
				'sum(baseline_nano) AS baseline_nano, sum(baseline_nano - cost_nano) AS saved_nano, ' +
				'count(*) - count(cost_nano) AS unknown_cost, ' +
				`percentile_disc(0.5) WITHIN GROUP (ORDER BY ms) FILTER (WHERE ${answered}) AS p50, ` +
				`percentile_disc(0.95) WITHIN GROUP (ORDER BY ms) FILTER (WHERE ${answered}) AS p95 ` +
				`FROM unnest($1::text[], $2::text[]) WITH ORDINALITY s(f, t, n) JOIN ${this.table} d ON d.id >= s.f AND d.id < s.t ` +
				`GROUP BY ${['k0', ...keys.map((_, i) => `k${i + 1}`)].join(', ')}`,
			[spans.map(({ from }) => firstIdAt(from)), spans.map(({ to }) => firstIdAt(to))],
		);
		return rows.map((row) => ({
			span: Number(row.k0),
			keys: keys.map((_, i) => row[`k${i + 1}`] as string | null),
			requests: Number(row.requests),
			answered: Number(row.answered),
			fallbacks: Number(row.fallbacks),
			failed: Number(row.failed),
			inputTokens: Number(row.input_tokens),
			outputTokens: Number(row.output_tokens),
			costNano: numberOrNull(row.cost_nano),
			baselineNano: numberOrNull(row.baseline_nano),
			savedNano: numberOrNull(row.saved_nano),
			unknownCost: Number(row.unknown_cost),
			p50Ms: numberOrNull(row.p50),
			p95Ms: numberOrNull(row.p95),
		}));
	}
}

/** What rows of later versions hold beside the columns. */
function moreOf(row: DecisionRow): Row {
	const { attempts: _attempts, lesson: _lesson, ...own } = row;
	return Object.fromEntries(Object.entries(own).filter(([name]) => !(name in COLUMNS)));
}

function decisionOf(row: Row): KeptDecision {
	const own = Object.entries(COLUMNS).map(([name, column]) => {
		const value = row[column];
		// Large whole numbers come as text.
		return [name, NUMBERS.has(name) && value !== null ? Number(value) : value];
	});
	const feedback =
		row.rating === null ? null : { at: Number(row.rated_at), rating: row.rating, note: row.note };
	const { more } = row;
	// Written by us from the same nouns.
	return {
		...Object.fromEntries(own),
		...(typeof more === 'object' ? more : {}),
		attempts: row.attempts,
		feedback,
	} as unknown as KeptDecision;
}

const NUMBERS: ReadonlySet<string> = new Set([...WHOLE, 'rule', 'complexity', 'costNano', 'baselineNano']);

/** Clocks give fractions and providers' counts are data from outside; the columns hold whole numbers. */
function valueOf(name: string, value: unknown): unknown {
	if (name === 'complexity' && typeof value === 'number') return Math.round(value * 1000) / 1000;
	// PostgreSQL's texts hold no NUL.
	if (typeof value === 'string') return value.replaceAll('\0', '');
	if (!WHOLE.has(name) || typeof value !== 'number') return value ?? null;
	return Number.isFinite(value) ? Math.round(value) : 0;
}

function numberOrNull(value: unknown): number | null {
	return value === null || value === undefined ? null : Number(value);
}

/** The lowest id of a time. @param at epoch ms */
function firstIdAt(at: number): string {
	let rest = Math.min(Math.max(0, Math.ceil(at)), 2 ** 48 - 1);
	let digits = '';
	for (let i = 0; i < 10; i++) {
		digits = DIGITS[rest % 32] + digits;
		rest = Math.floor(rest / 32);
	}
	return digits.padEnd(26, '0');
}
