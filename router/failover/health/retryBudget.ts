/**
 * Limits the share of a model's calls that may be retries, so that retries do not overload a provider that is down.
 * Shares and counts are from the public contract; the idea is from "Addressing Cascading Failures" in Google's "Site
 * Reliability Engineering" (2016).
 */
import type { ChangeOf, FactStore, Traffic } from '../../state/state';
import type { Model } from '../../types';

const SHARE = 0.2;
const ALWAYS_A_SECOND = 10;
const WINDOW_S = 60;

/** Whether one more retry stays within the budget. */
export async function mayRetry(facts: FactStore, model: Model, now: number): Promise<boolean> {
	const [traffic] = await facts.read([{ kind: 'traffic', key: model.endpoint }]);
	return hasRoom(traffic, secondOf(now));
}

/** A call that may be made, and can be dropped. */
interface Candidate {
	isMade(): boolean;
	drop(): void;
}

/** Counts a call if it is made. A retry that no longer fits the budget is dropped. */
export function countCall(
	{ endpoint }: Model,
	now: () => number,
	isRetry: boolean,
	call: Candidate,
): ChangeOf<'traffic'> {
	return {
		kind: 'traffic',
		key: endpoint,
		change(before) {
			if (!call.isMade()) return before;
			const second = secondOf(now());
			if (isRetry && !hasRoom(before, second)) {
				call.drop();
				return before;
			}
			const seconds = (before?.seconds ?? []).filter((count) => count.second > second - WINDOW_S);
			const last = seconds.at(-1)?.second === second ? seconds.pop() : undefined;
			const { requests, retries } = last ?? { requests: 0, retries: 0 };
			return {
				seconds: [...seconds, { second, requests: requests + 1, retries: retries + Number(isRetry) }],
			};
		},
	};
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
