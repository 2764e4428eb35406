import type { Surroundings } from '../../types';
import type { FactChange, FactKey, FactKind, FactKinds, FactStore, Known } from '../facts';
import { MemoryFacts } from '../memory/facts';
import { isLater } from './database';
import type { Database } from './database';
import { ExactFacts } from './exactFacts';
import { CHANNEL } from './listener';

/**
 * Where each kind lives. `told`: in each process, published to the others. `exact`: in the database, as it is a shared count, or
 * too many to be held by all. `own`: in this process alone.
 */
const PLACES: Readonly<Record<FactKind, 'told' | 'exact' | 'own'>> = {
	health: 'told',
	outage: 'told',
	latency: 'told',
	rateWindow: 'exact',
	conversation: 'exact',
	silence: 'own',
	traffic: 'own',
	pace: 'told',
};

/** Delay before changes are published, to batch them, in ms. */
const TELL_AFTER_MS = 50;

/** Polling interval for others' changes, in ms: they must take effect within a second even without notifications. */
const LOOK_EVERY_MS = 800;

/** Each poll overlaps the last one by this, in s, as transactions commit out of order. */
const OVERLAP_S = 3;
const MOST_TOLD = 20_000;

interface FactRow {
	kind: FactKind;
	key: string;
	value: FactKinds[FactKind] | null;
	at: number;
	version: string;
}

/** Facts are kept locally: reading one needs no round trip. */
export class PostgresFacts implements FactStore {
	private readonly memory: MemoryFacts;

	/** Changed here and not published yet. */
	private readonly untold = new Map<string, FactKey>();

	private readonly me: string;

	private readonly exact: ExactFacts;

	private isTelling = false;

	private isLooking = false;

	/** Latest change seen, epoch s of the database's clock. */
	private seenUntil = 0;

	private looking: Promise<void> | null = null;

	private readonly over = new AbortController();

	constructor(
		private readonly db: Database,
		private readonly surroundings: Surroundings,
		/** Starts LISTEN, so that published facts arrive at once instead of with the next poll. */
		private readonly listen: () => void,
	) {
		this.memory = new MemoryFacts(surroundings.now);
		this.me = `${surroundings.now()} ${surroundings.random()}`;
		this.exact = new ExactFacts(db, this.memory, surroundings, (key) => this.isExact(key), this.me);
	}

	async read<const Keys extends readonly FactKey[]>(keys: Keys): Promise<Known<Keys>> {
		this.start();
		const exact = keys.filter(({ kind }) => PLACES[kind] === 'exact');
		if (exact.length > 0) await this.fetch(exact).catch(ignoreAway);
		return await this.memory.read(keys);
	}

	async update(changes: readonly FactChange[]): Promise<void> {
		this.start();
		const exact = changes.filter((change) => this.isExact(change));
		if (exact.length === 0) {
			void this.memory.update(changes);
			this.tellSoon(changes);
			return;
		}
		await this.exact.update(changes).catch(ignoreAway);
		this.tellSoon(changes.filter((change) => !exact.includes(change)));
	}

	async list<K extends FactKind>(kind: K): Promise<Array<{ key: string; value: Readonly<FactKinds[K]> }>> {
		this.start();
		await this.tell();
		await this.look();
		return await this.memory.list(kind);
	}

	told<K extends FactKind>(kind: K): Array<{ key: string; value: Readonly<FactKinds[K]> }> {
		this.start();
		return this.memory.all(kind);
	}

	/** Reads others' changes. */
	look(): Promise<void> {
		this.looking ??= this.lookNow().finally(() => {
			this.looking = null;
		});
		return this.looking;
	}

	async tell(): Promise<void> {
		const keys = [...this.untold.values()];
		if (keys.length === 0) return;
		this.untold.clear();
		try {
			await this.write(keys);
		} catch (error) {
			for (const key of keys) if (!this.untold.has(nameOf(key))) this.untold.set(nameOf(key), key);
			ignoreAway(error);
		}
	}

	stop(): void {
		this.over.abort();
	}

	/** All processes share one probe, so changes of a half-open circuit have to be exact. */
	private isExact({ kind, key }: FactKey): boolean {
		if (kind !== 'health') return PLACES[kind] === 'exact';
		const circuit = this.memory.get('health', key)?.circuit;
		return circuit !== undefined && circuit.openUntil > 0 && circuit.openUntil <= this.surroundings.now();
	}

	private start(): void {
		if (this.isLooking) return;
		this.isLooking = true;
		void this.keepLooking();
	}

	private async keepLooking(): Promise<void> {
		while (!this.over.signal.aborted) {
			await this.look();
			await this.surroundings.sleep(LOOK_EVERY_MS, this.over.signal);
			await this.tell();
		}
	}

	private async lookNow(): Promise<void> {
		try {
			const rows = await this.db.query<FactRow>(
				`SELECT kind, key, value, version, extract(epoch FROM changed_at)::float8 AS at FROM ${this.db.schema}.facts ` +
					'WHERE changed_at > to_timestamp($1) AND writer <> $2 AND kind = ANY($3) ORDER BY changed_at DESC LIMIT $4',
				[
					Math.max(0, this.seenUntil - OVERLAP_S),
					this.me,
					Object.keys(PLACES).filter((kind) => PLACES[kind as FactKind] === 'told'),
					MOST_TOLD,
				],
			);
			for (const row of rows) this.learn(row);
		} catch (error) {
			ignoreAway(error);
		}
	}

	private async fetch(keys: readonly FactKey[]): Promise<void> {
		const rows = await this.db.query<FactRow>(
			`SELECT kind, key, value, version, 0 AS at FROM ${this.db.schema}.facts WHERE (kind, key) IN ` +
				'(SELECT * FROM unnest($1::text[], $2::text[]))',
			[keys.map(({ kind }) => kind), keys.map(({ key }) => key)],
		);
		for (const row of rows) this.learn(row);
	}

	private learn({ kind, key, value, version, at }: FactRow): void {
		this.seenUntil = Math.max(this.seenUntil, at);
		// Our own change is newer and about to be published.
		if (this.untold.has(nameOf({ kind, key }))) return;
		this.memory.set(kind, key, value);
		this.exact.saw({ kind, key } as FactKey, Number(version));
	}

	private async write(keys: readonly FactKey[]): Promise<void> {
		const values = new Map(keys.map((key) => [nameOf(key), key]));
		const rows = [...values.values()].map(({ kind, key }) => ({
			kind,
			key,
			value: this.memory.get(kind, key),
		}));
		const told = await this.db.query<{ kind: FactKind; key: string; version: string }>(
			`WITH told AS (INSERT INTO ${this.db.schema}.facts AS f (kind, key, value, writer, changed_at) ` +
				"SELECT kind, key, nullif(value, 'null'::jsonb), $2, clock_timestamp() FROM jsonb_to_recordset($1::jsonb) " +
				'AS r(kind text, key text, value jsonb) ORDER BY kind, key ON CONFLICT (kind, key) DO UPDATE ' +
				'SET value = excluded.value, writer = excluded.writer, changed_at = excluded.changed_at, version = f.version + 1 ' +
				"RETURNING kind, key, version), news AS (SELECT pg_notify($3, 'facts')) SELECT told.* FROM told, news",
			[JSON.stringify(rows), this.me, CHANNEL],
		);
		for (const { kind, key, version } of told) this.exact.saw({ kind, key } as FactKey, Number(version));
	}

	private tellSoon(changes: readonly FactKey[]): void {
		for (const { kind, key } of changes) {
			if (PLACES[kind] !== 'told') continue;
			this.untold.set(nameOf({ kind, key } as FactKey), { kind, key } as FactKey);
		}
		// A pace is already batched and goes stale quickly.
		if (changes.some(({ kind }) => kind === 'pace')) {
			this.listen();
			void this.tell();
		} else if (this.untold.size > 0 && !this.isTelling) void this.tellLater();
	}

	private async tellLater(): Promise<void> {
		this.isTelling = true;
		await this.surroundings.sleep(TELL_AFTER_MS, this.over.signal);
		this.isTelling = false;
		await this.tell();
	}
}

function nameOf({ kind, key }: { kind: FactKind; key: string }): string {
	return `${kind} ${key}`;
}

/** Ignores temporary errors: facts never fail a request. */
function ignoreAway(error: unknown): void {
	if (!isLater(error)) throw error;
}
