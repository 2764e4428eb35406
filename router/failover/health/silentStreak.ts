/**
 * Whether an endpoint is silent. A call that ended because another model answered is no failure by itself: the model
 * may just be slow. But if call after call ends without a token, for as long as a single call may take, the endpoint
 * is down.
 */
import type { ChangeOf, KeyOf, SilentStreak } from '../../state/state';
import type { Model } from '../../types';
import { limitsFor, usualLimits, zeroIsNone } from '../calling/deadlines';
import type { Context } from '../asking/context';

/** Fewer may be chance. If circuits are off, as many as would open one by default. */
const ENOUGH = 5;

export function silenceKey({ endpoint: key }: Model): KeyOf<'silence'> {
	return { kind: 'silence', key };
}

/**
 * One more call ended without a token.
 * @param startedAt epoch ms
 * @param tell receives the `lengthOf` the streak including this call
 */
export function countSilence(
	model: Model,
	context: Context,
	startedAt: number,
	tell: (calls: number) => void,
): ChangeOf<'silence'> {
	return {
		...silenceKey(model),
		change(before) {
			const streak = before
				? { since: Math.min(before.since, startedAt), calls: before.calls + 1 }
				: { since: startedAt, calls: 1 };
			tell(lengthOf(streak, model, context));
			return streak;
		},
	};
}

/**
 * A token or an error arrived, so the endpoint is alive.
 * @param tell receives the `lengthOf` the streak before this call
 */
export function endSilence(
	model: Model,
	context: Context,
	tell: (calls: number) => void,
): ChangeOf<'silence'> {
	return {
		...silenceKey(model),
		change(before) {
			tell(lengthOf(before, model, context));
			return null;
		},
	};
}

/**
 * Calls without a token in the streak, if there are enough and they span as long as one call may take; otherwise 0.
 */
export function lengthOf(
	streak: Readonly<SilentStreak> | null,
	model: Model,
	{ settings, world }: Context,
): number {
	if (!streak || streak.calls < (settings.breakerThreshold || ENOUGH)) return 0;
	const { firstTokenMs, attemptMs } = limitsFor(model, settings, Infinity, 0);
	const set = Math.min(firstTokenMs, attemptMs, zeroIsNone(settings.totalTimeoutMs));
	// A workflow's own tighter settings must not affect others.
	const longest = Math.max(set, usualLimits(model).firstTokenMs);
	return world.surroundings.now() - streak.since >= longest ? streak.calls : 0;
}
