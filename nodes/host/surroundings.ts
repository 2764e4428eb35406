import { createBoundedWork } from '../../router/bounded/bounded';
import type { Timer } from '../../router/bounded/bounded';
import type { Surroundings } from '../../router/types';

/** Epoch ms that `performance.now` counts from. */
let origin = Date.now() - performance.now();

/** Epoch ms with a fraction, as classifying takes less than one; follows the system's clock when that is set. */
function now(): number {
	const wall = Date.now();
	if (Math.abs(origin + performance.now() - wall) > 5) origin = wall - performance.now();
	return origin + performance.now();
}

const timer: Timer = (ms, wake, holds) => {
	const set = setTimeout(wake, ms);
	if (!holds) set.unref();
	return () => clearTimeout(set);
};

/** The real clock and chance: the one place where the engine gets them from. */
export const surroundings: Surroundings = {
	now,
	monotonic: () => performance.now(),
	random: () => Math.random(),
	work: createBoundedWork(timer),
	sleep: async (ms, signal) =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const done = () => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			signal?.addEventListener('abort', done, { once: true });
		}),
};
