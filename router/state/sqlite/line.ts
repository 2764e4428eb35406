import { StateBusy } from '../terms';
import type { Surroundings } from '../../types';
import { isBusy } from './file';

/** Pause between tries while another process holds the file, in ms: doubling, with jitter. Most transactions take less than 1 ms. */
const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 16;

/** Writes in a row before yielding to the event loop. */
const AT_ONE_GO = 50;

interface Waiter {
	/** By the monotonic clock. */
	until: number;
	/** @returns false if another process holds the file */
	tryNow(): boolean;
	giveUp(): void;
}

/**
 * Serialises this process's writes to the file. A write happens at once if nobody holds the file; otherwise the first in line retries
 * without blocking the process.
 */
export class Line {
	private readonly waiters: Waiter[] = [];

	constructor(private readonly surroundings: Surroundings) {}

	/** @throws StateBusy after `patienceMs`, and whatever the work throws */
	async write<T>(work: () => T, patienceMs: number): Promise<T> {
		return this.waiters.length === 0
			? await this.read(work, patienceMs)
			: await this.waitFor(work, patienceMs);
	}

	/** Usually needs no waiting, as readers do not block on a writer. @throws as `write` */
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

	/** @returns false if the file is still held */
	private advance(): boolean {
		for (let left = AT_ONE_GO; left > 0 && this.waiters.length > 0; left--) {
			if (!this.waiters[0].tryNow()) return false;
			this.waiters.shift();
		}
		return true;
	}
}
