/**
 * Whether an endpoint is silent. A call that another model's answer ended is no failure by itself: the model may only be
 * slow. But where call after call ends without a token, for as long as a single one may take, there is nobody there.
 */
import type { SilentRow } from '../../state/store';
import type { Model } from '../../types';
import { limitsFor, zeroIsNone } from '../calling/deadlines';
import type { Errand } from '../asking/errand';

/** Fewer may be chance; where circuits are off, as many as would open one by default. */
const ENOUGH = 5;

/** Calls in a row that got no token, if they are enough and have lasted as long as one may take; else 0. */
export async function silentCalls(model: Model, errand: Errand): Promise<number> {
	return lengthOf(await errand.world.store.read('silence', model.endpoint), model, errand);
}

/** One more call ended without a token. @param startedAt epoch ms @returns as `silentCalls`, with it */
export async function countSilence(model: Model, errand: Errand, startedAt: number): Promise<number> {
	let row: SilentRow = { since: startedAt, calls: 1 };
	await errand.world.store.update('silence', model.endpoint, (before) => {
		if (before) row = { since: Math.min(before.since, startedAt), calls: before.calls + 1 };
		return row;
	});
	return lengthOf(row, model, errand);
}

/** A token came, or an error: somebody is there. @returns as `silentCalls`, before it */
export async function endSilence(model: Model, errand: Errand): Promise<number> {
	let row: SilentRow | null = null;
	await errand.world.store.update('silence', model.endpoint, (before) => {
		row = before;
		return null;
	});
	return lengthOf(row, model, errand);
}

function lengthOf(row: Readonly<SilentRow> | null, model: Model, { settings, world }: Errand): number {
	if (!row || row.calls < (settings.breakerThreshold || ENOUGH)) return 0;
	const { firstTokenMs, attemptMs } = limitsFor(model, settings, Infinity);
	const longest = Math.min(firstTokenMs, attemptMs, zeroIsNone(settings.totalTimeoutMs));
	return world.surroundings.now() - row.since >= longest ? row.calls : 0;
}
