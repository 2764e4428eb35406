import { StateBusy } from '../terms';
import type { Surroundings } from '../../types';
import { isBusy } from './file';

/** Between two tries while another process holds the file, in ms: doubling, with jitter. A usual transaction takes less than one. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 16;

/** So much is written at one go before others have a turn of the event loop. */
const AT_ONE_GO = 50;

interface Waiter {
	/** By the monotonic clock. */
	until: number;
	/** False: the file is held by another process. */
	tryNow(): boolean;
	giveUp(): void;
}

/**
 * What this process writes to the file, one after another. It is done at once where nobody holds the file. Otherwise the
 * first in line asks again and again without ever blocking the process, and those behind it cost nothing.
 */
export class Line {
	private readonly waiters: Waiter[] = [];

	constructor(private readonly surroundings: Surroundings) {}

	/** @throws StateBusy where others did not let go for so long; whatever the work throws */
	async write<T>(work: () => T, patienceMs: number): Promise<T> {
		return this.waiters.length === 0
			? await this.read(work, patienceMs)
			: await this.waitFor(work, patienceMs);
	}

	/** Waits for no writer, as a rule. @throws as `write` */
	async read<T>(work: () => T, patienceMs: number): Promise<T> {
		try {
			return work();
		} catch (error) {
			if (!isBusy(error)) throw error;
		}
		return await this.waitFor(work, patienceMs);
	}

	private waitFor<T>(work: () => T, patienceMs: number): Promise<T> {
		return new Promise((resolve, reject) => {
			this.waiters.push({
				until: this.surroundings.monotonic() + patienceMs,
				tryNow() {
					try {
						resolve(work());
					} catch (error) {
						if (isBusy(error)) return false;
						reject(error);
					}
					return true;
				},
				giveUp: () => reject(new StateBusy()),
			});
			if (this.waiters.length === 1) void this.serve();
		});
	}

	private async serve(): Promise<void> {
		const { monotonic, random, sleep } = this.surroundings;
		let pause = FIRST_PAUSE_MS;
		while (this.waiters.length > 0) {
			await sleep(pause * (0.5 + random()));
			pause = this.advance() ? 0 : Math.min(LONGEST_PAUSE_MS, Math.max(FIRST_PAUSE_MS, 2 * pause));
			for (let i = this.waiters.length - 1; i >= 0; i--) {
				if (this.waiters[i].until <= monotonic()) this.waiters.splice(i, 1)[0].giveUp();
			}
		}
	}

	/** False: it is held still. */
	private advance(): boolean {
		for (let left = AT_ONE_GO; left > 0 && this.waiters.length > 0; left--) {
			if (!this.waiters[0].tryNow()) return false;
			this.waiters.shift();
		}
		return true;
	}
}
