import type { Dimension } from '../decisions';
import { HOUR_MS } from '../../types/time';
import type { Database, Query } from './database';
import { firstIdAt } from './decisionId';

/** Hours are summed up by each of these. Scopes are not among them: there may be as many as decisions. */
export const SUMMED_DIMENSIONS: readonly Dimension[] = ['model', 'provider', 'route', 'task', 'workflow'];

/** A ledger of fewer decisions is read fast enough as it is, and exactly. */
const FEW = 50_000;

/** An hour is summed up so long after its end, in ms. Decisions older than the second number may belong to one that is. */
const SUMMED_AFTER_MS = 2 * HOUR_MS;
const LATE_MS = HOUR_MS;
const HOURS_AT_ONCE = 12;

/** Any number that no other application is likely to lock by. */
const LOCK = 7_215_630_842;

/** Latencies in steps of eight per cent, so that what is read of them is right to four: twice as many take twice as long to add. */
const STEPS = 12;
export const STEP_OF = `round(${STEPS} * ln(greatest(ms, 1)))::int`;

export function latencyOf(step: number): number {
	return Math.round(Math.exp(step / STEPS));
}

const bothKnown = (name: string): string =>
	`coalesce(sum((more->>'${name}')::bigint) FILTER (WHERE cost_nano IS NOT NULL AND baseline_nano IS NOT NULL), 0)`;

/** Of decisions. */
export const SUMS =
	"count(*) AS requests, count(*) FILTER (WHERE outcome = 'answered') AS answered, " +
	"count(*) FILTER (WHERE outcome = 'fallback') AS fallbacks, count(*) FILTER (WHERE outcome = 'failed') AS failed, " +
	'sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(cost_nano) AS cost_nano, ' +
	'sum(baseline_nano) AS baseline_nano, sum(baseline_nano - cost_nano) AS saved_nano, ' +
	'count(*) - count(cost_nano) AS unknown_cost, ' +
	`${bothKnown('promptCacheNano')} AS prompt_cache_nano, ${bothKnown('tierNano')} AS tier_nano, ` +
	`${bothKnown('answerCacheNano')} AS answer_cache_nano`;

const COLUMNS =
	'requests, answered, fallbacks, failed, input_tokens, output_tokens, cost_nano, baseline_nano, saved_nano, unknown_cost, ' +
	'prompt_cache_nano, tier_nano, answer_cache_nano';

/** Sums of hours that are over. What changes of such an hour removes its sums in the same step; the next round makes them anew. */
export class UsageHours {
	constructor(private readonly db: Database) {}

	/** @param at of a decision, epoch ms */
	mayBeSummed(at: number, now: number): boolean {
		return at < now - LATE_MS;
	}

	/** Decisions that may belong to a summed hour come or go. @param work tells when those were made */
	async change(work: (query: Query) => Promise<Array<{ at: string }>>): Promise<Array<{ at: string }>> {
		return await this.db.transaction(async (query) => {
			await query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
			const changed = await work(query);
			const hours = [...new Set(changed.map(({ at }) => Math.floor(Number(at) / HOUR_MS)))];
			if (hours.length > 0) await query(`DELETE FROM ${this.db.schema}.hours WHERE hour = ANY($1)`, [hours]);
			return changed;
		});
	}

	/** Some hours, the latest first. False: nothing is left to sum up, or it is not worth it, or another process is at it. */
	async sumUp(now: number): Promise<boolean> {
		const { schema } = this.db;
		const [{ many }] = await this.db.query<{ many: boolean }>(
			`SELECT count(*) > $1::bigint AS many FROM (SELECT 1 FROM ${schema}.decisions LIMIT $1 + 1) piece`,
			[FEW],
		);
		if (!many) return false;
		return await this.db.transaction(async (query) => {
			const [{ mine }] = await query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
				LOCK,
			]);
			if (!mine) return false;
			// What is compiled just in time takes longer to compile than to run.
			await query('SET LOCAL jit = off');
			const [first] = await query<{ at: string }>(`SELECT at FROM ${schema}.decisions ORDER BY id LIMIT 1`);
			const hours = await query<{ hour: string }>(
				`SELECT h AS hour FROM generate_series($1::bigint, $2::bigint) h WHERE NOT EXISTS ` +
					`(SELECT 1 FROM ${schema}.hours WHERE hour = h) ORDER BY h DESC LIMIT $3`,
				[
					Math.floor(Number(first.at) / HOUR_MS),
					Math.floor((now - SUMMED_AFTER_MS) / HOUR_MS) - 1,
					HOURS_AT_ONCE,
				],
			);
			for (const { hour } of hours) await this.sum(Number(hour), query);
			return hours.length > 0;
		});
	}

	private async sum(hour: number, query: Query): Promise<void> {
		const { schema } = this.db;
		await query(`INSERT INTO ${schema}.hours VALUES ($1)`, [hour]);
		const dimensions = [
			"('', NULL::text)",
			...SUMMED_DIMENSIONS.map((name) => `('${name}', d.${name})`),
		].join(', ');
		const sums = COLUMNS.split(', ')
			.map((column) => `sum(${column})`)
			.join(', ');
		await query(
			`WITH steps AS (SELECT k.dimension, k.name, CASE WHEN outcome IN ('answered', 'fallback') THEN ${STEP_OF} END AS step, ${SUMS} ` +
				`FROM ${schema}.decisions d CROSS JOIN LATERAL (VALUES ${dimensions}) k(dimension, name) ` +
				'WHERE d.id >= $2 AND d.id < $3 GROUP BY 1, 2, 3) ' +
				`INSERT INTO ${schema}.hour_usage (hour, dimension, name, ${COLUMNS}, steps, counts) ` +
				`SELECT $1, dimension, name, ${sums}, coalesce(array_agg(step) FILTER (WHERE step IS NOT NULL), '{}'), ` +
				"coalesce(array_agg(requests) FILTER (WHERE step IS NOT NULL), '{}') FROM steps GROUP BY dimension, name",
			[hour, firstIdAt(hour * HOUR_MS), firstIdAt((hour + 1) * HOUR_MS)],
		);
	}
}
