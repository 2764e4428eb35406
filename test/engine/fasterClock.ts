import type { Surroundings } from '../../router/types';

/** How many times as fast as the real one. */
export const SPEED = 10;

const TICK_MS = 4;

/** The most that this clock advances by at once, in real ms: pauses of a busy machine are left out. */
const LONGEST_TICK_MS = 8;

interface Sleeper {
	until: number;
	wake: () => void;
}

/**
 * The same world with a clock that runs faster, so that default settings can be waited for. It runs only while the
 * process does: where that gets no processor for two seconds, no provider has been silent for twenty.
 */
export function faster(real: Surroundings, speed = SPEED): Surroundings {
	const sleepers = new Set<Sleeper>();
	let time = real.now();
	const begunAt = time;
	let tickedAt = time;
	const now = (): number => time + Math.min(real.now() - tickedAt, LONGEST_TICK_MS) * speed;
	const tick = (): void => {
		time = now();
		tickedAt = real.now();
		for (const sleeper of [...sleepers]) if (sleeper.until <= time) sleeper.wake();
	};
	setInterval(tick, TICK_MS).unref();

	const sleep = async (ms: number, signal?: AbortSignal): Promise<void> =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const sleeper = {
				until: now() + ms,
				wake: () => {
					sleepers.delete(sleeper);
					signal?.removeEventListener('abort', sleeper.wake);
					resolve();
				},
			};
			sleepers.add(sleeper);
			signal?.addEventListener('abort', sleeper.wake, { once: true });
		});
	return { ...real, now, monotonic: () => now() - begunAt, sleep };
}
