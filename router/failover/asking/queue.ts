import type { Model } from '../../types';
import { cheapestFirst } from '../calling/allotment';
import type { Errand } from './errand';
import { above } from './escalation';
import { passedOver } from './failure';
import { KeyPool } from '../health/keyPool';
import type { Block } from '../health/keyPool';
import type { Health, Outage } from '../../state/state';
import { outagesLast, siteKeys } from '../health/outage';
import { leadsOn } from './retry';

/** The candidates that have not been asked, and who of them may be. */
export class Queue {
	private left: readonly Model[];

	private readonly pools = new Map<Model, KeyPool>();

	/** It is left alone for a reason that leads to no other model, so nobody after it is asked. */
	private barrier: Model | null = null;

	constructor(
		private readonly candidates: readonly Model[],
		private readonly errand: Errand,
	) {
		this.left = candidates;
	}

	/** The next that may be asked beside those that are being asked; null for none. It stays until it is taken. */
	async next(beside: readonly Model[]): Promise<Model | null> {
		const { journal, world, settings } = this.errand;
		this.barrier = journal.barrier;
		if (this.barrier) return null;
		const now = world.surroundings.now();
		// In place of an answer that is held only a better one is of use.
		const better = journal.held && above(journal.held.model, this.errand);
		const left = better ? this.left.filter((model) => better.includes(model)) : this.left;
		const ordered = journal.isShortOfMoney ? cheapestFirst(left, this.errand) : left;
		// A second call to the one that is silent would be silent too.
		const free = ordered.filter(
			(model) => !beside.some(({ endpoint }) => endpoint === model.endpoint) && !journal.rulesOut(model),
		);
		if (!settings.heedRests) return free[0] ?? null;
		// One look tells enough as long as the first of them is well.
		const first = free[0] && this.pool(free[0]);
		const sites = siteKeys(free);
		const known = await world.state.facts.read([...sites, ...(first?.healthKeys ?? [])]);
		const outages = known.slice(0, sites.length) as Array<Outage | null>;
		const healths = known.slice(sites.length) as Array<Health | null>;
		for (const model of outagesLast(free, outages, this.candidates, now)) {
			const pool = this.pool(model);
			const block = pool === first ? pool.blockIn(healths) : await pool.block();
			if (!block) return model;
			const why = passedOver(block, now);
			journal.passOver(model, why);
			if (leadsOn(why, settings)) continue;
			this.barrier = model;
			return null;
		}
		return null;
	}

	/**
	 * Whom to ask rather than nobody, where all that may be asked are passed over: of those with open circuits the least recently failed,
	 * else the one whose rest ends first.
	 */
	async lastResort(): Promise<Model | null> {
		const blocked: Array<{ model: Model; block: Block }> = [];
		const { candidates, barrier } = this;
		const reached = barrier ? candidates.slice(0, candidates.indexOf(barrier) + 1) : candidates;
		for (const model of reached) {
			const block = await this.pool(model).block();
			if (block) blocked.push({ model, block });
		}
		const [first] = blocked.sort((one, other) => urgency(one.block) - urgency(other.block));
		return first?.model ?? null;
	}

	take(model: Model): KeyPool {
		this.left = this.left.filter((other) => other !== model);
		return this.pool(model);
	}

	/** It was ended before it could show anything. One that was silent for long comes after all the others. */
	putBack(model: Model, isSilent: boolean): void {
		const left = new Set([...this.left, model]);
		this.left = isSilent ? [...left] : this.candidates.filter((candidate) => left.has(candidate));
	}

	private pool(model: Model): KeyPool {
		const known = this.pools.get(model);
		if (known) return known;
		const pool = new KeyPool(model, this.errand.settings, this.errand.world);
		this.pools.set(model, pool);
		return pool;
	}
}

/** Failures lie in the past and rests end in the future, so circuits come first. */
function urgency({ kind, health: { circuit, rest } }: Block): number {
	return kind === 'circuit' ? circuit.failedAt : (rest?.until ?? 0);
}
