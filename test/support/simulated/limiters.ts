/** Rate limits as providers have them, for simulated ones. Times in ms. */

/** What a limit says of a call that comes at a time: null takes it, a number names the wait, `silent` names none. */
export type Limiter = (now: number) => null | number | 'silent';

/** How a refusal names the wait: exactly, in whole seconds, always one second, or not at all. */
export type Naming = 'exact' | 'seconds' | 'oneSecond' | 'silent';

function named(restMs: number, naming: Naming): number | 'silent' {
	if (naming === 'silent') return 'silent';
	if (naming === 'oneSecond') return 1_000;
	return naming === 'exact' ? Math.ceil(restMs) : Math.ceil(restMs / 1_000) * 1_000;
}

/** So many calls in each window of the clock. */
export function fixedWindow(calls: number, windowMs: number, naming: Naming, offsetMs = 0): Limiter {
	let window = -1;
	let taken = 0;
	return (at) => {
		const now = at + offsetMs;
		const current = Math.floor(now / windowMs);
		if (current !== window) {
			window = current;
			taken = 0;
		}
		if (taken >= calls) return named((current + 1) * windowMs - now, naming);
		taken += 1;
		return null;
	};
}

/** So many calls in any span of that length. */
export function slidingWindow(calls: number, windowMs: number, naming: Naming): Limiter {
	const taken: number[] = [];
	return (now) => {
		while (taken.length > 0 && taken[0] <= now - windowMs) taken.shift();
		if (taken.length >= calls) return named(taken[0] + windowMs - now, naming);
		taken.push(now);
		return null;
	};
}

/** Tokens that come in evenly, of which so many are kept. */
export function tokenBucket(aSecond: number, burst: number, naming: Naming): Limiter {
	let tokens = burst;
	let last: number | null = null;
	return (now) => {
		tokens = Math.min(burst, tokens + ((now - (last ?? now)) * aSecond) / 1_000);
		last = now;
		if (tokens < 1) return named(((1 - tokens) / aSecond) * 1_000, naming);
		tokens -= 1;
		return null;
	};
}

/** So many calls in a time that begins with the first of them. */
export function windowFromFirst(calls: number, windowMs: number, naming: Naming): Limiter {
	let from = -Infinity;
	let taken = 0;
	return (now) => {
		if (now >= from + windowMs) {
			from = now;
			taken = 0;
		}
		if (taken >= calls) return named(from + windowMs - now, naming);
		taken += 1;
		return null;
	};
}

/** So many tokens in each window of the clock, where calls cost differently many. */
export function tokensInWindow(
	tokens: number,
	windowMs: number,
	naming: Naming,
	costOf: () => number,
): Limiter {
	let window = -1;
	let spent = 0;
	return (now) => {
		const current = Math.floor(now / windowMs);
		if (current !== window) {
			window = current;
			spent = 0;
		}
		const cost = costOf();
		if (spent + cost > tokens) return named((current + 1) * windowMs - now, naming);
		spent += cost;
		return null;
	};
}

/** A short and a long limit: a call that the second refuses has counted for the first. */
export function bothOf(first: Limiter, second: Limiter): Limiter {
	return (now) => first(now) ?? second(now);
}
