import { surroundings } from '../../nodes/host/surroundings';
import type { Surroundings } from '../../router/types';

/** The machine's own clock and chance, for tests across processes. */
export const realTime: Surroundings = {
	now: Date.now,
	monotonic: () => performance.now(),
	random: Math.random,
	work: surroundings.work,
	sleep: async (ms, signal) =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
		}),
};
