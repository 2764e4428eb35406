/** The keys of a model: which may be used now, which next, and what is remembered of each. */
import { createHash } from 'node:crypto';

import type { Health } from '../../state/store';
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

interface State {
	key: string;
	id: string;
	health: Readonly<Health>;
}

/** The keys of one model for one prompt. */
export class KeyPool {
	/** Of each key: under which id its health is remembered. */
	private readonly ids: ReadonlyMap<string, string>;

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

	/** null where a key may be used, rests and circuits heeded. */
	async block(): Promise<Block | null> {
		if (!this.settings.heedRests) return null;
		const states = await this.states();
		if (this.healthy(states).length > 0) return null;
		const resting = (state: State): boolean => this.rests(state);
		// A provider that named a time means it; a circuit may be wrong.
		const open = states.filter((state) => !resting(state));
		const [first] = open.length > 0 ? open.sort(byFailure) : states.sort(byRest);
		return { kind: resting(first) ? 'rest' : 'circuit', health: first.health };
	}

	/** Whether a key that has not been tried for this prompt may be used. */
	async hasFresh(): Promise<boolean> {
		return this.healthy(await this.states()).some(({ key }) => !this.tried.has(key));
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

	/** The key for the next call: the least recently limited; null where none may be used. A probe is claimed. */
	async take(): Promise<TakenKey | null> {
		const now = this.now();
		for (const state of this.healthy(await this.states()).sort(byLimit)) {
			if (this.spent.has(state.key)) continue;
			const isProbe = this.settings.heedRests && stateOf(state.health.circuit, now) === 'halfOpen';
			if (isProbe && !(await this.claimProbe(state))) continue;
			this.tried.add(state.key);
			return { key: state.key, isProbe };
		}
		return null;
	}

	/** The key was not used after all. */
	async giveBack({ key, isProbe }: TakenKey): Promise<void> {
		if (!isProbe) return;
		await this.world.store.update('health', this.ids.get(key) ?? '', (before) =>
			before ? { ...before, circuit: { ...before.circuit, probeUntil: 0 } } : before,
		);
	}

	/** In spite of rests and circuits, because nothing else is left: the least recently failed. */
	async takeAnyway(): Promise<TakenKey> {
		const states = await this.states();
		const open = states.filter((state) => !this.rests(state));
		const [{ key }] = open.length > 0 ? open.sort(byFailure) : states.sort(byRest);
		this.tried.add(key);
		return { key, isProbe: false };
	}

	/**
	 * Remembers what a call said. Limits belong to its key; outages, and an answer that ends them, to all keys.
	 * True: a circuit has opened.
	 */
	async note({ key: used }: TakenKey, outcome: CallOutcome): Promise<boolean> {
		const { shortfall } = outcome;
		const isOfAll = isOutage(failedBy(outcome));
		let opened = false;
		for (const [key, id] of this.ids) {
			if (key !== used && !isOfAll && !countsAsSuccess(shortfall)) continue;
			await this.world.store.update('health', id, (before) => {
				const health = before ?? HEALTHY;
				const after =
					key === used
						? this.after(health, outcome)
						: isOfAll
							? this.after(health, { ...outcome, isProbe: outcome.isProbe && health.circuit.openUntil > 0 })
							: afterAnswerOfOther(health, outcome);
				opened ||= key === used && after.circuit.openedAt > (before?.circuit.openedAt ?? 0);
				return isHealthy(after) ? null : after;
			});
		}
		return opened;
	}

	private after(before: Readonly<Health>, outcome: CallOutcome): Health {
		const { shortfall, startedAt, now } = outcome;
		const circuit = afterCall(before.circuit, outcome, this.settings);
		if (!shortfall || countsAsSuccess(shortfall)) return { circuit, rest: null, limitedAt: before.limitedAt };
		const rest = restAfter(shortfall, this.settings, before.rest, startedAt, now) ?? before.rest;
		return { circuit, rest, limitedAt: shortfall.category === 'rateLimited' ? now : before.limitedAt };
	}

	/** Those that rests and circuits let through. */
	private healthy(states: readonly State[]): State[] {
		if (!this.settings.heedRests) return [...states];
		const now = this.now();
		// One probe for the model is enough to tell whether an outage is over.
		const isProbed = states.some(
			({ health: { circuit } }) => stateOf(circuit, now) === 'probing' && isOutage(circuit.failedBy),
		);
		return states.filter((state) => {
			if (this.rests(state)) return false;
			const circuit = stateOf(state.health.circuit, now);
			return circuit === 'closed' || (circuit === 'halfOpen' && !isProbed);
		});
	}

	private rests({ health }: State): boolean {
		return health.rest !== null && health.rest.until > this.now();
	}

	private async claimProbe({ id }: State): Promise<boolean> {
		let isOurs = false;
		await this.world.store.update('health', id, (before) => {
			isOurs = before !== null && stateOf(before.circuit, this.now()) === 'halfOpen';
			return before && isOurs ? { ...before, circuit: withProbe(before.circuit, this.now()) } : before;
		});
		return isOurs;
	}

	private async states(): Promise<State[]> {
		const states: State[] = [];
		for (const [key, id] of this.ids) {
			states.push({ key, id, health: (await this.world.store.read('health', id)) ?? HEALTHY });
		}
		return states;
	}

	private now(): number {
		return this.world.surroundings.now();
	}
}

/** Hashing is not done again for each prompt. */
const known = new WeakMap<Model, ReadonlyMap<string, string>>();

function healthKeys(model: Model): ReadonlyMap<string, string> {
	let ids = known.get(model);
	if (!ids) {
		const keys = model.keys.length > 0 ? model.keys : [''];
		ids = new Map(keys.map((key) => [key, healthKey(model, key)]));
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

function byLimit(one: State, other: State): number {
	return one.health.limitedAt - other.health.limitedAt;
}

function byFailure(one: State, other: State): number {
	return one.health.circuit.failedAt - other.health.circuit.failedAt;
}

function byRest(one: State, other: State): number {
	return (one.health.rest?.until ?? 0) - (other.health.rest?.until ?? 0);
}
