/** The keys of a model: which may be used now, which next, and what is remembered of each. */
import { createHash } from 'node:crypto';

import type { ChangeOf, FactChange, Health, KeyOf } from '../../state/state';
import type { Model } from '../../types';
import { afterCall, CLOSED, countsAsSuccess, failedBy, isOutage, stateOf, withProbe } from './circuit';
import type { CallOutcome } from './circuit';
import { restAfter } from './rests';
import type { FailoverSettings, FailoverWorld } from '../settings';

const HEALTHY: Readonly<Health> = { circuit: CLOSED, rest: null, limitedAt: 0 };

/** A key that may be used for one call. */
export interface TakenKey {
	key: string;
	isProbe: boolean;
}

/** Why a model is passed over. */
export interface Block {
	kind: 'rest' | 'circuit';
	/** Of the key that is free first. */
	health: Readonly<Health>;
}

/** One key as it is at the moment. */
interface Condition {
	key: string;
	health: Readonly<Health>;
}

/** The choice of a key for one call, made as the changes are. */
export interface Choice {
	/** Look at all keys, and choose. */
	looks: FactChange[];
	/** Come after them, with others between them if need be: a probe is claimed. */
	claims: FactChange[];
	isMade(): boolean;
	/** null: none may be used. */
	taken(): TakenKey | null;
	/** It will not be made, so nothing is to be claimed. */
	drop(): void;
}

/** The keys of one model for one prompt. */
export class KeyPool {
	/** Of each key: under which id its health is remembered. */
	private readonly ids: ReadonlyMap<string, KeyOf<'health'>>;

	private readonly tried = new Set<string>();

	/** Keys that failed for this prompt, and from when they may be tried again: epoch ms, `Infinity` for never. */
	private readonly spent = new Map<string, number>();

	constructor(
		model: Model,
		private readonly settings: FailoverSettings,
		private readonly world: FailoverWorld,
	) {
		this.ids = healthKeys(model);
	}

	/** By what the health of its keys is remembered. */
	get healthKeys(): Array<KeyOf<'health'>> {
		return [...this.ids.values()];
	}

	/** null where a key may be used, rests and circuits heeded. */
	async block(): Promise<Block | null> {
		if (!this.settings.heedRests) return null;
		return this.blockIn(await this.world.state.facts.read(this.healthKeys));
	}

	/** The same. @param healths what is known by each of `healthKeys` */
	blockIn(healths: ReadonlyArray<Readonly<Health> | null>): Block | null {
		if (!this.settings.heedRests) return null;
		const conditions = this.conditionsOf(healths);
		if (this.healthy(conditions).length > 0) return null;
		const first = this.leastBad(conditions);
		return { kind: this.rests(first) ? 'rest' : 'circuit', health: first.health };
	}

	/** Whether a key that has not been tried for this prompt may be used. */
	async hasFresh(): Promise<boolean> {
		const conditions = this.conditionsOf(await this.world.state.facts.read(this.healthKeys));
		return this.healthy(conditions).some(({ key }) => !this.tried.has(key));
	}

	/** Takes this key out for this prompt until then, epoch ms. */
	spend(key: string, until: number): void {
		this.spent.set(key, until);
	}

	/** Puts back the key that may be tried again first, and says from when; `Infinity`: there is none. */
	renew(): number {
		const soonest = Math.min(...this.spent.values());
		if (soonest === Infinity) return soonest;
		for (const [key, until] of this.spent) if (until <= soonest) this.spent.delete(key);
		return soonest;
	}

	/**
	 * The key for the next call: the least recently limited. @param anyway in spite of rests and circuits, because nothing
	 * else is left: the least recently failed @param isOpen false: no key is wanted any more
	 */
	choose(anyway: boolean, isOpen: () => boolean): Choice {
		let seen: Array<Readonly<Health> | null> = [];
		let taken: TakenKey | null = null;
		const ids = [...this.ids.values()];
		const looks = ids.map((id, index): FactChange => {
			const change: ChangeOf<'health'>['change'] = (before) => {
				if (index === 0) seen = [];
				seen.push(before);
				if (index < ids.length - 1) return before;
				const conditions = this.conditionsOf(seen);
				taken = isOpen() ? (anyway ? this.chooseAnyway(conditions) : this.chooseFrom(conditions)) : null;
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
			},
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
	 * Remembers what a call said. Limits belong to its key; outages, and an answer that ends them, to all keys.
	 * @param outcome read as the changes are made @param tell whether its circuit has opened
	 */
	note({ key: used }: TakenKey, outcome: CallOutcome, tell: (hasOpened: boolean) => void): FactChange[] {
		return [...this.ids].map(([key, id]): FactChange => {
			const change: ChangeOf<'health'>['change'] = (before) => {
				const isOfAll = isOutage(failedBy(outcome));
				if (key !== used && !isOfAll && !countsAsSuccess(outcome.shortfall)) return before;
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

	private chooseFrom(conditions: readonly Condition[]): TakenKey | null {
		const free = this.healthy(conditions).filter(({ key }) => !this.spent.has(key));
		const [first] = free.sort(byLimit);
		if (!first) return null;
		const { key, health } = first;
		return {
			key,
			isProbe: this.settings.heedRests && stateOf(health.circuit, this.now()) === 'halfOpen',
		};
	}

	private chooseAnyway(conditions: readonly Condition[]): TakenKey {
		return { key: this.leastBad(conditions).key, isProbe: false };
	}

	/** A provider that named a time means it; a circuit may be wrong. */
	private leastBad(conditions: readonly Condition[]): Condition {
		const open = conditions.filter((condition) => !this.rests(condition));
		return open.length > 0 ? open.sort(byFailure)[0] : [...conditions].sort(byRest)[0];
	}

	private after(before: Readonly<Health>, outcome: CallOutcome): Health {
		const { shortfall, startedAt, now } = outcome;
		const circuit = afterCall(before.circuit, outcome, this.settings);
		if (!shortfall || countsAsSuccess(shortfall)) return { circuit, rest: null, limitedAt: before.limitedAt };
		const rest = restAfter(shortfall, this.settings, before.rest, startedAt, now) ?? before.rest;
		return { circuit, rest, limitedAt: shortfall.category === 'rateLimited' ? now : before.limitedAt };
	}

	/** Those that rests and circuits let through. */
	private healthy(conditions: readonly Condition[]): Condition[] {
		if (!this.settings.heedRests) return [...conditions];
		const now = this.now();
		// One probe for the model is enough to tell whether an outage is over.
		const isProbed = conditions.some(
			({ health: { circuit } }) => stateOf(circuit, now) === 'probing' && isOutage(circuit.failedBy),
		);
		return conditions.filter((condition) => {
			if (this.rests(condition)) return false;
			const circuit = stateOf(condition.health.circuit, now);
			return circuit === 'closed' || (circuit === 'halfOpen' && !isProbed);
		});
	}

	private rests({ health }: Condition): boolean {
		return health.rest !== null && health.rest.until > this.now();
	}

	private conditionsOf(healths: ReadonlyArray<Readonly<Health> | null>): Condition[] {
		return [...this.ids.keys()].map((key, index) => ({ key, health: healths[index] ?? HEALTHY }));
	}

	private now(): number {
		return this.world.surroundings.now();
	}
}

/** Hashing is not done again for each prompt. */
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

/** Another key in the credential is another fact, so editing the credential ends a rest. The key itself is not kept. */
function healthKey({ endpoint, access }: Model, key: string): string {
	const secret = access ? `${key}\n${access}` : key;
	return `${endpoint}#${createHash('sha256').update(secret).digest('hex').slice(0, 16)}`;
}

/** One key answered, so what the others suffered of the outage is over too. */
function afterAnswerOfOther(before: Readonly<Health>, { startedAt }: CallOutcome): Health {
	const { circuit, rest, limitedAt } = before;
	const isOver = isOutage(circuit.failedBy) && startedAt > circuit.openedAt;
	return {
		circuit: isOver ? CLOSED : circuit,
		rest: rest && isOutage(rest.because) ? null : rest,
		limitedAt,
	};
}

function isHealthy({ circuit, rest, limitedAt }: Health): boolean {
	return circuit === CLOSED && rest === null && limitedAt === 0;
}

function byLimit(one: Condition, other: Condition): number {
	return one.health.limitedAt - other.health.limitedAt;
}

function byFailure(one: Condition, other: Condition): number {
	return one.health.circuit.failedAt - other.health.circuit.failedAt;
}

function byRest(one: Condition, other: Condition): number {
	return (one.health.rest?.until ?? 0) - (other.health.rest?.until ?? 0);
}
