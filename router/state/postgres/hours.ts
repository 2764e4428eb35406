import type { Dimension } from '../decisions';
import { AMOUNTS, COUNTS, FIGURES, SAVINGS, columnOf } from '../figures';
import { HOUR_MS } from '../../types/time';
import { BLOCK_HOURS } from './blocks';
import type { Database, Query } from './database';
import { firstIdAt } from './decisionId';

/** Hours are summed up by each of these. Not by scope, of which there may be as many as decisions. */
export const SUMMED_DIMENSIONS: readonly Dimension[] = ['model', 'provider', 'route', 'task', 'workflow'];

/** A day is summed up by scope if it has at least this many decisions per scope. */
const DECISIONS_A_SCOPE = 8;

/** A smaller ledger is fast enough without sums, and its percentiles are exact. */
const FEW = 50_000;

/** An hour is summed up this long after its end; a decision of this age is late. In ms, by the server's clock. */
const SUMMED_AFTER_MS = 2 * HOUR_MS;
const LATE_MS = HOUR_MS;
const HOURS_AT_ONCE = 12;
const BLOCKS_AT_ONCE = 4;

/** Any number that no other application is likely to lock by. */
const LOCK = 7_215_630_842;

/** Latencies are counted in logarithmic steps of 8 %, so percentiles are right to about 4 %. Finer steps make reports slower. */
const STEPS = 12;
export const STEP_OF = `round(${STEPS} * ln(greatest(ms, 1)))::int`;
export const ANSWERED = "outcome IN ('answered', 'fallback')";

export function latencyOf(step: number): number {
	return Math.round(Math.exp(step / STEPS));
}

/** SQL: the server's clock in epoch ms, constant within a transaction. */
const SERVER_NOW = '(extract(epoch FROM now()) * 1000)::bigint';

/** SQL of each figure over decisions. */
const OF_DECISIONS: Readonly<Record<(typeof FIGURES)[number], string>> = {
	requests: 'count(*)',
	answered: "count(*) FILTER (WHERE outcome = 'answered')",
	fallbacks: "count(*) FILTER (WHERE outcome = 'fallback')",
	failed: "count(*) FILTER (WHERE outcome = 'failed')",
	inputTokens: 'sum(input_tokens)',
	outputTokens: 'sum(output_tokens)',
	unknownCost: 'count(*) - count(cost_nano)',
	costNano: 'sum(cost_nano)',
	baselineNano: 'sum(baseline_nano)',
	savedNano: 'sum(baseline_nano - cost_nano)',
	promptCacheNano: savedPart('promptCacheNano'),
	tierNano: savedPart('tierNano'),
	answerCacheNano: savedPart('answerCacheNano'),
};

function savedPart(name: (typeof SAVINGS)[number]): string {
	return `coalesce(sum((more->>'${name}')::bigint) FILTER (WHERE cost_nano IS NOT NULL AND baseline_nano IS NOT NULL), 0)`;
}

/** All figures over decisions, named as the columns of the sums. */
export const SUMS = FIGURES.map((name) => `${OF_DECISIONS[name]} AS ${columnOf(name)}`).join(', ');

const COLUMNS = [...COUNTS, ...AMOUNTS, ...SAVINGS].map(columnOf);

/** Merges groups by name and step into one row per name, with its histogram of latencies. */
const BY_NAME =
	`dimension, name, ${COLUMNS.map((column) => `sum(${column})`).join(', ')}, ` +
	"coalesce(array_agg(step) FILTER (WHERE step IS NOT NULL), '{}'), " +
	"coalesce(array_agg(calls) FILTER (WHERE step IS NOT NULL), '{}')";

/**
 * Sums of past hours, and of blocks of them. A late change deletes the hour's sums in the same transaction, and a trigger those of its
 * blocks; the next round rebuilds them.
 */
export class UsageHours {
	constructor(
		private readonly db: Database,
		private readonly from = FEW,
	) {}

	/** SQL: whether a decision may belong to a summed hour, also if the server's clock was set back. @param at a column */
	isLate(at: string): string {
		const from = `${SERVER_NOW} - ${LATE_MS}`;
		const summed = `SELECT hour FROM ${this.db.schema}.hours WHERE hour >= (${from}) / ${HOUR_MS}`;
		return `(${at} < ${from} OR ${at} / ${HOUR_MS} IN (${summed}))`;
	}

	/** Adds or deletes decisions of summed hours. @param work returns when the changed ones were made */
	async change(work: (query: Query) => Promise<Array<{ at: string }>>): Promise<Array<{ at: string }>> {
		return await this.db.transaction(async (query) => {
			await query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
			const changed = await work(query);
			const hours = [...new Set(changed.map(({ at }) => Math.floor(Number(at) / HOUR_MS)))];
			if (hours.length > 0) await query(`DELETE FROM ${this.db.schema}.hours WHERE hour = ANY($1)`, [hours]);
			return changed;
		});
	}

	/**
	 * Sums up a few hours, latest first, then blocks. @param now epoch ms
	 * @returns false if nothing is left to do, the ledger is small, or another process is at it
	 */
	async sumUp(now: number): Promise<boolean> {
		const { schema } = this.db;
		const [{ many }] = await this.db.query<{ many: boolean }>(
			`SELECT count(*) > $1::bigint AS many FROM (SELECT 1 FROM ${schema}.decisions LIMIT $1 + 1) piece`,
			[this.from],
		);
		if (!many) return false;
		return await this.db.transaction(async (query) => {
			const [{ mine }] = await query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
				LOCK,
			]);
			if (!mine) return false;
			// JIT compilation would take longer than the query.
			await query('SET LOCAL jit = off');
			if (await this.sumHours(now, query)) return true;
			for (const hours of BLOCK_HOURS.slice(1)) if (await this.sumBlocks(hours, query)) return true;
			return false;
		});
	}

	private async sumHours(now: number, query: Query): Promise<boolean> {
		const { schema } = this.db;
		const [first] = await query<{ at: string }>(`SELECT at FROM ${schema}.decisions ORDER BY id LIMIT 1`);
		const hours = await query<{ hour: string }>(
			`SELECT h AS hour FROM generate_series($1::bigint, (least($2, ${SERVER_NOW}) - ${SUMMED_AFTER_MS}) / ${HOUR_MS} - 1) h ` +
				`WHERE NOT EXISTS (SELECT 1 FROM ${schema}.hours WHERE hour = h) ORDER BY h DESC LIMIT ${HOURS_AT_ONCE}`,
			[Math.floor(Number(first.at) / HOUR_MS), Math.floor(now)],
		);
		for (const { hour } of hours) {
			await query(`INSERT INTO ${schema}.hours VALUES ($1)`, [hour]);
			const dimensions = ["('', NULL::text)", ...SUMMED_DIMENSIONS.map((name) => `('${name}', d.${name})`)];
			await query(
				`WITH steps AS (${this.steps(dimensions)}) INSERT INTO ${schema}.hour_usage ` +
					`(hour, dimension, name, ${COLUMNS.join(', ')}, steps, counts) SELECT $1::bigint, ${BY_NAME} FROM steps GROUP BY dimension, name`,
				[hour, ...idsOf(Number(hour), 1)],
			);
		}
		return hours.length > 0;
	}

	/** Sums up blocks whose parts all exist. */
	private async sumBlocks(hours: number, query: Query): Promise<boolean> {
		const { schema } = this.db;
		const part = BLOCK_HOURS[BLOCK_HOURS.findIndex((size) => size === hours) - 1];
		const [parts, usage] =
			part === 1
				? [
						`(SELECT hour AS start FROM ${schema}.hours)`,
						`(SELECT *, hour AS start FROM ${schema}.hour_usage)`,
					]
				: ['blocks', 'block_usage'].map(
						(table) => `(SELECT * FROM ${schema}.${table} WHERE hours = ${part})`,
					);
		const blocks = await query<{ start: string }>(
			`INSERT INTO ${schema}.blocks (hours, start) SELECT ${hours}, start FROM ` +
				`(SELECT start - start % ${hours} AS start FROM ${parts} p GROUP BY 1 HAVING count(*) = ${hours / part}) whole ` +
				`WHERE NOT EXISTS (SELECT 1 FROM ${schema}.blocks b WHERE b.hours = ${hours} AND b.start = whole.start) ` +
				`ORDER BY start DESC LIMIT ${BLOCKS_AT_ONCE} RETURNING start`,
		);
		// Unnesting repeats a part for each step; its figures count once.
		const figures = COLUMNS.map(
			(column) => `sum(u.${column}) FILTER (WHERE n IS NULL OR n = 1) AS ${column}`,
		);
		for (const { start } of blocks) {
			await query(
				`WITH steps AS (SELECT dimension, name, step, sum(calls)::bigint AS calls, ${figures.join(', ')} FROM ${usage} u ` +
					'LEFT JOIN LATERAL unnest(u.steps, u.counts) WITH ORDINALITY c(step, calls, n) ON true ' +
					`WHERE u.start >= $1 AND u.start < $1 + ${hours} AND dimension <> 'scope' GROUP BY dimension, name, step) ` +
					`INSERT INTO ${schema}.block_usage (hours, start, dimension, name, ${COLUMNS.join(', ')}, steps, counts) ` +
					`SELECT ${hours}, $1::bigint, ${BY_NAME} FROM steps GROUP BY dimension, name`,
				[start],
			);
			if (hours === 24) await this.sumScopes(start, query);
		}
		return blocks.length > 0;
	}

	private async sumScopes(start: string, query: Query): Promise<void> {
		const { schema } = this.db;
		const names = await query(
			`WITH steps AS (${this.steps(["('scope', d.scope)"])}), ` +
				`few AS (SELECT ${DECISIONS_A_SCOPE} * count(DISTINCT coalesce(name, '')) <= sum(requests) AS few FROM steps) ` +
				`INSERT INTO ${schema}.block_usage (hours, start, dimension, name, ${COLUMNS.join(', ')}, steps, counts) ` +
				`SELECT 24, $1::bigint, ${BY_NAME} FROM steps WHERE (SELECT few FROM few) GROUP BY dimension, name RETURNING 1`,
			[start, ...idsOf(Number(start), 24)],
		);
		if (names.length === 0) return;
		await query(`UPDATE ${schema}.blocks SET has_scopes = true WHERE hours = 24 AND start = $1`, [start]);
	}

	/** SQL: decisions from id `$2` to `$3`, grouped by name and step. */
	private steps(dimensions: readonly string[]): string {
		return (
			`SELECT k.dimension, k.name, CASE WHEN ${ANSWERED} THEN ${STEP_OF} END AS step, count(*) AS calls, ${SUMS} ` +
			`FROM ${this.db.schema}.decisions d CROSS JOIN LATERAL (VALUES ${dimensions.join(', ')}) k(dimension, name) ` +
			'WHERE d.id >= $2 AND d.id < $3 GROUP BY 1, 2, 3'
		);
	}
}

function idsOf(start: number, hours: number): [from: string, to: string] {
	return [firstIdAt(start * HOUR_MS), firstIdAt((start + hours) * HOUR_MS)];
}
