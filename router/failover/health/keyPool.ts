/** The keys of a model: which may be used now, which is next, and what is known of each. */
import { createHash } from 'node:crypto';

import type { ChangeOf, FactChange, Health, KeyOf } from '../../state/state';
import type { Model } from '../../types';
import { afterCall, CLOSED, countsAsSuccess, failedBy, isOutage, stateOf, withProbe } from './circuit';
import type { CallOutcome } from './circuit';
import { pacerOf } from '../pacing/pacers';
import type { Pacer } from '../pacing/pacer';
import { isCoolingDown, cooldownAfter } from './cooldowns';
import type { FailoverSettings, FailoverWorld } from '../settings';

const HEALTHY: Readonly<Health> = { circuit: CLOSED, cooldown: null, limitedAt: 0 };

/** A key that may be used for one call. */
export interface TakenKey {
	key: string;
	isProbe: boolean;
}

/** Why a model is passed over. */
export interface Block {
	kind: 'cooldown' | 'circuit';
	/** Of the key that becomes free first. */
	health: Readonly<Health>;
}

/** The current state of one key. */
interface Condition {
	key: string;
	health: Readonly<Health>;
}

/** The choice of a key for one call, made while the changes are applied. */
export interface Choice {
	/** These read the state of all keys, and choose. */
	looks: FactChange[];
	/** These claim a probe. They must come after `looks`; other changes may come between. */
	claims: FactChange[];
	isMade(): boolean;
	/** null: no key may be used. */
	taken(): TakenKey | null;
	/** The call will not be made, so nothing is claimed. */
	drop(): void;
	isDropped(): boolean;
}

/** The keys of one model for one prompt. */
export class KeyPool {
	/** Id of each key's health fact. */
	private readonly ids: ReadonlyMap<string, KeyOf<'health'>>;

	private readonly tried = new Set<string>();

	/**
	 * Keys that failed for this prompt, and from when they may be tried again, by the monotonic clock: `Infinity` for
	 * never.
	 */
	private readonly spent = new Map<string, number>();

	/** The state at the last read, so that a key can be picked without reading again. */
	private conditions: readonly Condition[];

	private readonly settings: FailoverSettings;

	constructor(
		model: Model,
		settings: FailoverSettings,
		private readonly world: FailoverWorld,
	) {
		// A low-cost tier is not waited for, because the standard tier can be asked.
		this.settings = model.tierPatienceMs === undefined ? settings : { ...settings, retryAfterPatienceMs: 0 };
		this.ids = healthKeys(model);
		this.conditions = this.conditionsOf([]);
	}

	/** Ids of its keys' health facts. */
	get healthKeys(): Array<KeyOf<'health'>> {
		return [...this.ids.values()];
	}

	/** null if a key may be used, given cooldowns and circuits. */
	async block(): Promise<Block | null> {
		if (!this.settings.heedCooldowns) return null;
		return this.blockIn(await this.world.state.facts.read(this.healthKeys));
	}

	/** As `block`, from facts already read. @param healths one for each of `healthKeys`, in that order */
	blockIn(healths: ReadonlyArray<Readonly<Health> | null>): Block | null {
		if (!this.settings.heedCooldowns) return null;
		const conditions = this.conditionsOf(healths);
		this.conditions = conditions;
		if (this.healthy(conditions).length > 0) return null;
		const first = this.leastBad(conditions);
		return { kind: this.isCoolingDown(first) ? 'cooldown' : 'circuit', health: first.health };
	}

	/** Whether a key that has not been tried for this prompt may be used. */
	async hasFresh(): Promise<boolean> {
		const conditions = this.conditionsOf(await this.world.state.facts.read(this.healthKeys));
		this.conditions = conditions;
		return this.healthy(conditions).some(({ key }) => !this.tried.has(key));
	}

	/** Excludes this key for this prompt. @param until by the monotonic clock */
	spend(key: string, until: number): void {
		this.spent.set(key, until);
	}

	/** Retries for this prompt, on any key; `retriesOnce` counts those after a fault that allows only one. */
	retries = 0;

	retriesOnce = 0;

	countRetry(isForOnce: boolean): void {
		this.retries += 1;
		this.retriesOnce += Number(isForOnce);
	}

	/** By the monotonic clock: until then the provider asked this prompt to wait with all its keys. */
	waitUntil = 0;

	/** Allows all keys again, because there is nothing else to try. */
	renewAll(): void {
		for (const [key, until] of this.spent) if (until !== Infinity) this.spent.delete(key);
	}

	/** Allows the key again that may be tried first, and returns from when; `Infinity`: there is none. */
	renew(): number {
		const soonest = Math.min(...this.spent.values());
		if (soonest === Infinity) return soonest;
		for (const [key, until] of this.spent) if (until <= soonest) this.spent.delete(key);
		return soonest;
	}

	/**
	 * The key with the shortest wait for a turn, then the least recently limited; null: none may be used. Based on
	 * the last read; `choose` reads again.
	 * @param anyway ignores cooldowns and circuits because nothing else is left, and picks the least recently failed
	 */
	pick(anyway: boolean): string | null {
		if (anyway) return this.leastBad(this.conditions).key;
		const [first] = this.usable()
			.map((condition) => ({ ...condition, waitMs: this.pacer(condition.key).expectedWaitMs() }))
			.sort((one, other) => one.waitMs - other.waitMs || byLimit(one, other));
		return first?.key ?? null;
	}

	/** How long a new call would wait for a turn with any key, in ms; 0 if no limit is known. */
	expectedWaitMs(): number {
		const waits = this.usable().map(({ key }) =>
			this.mayTryNow(key) ? 0 : this.pacer(key).expectedWaitMs(),
		);
		return waits.length === 0 ? 0 : Math.min(...waits);
	}

	/** Whether that wait is more than a guess for each key. */
	get isWaitSure(): boolean {
		return this.usable().every(({ key }) => this.pacer(key).isSure);
	}

	/** A person who tests by hand wants the call made, even if the key has a long cooldown. */
	mayTryNow(key: string): boolean {
		const { heedCooldowns, retryAfterPatienceMs } = this.settings;
		return !heedCooldowns && this.pacer(key).shutForMs() > retryAfterPatienceMs;
	}

	pacer(key: string): Pacer {
		const id = this.ids.get(key)?.key ?? '';
		return pacerOf(this.world.state, id, this.world.surroundings);
	}

	private usable(): Condition[] {
		return this.healthy(this.conditions).filter(({ key }) => !this.spent.has(key));
	}

	/**
	 * Claims a key for the next call.
	 * @param wanted from `pick`
	 * @param anyway as in `pick`
	 * @param isOpen false: no key is needed any more
	 */
	choose(wanted: string, anyway: boolean, isOpen: () => boolean): Choice {
		let seen: Array<Readonly<Health> | null> = [];
		let taken: TakenKey | null = null;
		let isDropped = false;
		const ids = [...this.ids.values()];
		const looks = ids.map((id, index): FactChange => {
			const change: ChangeOf<'health'>['change'] = (before) => {
				if (index === 0) seen = [];
				seen.push(before);
				if (index < ids.length - 1) return before;
				const conditions = this.conditionsOf(seen);
				this.conditions = conditions;
				if (!isOpen()) taken = null;
				else taken = anyway ? { key: wanted, isProbe: false } : this.claim(wanted, conditions);
				return before;
			};
			return { ...id, change };
		});
		const claims = [...this.ids].map(([key, id]): ChangeOf<'health'> => ({
			...id,
			change: (before) =>
				before && taken?.key === key && taken.isProbe
					? { ...before, circuit: withProbe(before.circuit, this.now()) }
					: before,
		}));
		return {
			looks,
			claims,
			isMade: () => taken !== null,
			taken: () => {
				if (taken) this.tried.add(taken.key);
				return taken;
			},
			drop: () => {
				taken = null;
				isDropped = true;
			},
			isDropped: () => isDropped,
		};
	}

	/** The key was not used after all. */
	giveBack({ key, isProbe }: TakenKey): FactChange[] {
		const id = this.ids.get(key);
		if (!id || !isProbe) return [];
		const change: ChangeOf<'health'>['change'] = (before) =>
			before && { ...before, circuit: { ...before.circuit, probeUntil: 0 } };
		return [{ ...id, change }];
	}

	/**
	 * Records what a call showed. Limits belong to its key; outages, and an answer that ends them, to all keys.
	 * @param outcome read when the changes are applied
	 * @param tell receives whether its circuit has opened
	 */
	note({ key: used }: TakenKey, outcome: CallOutcome, tell: (hasOpened: boolean) => void): FactChange[] {
		return [...this.ids].map(([key, id]): FactChange => {
			const change: ChangeOf<'health'>['change'] = (before) => {
				const isOfAll = isOutage(failedBy(outcome));
				if (key !== used && !isOfAll && !countsAsSuccess(outcome.fault)) return before;
				const health = before ?? HEALTHY;
				const after =
					key === used
						? this.after(health, outcome)
						: isOfAll
							? this.after(health, { ...outcome, isProbe: outcome.isProbe && health.circuit.openUntil > 0 })
							: afterAnswerOfOther(health, outcome);
				if (key === used) tell(after.circuit.openedAt > (before?.circuit.openedAt ?? 0));
				return isHealthy(after) ? null : after;
			};
			return { ...id, change };
		});
	}

	private claim(wanted: string, conditions: readonly Condition[]): TakenKey | null {
		const found = this.healthy(conditions).find(({ key }) => key === wanted);
		if (!found || this.spent.has(wanted)) return null;
		const isProbe = this.settings.heedCooldowns && stateOf(found.health.circuit, this.now()) === 'halfOpen';
		return { key: wanted, isProbe };
	}

	/** Prefers an open circuit to a cooldown: a provider that named a time means it, a circuit may be wrong. */
	private leastBad(conditions: readonly Condition[]): Condition {
		const open = conditions.filter((condition) => !this.isCoolingDown(condition));
		return open.length > 0 ? open.sort(byFailure)[0] : [...conditions].sort(byRest)[0];
	}

	private after(before: Readonly<Health>, outcome: CallOutcome): Health {
		const { fault, startedAt, now } = outcome;
		const circuit = afterCall(before.circuit, outcome, this.settings);
		if (!fault || countsAsSuccess(fault)) return { circuit, cooldown: null, limitedAt: before.limitedAt };
		const cooldown = cooldownAfter(fault, this.settings, before.cooldown, startedAt, now) ?? before.cooldown;
		return { circuit, cooldown, limitedAt: fault.category === 'rateLimited' ? now : before.limitedAt };
	}

	/** Those that cooldowns and circuits let through. */
	private healthy(conditions: readonly Condition[]): Condition[] {
		if (!this.settings.heedCooldowns) return [...conditions];
		const now = this.now();
		// One probe per model is enough to find out whether an outage is over.
		const isProbed = conditions.some(
			({ health: { circuit } }) => stateOf(circuit, now) === 'probing' && isOutage(circuit.failedBy),
		);
		return conditions.filter((condition) => {
			if (this.isCoolingDown(condition)) return false;
			const circuit = stateOf(condition.health.circuit, now);
			return circuit === 'closed' || (circuit === 'halfOpen' && !isProbed);
		});
	}

	private isCoolingDown({ health }: Condition): boolean {
		return health.cooldown !== null && isCoolingDown(health.cooldown, this.now());
	}

	private conditionsOf(healths: ReadonlyArray<Readonly<Health> | null>): Condition[] {
		return [...this.ids.keys()].map((key, index) => ({ key, health: healths[index] ?? HEALTHY }));
	}

	private now(): number {
		return this.world.surroundings.now();
	}
}

/** Cached, so that keys are not hashed again for each prompt. */
const known = new WeakMap<Model, ReadonlyMap<string, KeyOf<'health'>>>();

function healthKeys(model: Model): ReadonlyMap<string, KeyOf<'health'>> {
	let ids = known.get(model);
	if (!ids) {
		const keys = model.keys.length > 0 ? model.keys : [''];
		ids = new Map(keys.map((key) => [key, { kind: 'health', key: healthKey(model, key) }]));
		known.set(model, ids);
	}
	return ids;
}

/**
 * A changed key in the credential is a different fact, so editing the credential ends a cooldown. The key itself is
 * not stored.
 */
function healthKey({ endpoint, access }: Model, key: string): string {
	const secret = access ? `${key}\n${access}` : key;
	return `${endpoint}#${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`;
}

/** One key answered, so the effects of the outage on the others are over too. */
function afterAnswerOfOther(before: Readonly<Health>, { startedAt }: CallOutcome): Health {
	const { circuit, cooldown, limitedAt } = before;
	const isOver = isOutage(circuit.failedBy) && startedAt > circuit.openedAt;
	return {
		circuit: isOver ? CLOSED : circuit,
		cooldown: cooldown && isOutage(cooldown.because) ? null : cooldown,
		limitedAt,
	};
}

function isHealthy({ circuit, cooldown, limitedAt }: Health): boolean {
	return circuit === CLOSED && cooldown === null && limitedAt === 0;
}

function byLimit(one: Condition, other: Condition): number {
	return one.health.limitedAt - other.health.limitedAt;
}

function byFailure(one: Condition, other: Condition): number {
	return one.health.circuit.failedAt - other.health.circuit.failedAt;
}

function byRest(one: Condition, other: Condition): number {
	return (one.health.cooldown?.until ?? 0) - (other.health.cooldown?.until ?? 0);
}
