/**
 * How many of a model's calls may be retries, so that retries do not add to the load of a provider that is down.
 * Shares and counts are the public contract's; the idea is from "Addressing Cascading Failures" in Google's "Site
 * Reliability Engineering" (2016).
 */
import type { Store, Traffic } from '../../state/store';
import type { Model } from '../../types';

const SHARE = 0.2;
const ALWAYS_A_SECOND = 10;
const WINDOW_S = 60;

/** Whether one more retry would keep within the budget. */
export async function mayRetry(store: Store, model: Model, now: number): Promise<boolean> {
	return hasRoom(await store.read('traffic', model.endpoint), secondOf(now));
}

/** Counts a call. A retry that no longer fits is not counted: false, and it must not be made. */
export async function countCall(store: Store, model: Model, now: number, isRetry: boolean): Promise<boolean> {
	let fits = true;
	const second = secondOf(now);
	await store.update('traffic', model.endpoint, (before) => {
		fits = !isRetry || hasRoom(before, second);
		if (!fits) return before;
		const seconds = (before?.seconds ?? []).filter((count) => count.second > second - WINDOW_S);
		if (seconds.at(-1)?.second !== second) seconds.push({ second, requests: 0, retries: 0 });
		const current = seconds[seconds.length - 1];
		current.requests += 1;
		if (isRetry) current.retries += 1;
		return { seconds };
	});
	return fits;
}

function hasRoom(traffic: Readonly<Traffic> | null, second: number): boolean {
	let requests = 1;
	let retries = 1;
	for (const count of traffic?.seconds ?? []) {
		if (count.second <= second - WINDOW_S) continue;
		if (count.second === second && count.retries < ALWAYS_A_SECOND) return true;
		requests += count.requests;
		retries += count.retries;
	}
	const isNew = traffic?.seconds.at(-1)?.second !== second;
	return isNew || retries <= SHARE * requests;
}

function secondOf(now: number): number {
	return Math.floor(now / 1000);
}
