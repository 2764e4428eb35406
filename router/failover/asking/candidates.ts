import type { Model } from '../../types';
import { cheapestFirst } from '../calling/spending';
import type { Context } from './context';
import { above } from './escalation';
import { inQueue, passedOver } from './failure';
import { KeyPool } from '../health/keyPool';
import type { Block } from '../health/keyPool';
import type { Health, Outage } from '../../state/state';
import { outagesLast, siteKeys } from '../health/outage';
import { isLimit, leadsOn } from './retry';

/**
 * A model further up the list is preferred unless others would let a call through sooner by more than this, in ms. If
 * its wait is only a guess, as after a single refusal, Retry-After Patience applies instead: waiting is how we find
 * out.
 */
const AS_SOON_MS = 250;

/** The candidates that have not been asked, and which of them may be. */
export class Candidates {
	private left: readonly Model[];

	private readonly pools = new Map<Model, KeyPool>();

	private readonly givenUp = new Set<Model>();

	/** Blocked for a reason that allows no fallback, so no candidate after it is asked. */
	private barrier: Model | null = null;

	constructor(
		private readonly candidates: readonly Model[],
		private readonly context: Context,
	) {
		this.left = candidates;
	}

	/**
	 * The next candidate that may be asked beside the running ones; null if none. It stays listed until it is taken.
	 */
	async next(beside: readonly Model[]): Promise<Model | null> {
		const { trace, world, settings } = this.context;
		this.barrier = trace.barrier;
		if (this.barrier) return null;
		const now = world.surroundings.now();
		// When an answer is kept in reserve, only a better model is of use.
		const better = trace.held && above(trace.held.model, this.context);
		const left = better ? this.left.filter((model) => better.includes(model)) : this.left;
		const ordered = trace.isShortOfMoney ? cheapestFirst(left, this.context) : left;
		// A second call to a silent endpoint would be silent too.
		const free = ordered.filter(
			(model) => !beside.some(({ endpoint }) => endpoint === model.endpoint) && !trace.rulesOut(model),
		);
		if (!settings.heedCooldowns) return this.soonest(free);
		// As long as the first candidate is healthy, looking at it alone is enough.
		const first = free[0] && this.pool(free[0]);
		const sites = siteKeys(free);
		const known = await world.state.facts.read([...sites, ...(first?.healthKeys ?? [])]);
		const outages = known.slice(0, sites.length) as Array<Outage | null>;
		const healths = known.slice(sites.length) as Array<Health | null>;
		const usable: Model[] = [];
		for (const model of outagesLast(free, outages, this.candidates, now)) {
			const pool = this.pool(model);
			const block = pool === first ? pool.blockIn(healths) : await pool.block();
			if (!block) {
				// If this one lets a call through at once, the others need not be looked at.
				if (pool.expectedWaitMs() === 0) return this.soonest([...usable, model]);
				usable.push(model);
				continue;
			}
			const why = passedOver(block, now);
			trace.passOver(model, why);
			if (leadsOn(why, settings, model)) continue;
			// No candidate after this one may be asked.
			if (usable.length === 0) this.barrier = model;
			break;
		}
		return this.soonest(usable);
	}

	/**
	 * The model whose limit lets a call through first. Small differences do not change the order, and if rate limits
	 * allow no fallback the preferred model stays.
	 */
	private soonest(usable: readonly Model[]): Model | null {
		const [preferred] = usable;
		if (!preferred) return null;
		const waits = new Map(usable.map((model) => [model, this.pool(model).expectedWaitMs()]));
		const waitOf = (model: Model): number => waits.get(model) ?? 0;
		if (waitOf(preferred) === 0 || !this.context.settings.fallbackOn.has('rateLimited')) return preferred;
		const least = Math.min(...waits.values());
		const { retryAfterPatienceMs } = this.context.settings;
		const marginOf = (model: Model): number =>
			this.pool(model).isWaitSure ? AS_SOON_MS : Math.max(AS_SOON_MS, retryAfterPatienceMs);
		const found = usable.find((model) => waitOf(model) <= least + marginOf(model)) ?? preferred;
		if (found !== preferred) {
			for (const model of usable.slice(0, usable.indexOf(found))) {
				this.context.trace.passOver(model, inQueue(waitOf(model)));
			}
		}
		return found;
	}

	/** Whether another model that may be of use is left after this one. */
	hasOthers(than: Model): boolean {
		const { trace } = this.context;
		return this.left.some((model) => model !== than && !trace.rulesOut(model));
	}

	/**
	 * For when no other model may be asked: the model whose limit ends first, and in how many ms. It may be one that
	 * was asked before. null: there is none.
	 */
	async waitable(): Promise<{ model: Model; waitMs: number } | null> {
		const { trace, world, settings, endsAt } = this.context;
		if (settings.withoutLastResort || trace.held) return null;
		const now = world.surroundings.now();
		const monotonic = world.surroundings.monotonic();
		let found: { model: Model; waitMs: number } | null = null;
		let least = Infinity;
		for (const model of this.reached()) {
			const last = trace.lastFaultOf(model);
			if (!last || !isLimit(last.fault) || this.givenUp.has(model)) continue;
			const pool = this.pool(model);
			const block = await pool.block();
			if (block && !isLimit(passedOver(block, now))) continue;
			const restMs = block?.health.cooldown ? block.health.cooldown.until - now : 0;
			const waitMs = Math.max(restMs, pool.waitUntil - monotonic, 0);
			const inAllMs = Math.max(waitMs, pool.expectedWaitMs());
			if (monotonic + waitMs >= endsAt || inAllMs >= least) continue;
			least = inAllMs;
			found = { model, waitMs };
		}
		return found;
	}

	/** Waiting for this model is of no use. */
	giveUp(model: Model): void {
		this.givenUp.add(model);
	}

	/** The candidates before the one that allows no fallback. */
	private reached(): readonly Model[] {
		const { candidates, barrier } = this;
		return barrier ? candidates.slice(0, candidates.indexOf(barrier) + 1) : candidates;
	}

	/**
	 * The model to ask when all candidates are blocked: of those with open circuits the one whose last failure is
	 * longest ago, otherwise the one whose cooldown ends first.
	 */
	async lastResort(): Promise<Model | null> {
		const blocked: Array<{ model: Model; block: Block }> = [];
		for (const model of this.reached()) {
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

	/**
	 * For a model that was cancelled before its attempt showed anything. One that was silent for long goes to the
	 * end.
	 */
	putBack(model: Model, isSilent: boolean): void {
		const left = new Set([...this.left, model]);
		this.left = isSilent ? [...left] : this.candidates.filter((candidate) => left.has(candidate));
	}

	private pool(model: Model): KeyPool {
		const known = this.pools.get(model);
		if (known) return known;
		const pool = new KeyPool(model, this.context.settings, this.context.world);
		this.pools.set(model, pool);
		return pool;
	}
}

/** Failure times lie in the past and cooldown ends in the future, so circuits sort first. */
function urgency({ kind, health: { circuit, cooldown } }: Block): number {
	return kind === 'circuit' ? circuit.failedAt : (cooldown?.until ?? 0);
}
