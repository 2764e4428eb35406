import type { Dimension, TimeSpan, UsageGroup, UsageView } from '../decisions';
import { DIMENSIONS } from '../decisions';
import { AMOUNTS, COUNTS, FIGURES, SAVINGS, addSums, columnOf, figuresOf, noSums } from '../figures';
import type { Sums } from '../figures';
import { HOUR_MS } from '../../types/time';
import { BLOCK_HOURS, Blocks } from './blocks';
import type { Block } from './blocks';
import type { Database, Query } from './database';
import { firstIdAt } from './decisionId';
import { ANSWERED, STEP_OF, SUMS, SUMMED_DIMENSIONS, latencyOf } from './hours';

/** `pg` returns bigint as text. */
type Amount = string | number | null;
type Row = Record<string, Amount>;

/** A time span, with the index of the query's span that it counts for. */
interface Piece extends TimeSpan {
	span: number;
}

/** A read that can use sums: by at most one dimension, over all spans together or each. */
interface Source {
	dimension: Dimension | null;
	whole: boolean;
}

/**
 * Usage from sums and, for the gaps between them, from decisions. There are sums by at most one dimension; several are read from the
 * decisions. Percentiles are exact where no sum is used.
 */
export class PostgresUsage {
	constructor(private readonly db: Database) {}

	/** One snapshot, so that sums agree. @returns groups by view */
	async views(spans: readonly TimeSpan[], views: readonly UsageView[]): Promise<UsageGroup[][]> {
		return await this.db.report(
			async (query) => await new Reading(this.db.schema, query, spans, views).groups(),
		);
	}
}

/** The reads of one query. */
class Reading {
	private readonly read = new Map<string, UsageSums>();

	/** All blocks, and the days that are also summed up by scope. */
	private blocks = new Blocks([]);

	private daysWithScopes = new Blocks([]);

	constructor(
		private readonly schema: string,
		private readonly query: Query,
		private readonly spans: readonly TimeSpan[],
		private readonly views: readonly UsageView[],
	) {}

	async groups(): Promise<UsageGroup[][]> {
		if (this.views.some(({ groupBy }) => groupBy.length <= 1)) await this.findBlocks();
		const groups: UsageGroup[][] = [];
		for (const view of this.views) groups.push(await this.groupsOf(view));
		return groups;
	}

	private async groupsOf({ groupBy, whole }: UsageView): Promise<UsageGroup[]> {
		if (groupBy.length > 1) return await this.exact(this.pieces(whole), groupBy);
		const source = this.sourceOf({ dimension: groupBy[0] ?? null, whole });
		const pieces = this.pieces(source.whole);
		const blocks = this.blocksFor(source.dimension);
		if (!pieces.some((piece) => blocks.cover(piece).blocks.length > 0)) {
			return await this.exact(this.pieces(whole), groupBy);
		}
		const name = JSON.stringify(source);
		const sums = this.read.get(name) ?? (await this.joined(pieces, blocks, source.dimension));
		this.read.set(name, sums);
		return sums.folded(whole, groupBy).groups(groupBy);
	}

	/** The most detailed read among the views that this one can be derived from. */
	private sourceOf({ dimension, whole }: Source): Source {
		const sources = this.views
			.filter(({ groupBy }) => groupBy.length <= 1 && groupBy[0] !== 'scope')
			.map((view) => ({ dimension: view.groupBy[0] ?? null, whole: view.whole }))
			.filter((source) => (whole || !source.whole) && (dimension ?? source.dimension) === source.dimension);
		const finer = (source: Source): number => Number(!source.whole) * 2 + Number(source.dimension !== null);
		const [finest] = sources.sort((one, other) => finer(other) - finer(one));
		return finest ?? { dimension, whole };
	}

	private blocksFor(dimension: Dimension | null): Blocks {
		if (dimension === null || SUMMED_DIMENSIONS.includes(dimension)) return this.blocks;
		return this.daysWithScopes;
	}

	/** @param whole joins adjacent spans */
	private pieces(whole: boolean): Piece[] {
		if (!whole) return this.spans.map((span, index) => ({ ...span, span: index }));
		const pieces: Piece[] = [];
		for (const { from, to } of this.spans) {
			const last = pieces.at(-1);
			if (last?.to === from) last.to = to;
			else pieces.push({ from, to, span: 0 });
		}
		return pieces;
	}

	private async findBlocks(): Promise<void> {
		if (this.spans.length === 0) return;
		const from = Math.floor(this.spans[0].from / HOUR_MS);
		const to = Math.ceil(Math.min(this.spans[this.spans.length - 1].to, 2 ** 47) / HOUR_MS);
		const rows = await this.query<{ hours: number; start: string; has_scopes: boolean }>(
			`SELECT 1 AS hours, hour AS start, false AS has_scopes FROM ${this.schema}.hours WHERE hour >= $1 AND hour <= $2 ` +
				`UNION ALL SELECT hours, start, has_scopes FROM ${this.schema}.blocks WHERE start >= $1 AND start <= $2`,
			[from, to],
		);
		const blockOf = ({ hours, start }: (typeof rows)[number]): Block => ({ hours, start: Number(start) });
		this.blocks = new Blocks(rows.map(blockOf));
		this.daysWithScopes = new Blocks(rows.filter((row) => row.has_scopes).map(blockOf));
	}

	private async exact(pieces: readonly Piece[], groupBy: readonly Dimension[]): Promise<UsageGroup[]> {
		const percentiles = [0.5, 0.95].map(
			(share, i) =>
				`percentile_disc(${share}) WITHIN GROUP (ORDER BY ms) FILTER (WHERE ${ANSWERED}) AS p${i}`,
		);
		const rows = await this.query<Row>(
			`${this.select(groupBy, [SUMS, ...percentiles])} GROUP BY ${keysOf(groupBy).join(', ')}`,
			boundsOf(pieces),
		);
		return rows.map((row) => ({
			span: Number(row.k0),
			keys: groupBy.map((_, i) => textOf(row[`k${i + 1}`])),
			...figuresOf(sumsOf(row)),
			p50Ms: numberOrNull(row.p0),
			p95Ms: numberOrNull(row.p1),
		}));
	}

	/** Adds blocks, and decisions in the gaps. */
	private async joined(
		pieces: readonly Piece[],
		blocks: Blocks,
		dimension: Dimension | null,
	): Promise<UsageSums> {
		const sums = new UsageSums();
		const covers = pieces.map((piece) => ({ span: piece.span, ...blocks.cover(piece) }));
		const wanted = covers.flatMap(({ span, blocks: own }) => own.map((block) => ({ ...block, span })));
		for (const hours of BLOCK_HOURS) {
			const some = wanted.filter((block) => block.hours === hours);
			if (some.length > 0) await this.addBlocks(sums, hours, some, dimension);
		}
		const rest = covers.flatMap(({ span, rest: own }) => own.map((piece) => ({ ...piece, span })));
		const keys = dimension === null ? [] : [dimension];
		const step = `CASE WHEN ${ANSWERED} THEN ${STEP_OF} END`;
		const rows = await this.query<Row>(
			`${this.select(keys, [`${step} AS step`, SUMS])} GROUP BY ${[...keysOf(keys), step].join(', ')}`,
			boundsOf(rest),
		);
		for (const row of rows) {
			sums.add(row, sumsOf(row));
			if (row.step !== null) sums.addSteps(row, [Number(row.step)], [Number(row.requests)]);
		}
		return sums;
	}

	private async addBlocks(
		sums: UsageSums,
		hours: number,
		blocks: ReadonlyArray<Block & { span: number }>,
		dimension: Dimension | null,
	): Promise<void> {
		const table =
			hours === 1
				? `${this.schema}.hour_usage u ON u.hour = s.start`
				: `${this.schema}.block_usage u ON u.hours = ${hours} AND u.start = s.start`;
		const from = `FROM unnest($1::bigint[], $2::int[]) s(start, n) JOIN ${table} AND u.dimension = $3`;
		const values = [blocks.map(({ start }) => start), blocks.map(({ span }) => span), dimension ?? ''];
		const figures = FIGURES.map(columnOf).map((column) => `sum(${column}) AS ${column}`);
		const wholes = await this.query<Row>(
			`SELECT n AS k0, name AS k1, ${figures.join(', ')} ${from} GROUP BY n, name`,
			values,
		);
		for (const row of wholes) sums.add(row, sumsOf(row));
		const latencies = await this.query<Row & { steps: string; calls: string }>(
			"SELECT k0, k1, string_agg(step::text, ' ') AS steps, string_agg(calls::text, ' ') AS calls FROM " +
				`(SELECT n AS k0, name AS k1, step, sum(calls::int) AS calls ${from} ` +
				'CROSS JOIN LATERAL unnest(steps, counts) c(step, calls) GROUP BY n, name, step) counted GROUP BY k0, k1',
			values,
		);
		const numbers = (text: string) => text.split(' ').map(Number);
		for (const row of latencies) sums.addSteps(row, numbers(row.steps), numbers(row.calls));
	}

	private select(groupBy: readonly Dimension[], columns: readonly string[]): string {
		const keys = keysOf(groupBy).map((key, i) => `${key} AS k${i}`);
		return (
			`SELECT ${[...keys, ...columns].join(', ')} ` +
			`FROM unnest($1::text[], $2::text[], $3::int[]) s(f, t, n) CROSS JOIN LATERAL ` +
			// OFFSET 0 forces an index lookup for each piece instead of a scan of the table.
			`(SELECT * FROM ${this.schema}.decisions WHERE id >= s.f AND id < s.t OFFSET 0) d`
		);
	}
}

function keysOf(groupBy: readonly Dimension[]): string[] {
	return ['s.n', ...groupBy.filter((key) => DIMENSIONS.includes(key)).map((key) => `d.${key}`)];
}

function boundsOf(pieces: readonly Piece[]): unknown[] {
	return [
		pieces.map(({ from }) => firstIdAt(from)),
		pieces.map(({ to }) => firstIdAt(to)),
		pieces.map(({ span }) => span),
	];
}

interface Sum {
	span: number;
	key: string | null;
	sums: Sums;
	/** Histogram: answers by step of latency. */
	steps: Map<number, number>;
}

/** Sums by span and one key. */
class UsageSums {
	private readonly known = new Map<string, Sum>();

	/** @param row `k0` is its span, `k1` its key */
	add(row: Row, sums: Sums): void {
		addSums(this.of(Number(row.k0), textOf(row.k1)).sums, sums);
	}

	addSteps(row: Row, steps: readonly number[], calls: readonly number[]): void {
		count(this.of(Number(row.k0), textOf(row.k1)).steps, steps, calls);
	}

	/** Merges spans, or keys. */
	folded(whole: boolean, groupBy: readonly Dimension[]): UsageSums {
		const folded = new UsageSums();
		for (const { span, key, sums, steps } of this.known.values()) {
			const into = folded.of(whole ? 0 : span, groupBy.length === 0 ? null : key);
			addSums(into.sums, sums);
			count(into.steps, [...steps.keys()], [...steps.values()]);
		}
		return folded;
	}

	groups(groupBy: readonly Dimension[]): UsageGroup[] {
		return [...this.known.values()].map(({ span, key, sums, steps }) => ({
			span,
			keys: groupBy.map(() => key),
			...figuresOf(sums),
			p50Ms: percentile(steps, 0.5),
			p95Ms: percentile(steps, 0.95),
		}));
	}

	private of(span: number, key: string | null): Sum {
		const name = key === null ? String(span) : `${span} ${key}`;
		const found = this.known.get(name) ?? { span, key, sums: noSums(), steps: new Map() };
		this.known.set(name, found);
		return found;
	}
}

function count(into: Map<number, number>, steps: readonly number[], calls: readonly number[]): void {
	for (const [i, step] of steps.entries()) into.set(step, (into.get(step) ?? 0) + calls[i]);
}

/** Nearest rank; null if empty. */
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

function sumsOf(row: Row): Sums {
	const sums = noSums();
	for (const key of [...COUNTS, ...SAVINGS]) sums[key] = Number(row[columnOf(key)] ?? 0);
	for (const key of AMOUNTS) sums[key] = numberOrNull(row[columnOf(key)]);
	return sums;
}

function textOf(value: Amount | undefined): string | null {
	return value === null || value === undefined ? null : String(value);
}

function numberOrNull(value: Amount | undefined): number | null {
	return value === null || value === undefined ? null : Number(value);
}
