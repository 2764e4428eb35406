import type { Model } from '../types';
import type { Errand } from './errand';
import { passedOver } from './failure';
import { KeyPool } from './keyPool';
import type { Block } from './keyPool';
import { outagesLast } from './outage';

/** The candidates that have not been asked, and who of them may be. */
export class Queue {
	private readonly left: Set<Model>;

	private readonly pools = new Map<Model, KeyPool>();

	constructor(
		private readonly candidates: readonly Model[],
		private readonly errand: Errand,
	) {
		this.left = new Set(candidates);
	}

	/** The next that may be asked beside those that are being asked; null for none. It stays until it is taken. */
	async next(beside: readonly Model[]): Promise<Model | null> {
		const { journal, world } = this.errand;
		const now = world.surroundings.now();
		for (const model of await outagesLast(world.store, [...this.left], now)) {
			// A second call to the one that is silent would be silent too.
			const isBusy = beside.some(({ endpoint }) => endpoint === model.endpoint);
			if (isBusy || journal.rulesOut(model)) continue;
			const block = await this.pool(model).block();
			if (!block) return model;
			journal.passOver(model, passedOver(block, now));
		}
		return null;
	}

	/**
	 * Whom to ask rather than nobody, where all are passed over: of those with open circuits the least recently failed,
	 * else the one whose rest ends first.
	 */
	async lastResort(): Promise<Model | null> {
		const blocked: Array<{ model: Model; block: Block }> = [];
		for (const model of this.candidates) {
			const block = await this.pool(model).block();
			if (block) blocked.push({ model, block });
		}
		const [first] = blocked.sort((one, other) => urgency(one.block) - urgency(other.block));
		return first?.model ?? null;
	}

	take(model: Model): KeyPool {
		this.left.delete(model);
		return this.pool(model);
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
