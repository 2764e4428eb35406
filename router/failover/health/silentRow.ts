/**
 * Whether an endpoint is silent. A call that another model's answer ended is no failure by itself: the model may only be
 * slow. But where call after call ends without a token, for as long as a single one may take, there is nobody there.
 */
import type { ChangeOf, KeyOf, SilentRow } from '../../state/state';
import type { Model } from '../../types';
import { limitsFor, usualLimits, zeroIsNone } from '../calling/deadlines';
import type { Errand } from '../asking/errand';

/** Fewer may be chance; where circuits are off, as many as would open one by default. */
const ENOUGH = 5;

export function silenceKey({ endpoint: key }: Model): KeyOf<'silence'> {
	return { kind: 'silence', key };
}

/** One more call ended without a token. @param startedAt epoch ms @param tell gets `lengthOf` the row, with it */
export function countSilence(
	model: Model,
	errand: Errand,
	startedAt: number,
	tell: (calls: number) => void,
): ChangeOf<'silence'> {
	return {
		...silenceKey(model),
		change(before) {
			const row = before
				? { since: Math.min(before.since, startedAt), calls: before.calls + 1 }
				: { since: startedAt, calls: 1 };
			tell(lengthOf(row, model, errand));
			return row;
		},
	};
}

/** A token came, or an error: somebody is there. @param tell gets `lengthOf` the row, before it */
export function endSilence(model: Model, errand: Errand, tell: (calls: number) => void): ChangeOf<'silence'> {
	return {
		...silenceKey(model),
		change(before) {
			tell(lengthOf(before, model, errand));
			return null;
		},
	};
}

/** Calls in a row that got no token, if they are enough and have lasted as long as one may take; else 0. */
export function lengthOf(row: Readonly<SilentRow> | null, model: Model, { settings, world }: Errand): number {
	if (!row || row.calls < (settings.breakerThreshold || ENOUGH)) return 0;
	const { firstTokenMs, attemptMs } = limitsFor(model, settings, Infinity, 0);
	const set = Math.min(firstTokenMs, attemptMs, zeroIsNone(settings.totalTimeoutMs));
	// A workflow's own tighter settings say nothing to others.
	const longest = Math.max(set, usualLimits(model).firstTokenMs);
	return world.surroundings.now() - row.since >= longest ? row.calls : 0;
}
