import type { Dimension, TimeSpan, UsageGroup, UsageView } from '../decisions';
import { DIMENSIONS } from '../decisions';
import { HOUR_MS } from '../../types/time';
import type { Database, Query } from './database';
import { firstIdAt } from './decisionId';
import { STEP_OF, SUMS, SUMMED_DIMENSIONS, latencyOf } from './hours';

const ANSWERED = "outcome IN ('answered', 'fallback')";

const COUNTED = [
	'requests',
	'answered',
	'fallbacks',
	'failed',
	'input_tokens',
	'output_tokens',
	'unknown_cost',
] as const;
const MONEY = ['cost_nano', 'baseline_nano', 'saved_nano'] as const;
const PARTS = ['prompt_cache_nano', 'tier_nano', 'answer_cache_nano'] as const;

/** Large whole numbers come as text. */
type Amount = string | number | null;
type SumRow = Record<(typeof COUNTED)[number] | (typeof MONEY)[number] | (typeof PARTS)[number], Amount>;
type Row = SumRow & Record<`k${number}`, Amount>;

/** A piece of time, by the index of the span that it belongs to. */
interface Piece extends TimeSpan {
	span: number;
}

interface Sum {
	span: number;
	keys: Array<string | null>;
	row: SumRow;
	/** How many answers took as long as each step. */
	steps: Map<number, number>;
}

/**
 * Usage out of the decisions themselves, and of hours that were summed up: by at most one dimension, as those of several have too many
 * names together. Percentiles are exact where no hour was.
 */
export class PostgresUsage {
	constructor(private readonly db: Database) {}

	/** Groups by view. All of it is read at one moment, so that sums agree. */
	async views(spans: readonly TimeSpan[], views: readonly UsageView[]): Promise<UsageGroup[][]> {
		return await this.db.report(
			async (query) => await new Reading(this.db.schema, query, spans, views).groups(),
		);
	}
}

/** One look at the ledger. */
class Reading {
	/** By the dimension, of each span: a view of the whole, and one without a dimension, are summed from it. */
	private readonly read = new Map<string, Sums>();

	constructor(
		private readonly schema: string,
		private readonly query: Query,
		private readonly spans: readonly TimeSpan[],
		private readonly views: readonly UsageView[],
	) {}

	async groups(): Promise<UsageGroup[][]> {
		const summed = this.views.some(isSummed) ? await this.summedHours(this.spans) : new Set<number>();
		const groups: UsageGroup[][] = [];
		for (const view of this.views) {
			const pieces = this.spans.map((span, index) => ({ ...span, span: view.whole ? 0 : index }));
			const hasHours = isSummed(view) && pieces.some((piece) => hoursOf(piece, summed).length > 0);
			groups.push(
				hasHours ? (await this.sumsOf(view, summed)).groups() : await this.exact(pieces, view.groupBy),
			);
		}
		return groups;
	}

	private async sumsOf({ groupBy, whole }: UsageView, summed: ReadonlySet<number>): Promise<Sums> {
		const [source = { groupBy, whole }] = this.views
			.filter((view) => !view.whole && isSummed(view))
			.filter((view) => groupBy.length === 0 || view.groupBy[0] === groupBy[0])
			.sort((one, other) => other.groupBy.length - one.groupBy.length);
		const name = `${source.groupBy.join()} ${source.whole}`;
		const sums =
			this.read.get(name) ??
			(await this.joined(
				this.spans.map((span, index) => ({ ...span, span: source.whole ? 0 : index })),
				summed,
				source.groupBy,
			));
		this.read.set(name, sums);
		return source.whole === whole && source.groupBy.length === groupBy.length
			? sums
			: sums.folded(whole, groupBy);
	}

	private async summedHours(spans: readonly TimeSpan[]): Promise<Set<number>> {
		if (spans.length === 0) return new Set();
		const rows = await this.query<{ hour: string }>(
			`SELECT hour FROM ${this.schema}.hours WHERE hour >= $1 AND hour <= $2`,
			[
				Math.floor(spans[0].from / HOUR_MS),
				Math.ceil(Math.min(spans[spans.length - 1].to, 2 ** 47) / HOUR_MS),
			],
		);
		return new Set(rows.map(({ hour }) => Number(hour)));
	}

	private async exact(pieces: readonly Piece[], groupBy: readonly Dimension[]): Promise<UsageGroup[]> {
		const percentiles = [0.5, 0.95].map(
			(share, i) =>
				`percentile_disc(${share}) WITHIN GROUP (ORDER BY ms) FILTER (WHERE ${ANSWERED}) AS p${i}`,
		);
		const rows = await this.query<Row & { p0: Amount; p1: Amount }>(
			this.select(groupBy, [SUMS, ...percentiles]),
			boundsOf(pieces),
		);
		return rows.map((row) => ({
			...groupOf(
				Number(row.k0),
				groupBy.map((_, i) => textOf(row[`k${i + 1}`])),
				row,
			),
			p50Ms: numberOrNull(row.p0),
			p95Ms: numberOrNull(row.p1),
		}));
	}

	/** What was summed up, and decisions of the rest. */
	private async joined(
		pieces: readonly Piece[],
		summed: ReadonlySet<number>,
		groupBy: readonly Dimension[],
	): Promise<Sums> {
		const sums = new Sums();
		const { schema, query } = this;
		const hours = pieces.flatMap((piece) => hoursOf(piece, summed));
		const from = `FROM unnest($1::bigint[], $2::int[]) s(hour, n) JOIN ${schema}.hour_usage u ON u.dimension = $3 AND u.hour = s.hour`;
		const values = [hours.map(({ hour }) => hour), hours.map(({ span }) => span), groupBy[0] ?? ''];
		const columns = [...COUNTED, ...MONEY, ...PARTS]
			.map((column) => `sum(${column}) AS ${column}`)
			.join(', ');
		const wholes = await query<Row>(
			`SELECT n AS k0, name AS k1, ${columns} ${from} GROUP BY n, name`,
			values,
		);
		for (const row of wholes) sums.add(row, groupBy);
		const steps = await query<Row & { step: number; calls: Amount }>(
			`SELECT n AS k0, name AS k1, step, sum(calls) AS calls ${from} CROSS JOIN LATERAL unnest(steps, counts) c(step, calls) ` +
				'GROUP BY n, name, step',
			values,
		);
		for (const row of steps) sums.addStep(row, groupBy, row.step, Number(row.calls));

		const rest = pieces.flatMap((piece) => restOf(piece, summed));
		const step = `CASE WHEN ${ANSWERED} THEN ${STEP_OF} END`;
		const rows = await query<Row & { step: number | null }>(
			`${this.select(groupBy, [`${step} AS step`, SUMS])}, ${step}`,
			boundsOf(rest),
		);
		for (const row of rows) {
			sums.add(row, groupBy);
			if (row.step !== null) sums.addStep(row, groupBy, row.step, Number(row.requests));
		}
		return sums;
	}

	private select(groupBy: readonly Dimension[], columns: readonly string[]): string {
		const keys = ['s.n', ...groupBy.filter((key) => DIMENSIONS.includes(key)).map((key) => `d.${key}`)];
		return (
			`SELECT ${keys.map((key, i) => `${key} AS k${i}`).join(', ')}, ${columns.join(', ')} ` +
			`FROM unnest($1::text[], $2::text[], $3::int[]) s(f, t, n) CROSS JOIN LATERAL ` +
			// By itself, so that each piece is looked up and never all of the table is read for each.
			`(SELECT * FROM ${this.schema}.decisions WHERE id >= s.f AND id < s.t OFFSET 0) d ` +
			`GROUP BY ${keys.join(', ')}`
		);
	}
}

function isSummed({ groupBy }: UsageView): boolean {
	return groupBy.length === 0 || (groupBy.length === 1 && SUMMED_DIMENSIONS.includes(groupBy[0]));
}

function boundsOf(pieces: readonly Piece[]): unknown[] {
	return [
		pieces.map(({ from }) => firstIdAt(from)),
		pieces.map(({ to }) => firstIdAt(to)),
		pieces.map(({ span }) => span),
	];
}

/** Those that lie in it whole. */
function hoursOf(
	{ from, to, span }: Piece,
	summed: ReadonlySet<number>,
): Array<{ span: number; hour: number }> {
	const first = Math.ceil(from / HOUR_MS);
	const end = Math.floor(to / HOUR_MS);
	// Fewer are summed than there may be in a span without an end.
	return [...summed].flatMap((hour) => (hour >= first && hour < end ? [{ span, hour }] : []));
}

/** What lies between them. */
function restOf(piece: Piece, summed: ReadonlySet<number>): Piece[] {
	const hours = hoursOf(piece, summed).map(({ hour }) => hour * HOUR_MS);
	const rest: Piece[] = [];
	let { from } = piece;
	for (const at of hours.sort((one, other) => one - other)) {
		if (at > from) rest.push({ ...piece, from, to: at });
		from = at + HOUR_MS;
	}
	if (piece.to > from) rest.push({ ...piece, from });
	return rest;
}

class Sums {
	private readonly known = new Map<string, Sum>();

	add(row: Row, groupBy: readonly Dimension[]): void {
		const { row: sum } = this.of(row, groupBy);
		for (const key of [...COUNTED, ...PARTS]) sum[key] = Number(sum[key] ?? 0) + Number(row[key] ?? 0);
		for (const key of MONEY) if (row[key] !== null) sum[key] = Number(sum[key] ?? 0) + Number(row[key]);
	}

	addStep(row: Row, groupBy: readonly Dimension[], step: number, calls: number): void {
		const { steps } = this.of(row, groupBy);
		steps.set(step, (steps.get(step) ?? 0) + calls);
	}

	/** As one span, or without a key. */
	folded(whole: boolean, groupBy: readonly Dimension[]): Sums {
		const sums = new Sums();
		for (const { span, keys, row, steps } of this.known.values()) {
			const into = { ...row, k0: whole ? 0 : span, k1: keys[0] ?? null };
			sums.add(into, groupBy);
			for (const [step, calls] of steps) sums.addStep(into, groupBy, step, calls);
		}
		return sums;
	}

	groups(): UsageGroup[] {
		return [...this.known.values()].map(({ span, keys, row, steps }) => ({
			...groupOf(span, keys, row),
			p50Ms: percentile(steps, 0.5),
			p95Ms: percentile(steps, 0.95),
		}));
	}

	private of(row: Row, groupBy: readonly Dimension[]): Sum {
		const span = Number(row.k0);
		const keys = groupBy.map(() => textOf(row.k1));
		const name = JSON.stringify([span, keys]);
		const found = this.known.get(name) ?? { span, keys, row: { ...NOTHING }, steps: new Map() };
		this.known.set(name, found);
		return found;
	}
}

const NOTHING = Object.fromEntries([
	...[...COUNTED, ...PARTS].map((key) => [key, 0]),
	...MONEY.map((key) => [key, null]),
]) as SumRow;

/** Nearest rank; null without an answer. */
function percentile(steps: ReadonlyMap<number, number>, share: number): number | null {
	const ordered = [...steps].sort(([one], [other]) => one - other);
	const all = ordered.reduce((sum, [, calls]) => sum + calls, 0);
	let seen = 0;
	for (const [step, calls] of ordered) {
		seen += calls;
		if (seen >= share * all) return latencyOf(step);
	}
	return null;
}

function groupOf(span: number, keys: Array<string | null>, row: SumRow): Omit<UsageGroup, 'p50Ms' | 'p95Ms'> {
	const [promptCacheNano, tierNano, answerCacheNano] = PARTS.map((key) => Number(row[key] ?? 0));
	return {
		span,
		keys,
		requests: Number(row.requests),
		answered: Number(row.answered),
		fallbacks: Number(row.fallbacks),
		failed: Number(row.failed),
		inputTokens: Number(row.input_tokens),
		outputTokens: Number(row.output_tokens),
		costNano: numberOrNull(row.cost_nano),
		baselineNano: numberOrNull(row.baseline_nano),
		savedNano: numberOrNull(row.saved_nano),
		...(promptCacheNano !== 0 && { promptCacheNano }),
		...(tierNano !== 0 && { tierNano }),
		...(answerCacheNano !== 0 && { answerCacheNano }),
		unknownCost: Number(row.unknown_cost),
	};
}

function textOf(value: Amount): string | null {
	return value === null ? null : String(value);
}

function numberOrNull(value: Amount): number | null {
	return value === null ? null : Number(value);
}
