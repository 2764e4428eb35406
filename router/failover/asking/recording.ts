/** What a finished call tells us about its endpoint and key, for later calls. */
import type { ChangeOf } from '../../state/state';
import type { Model, Usage } from '../../types';
import type { Call } from '../calling/call';
import { countsAsFailure, countsAsSuccess, failedBy, isOutage } from '../health/circuit';
import type { KeyPool } from '../health/keyPool';
import { withSample } from '../health/latency';
import { noteSite } from '../health/outage';
import type { Sign } from '../health/outage';
import { countSilence } from '../health/silentStreak';
import type { Turn } from '../pacing/terms';
import type { Admitted } from './admission';
import type { Context } from './context';
import { isLimit } from './retry';
import type { Fault } from '../terms';

/** A call with its place in the trace. */
export type RecordedCall = Call & {
	place: number;
	/** No token came before a hedge was due, or in all the time available. */
	isSilent: boolean;
	/** Silent calls in the outage that this call's first token ended; otherwise 0. */
	endedOutage: number;
};

/**
 * Records what the call showed about its endpoint, in one step. Manual executions ignore cooldowns and circuits but
 * still update them, because what they find out is true for others too.
 */
export async function recordCall(
	context: Context,
	model: Model,
	pool: KeyPool,
	call: RecordedCall,
	{ key, pass }: Admitted,
	fault: Fault | null,
	usage: Usage | null,
): Promise<void> {
	const { state, surroundings } = context.world;
	const now = surroundings.now();
	const { startedAt, isSilent } = call;
	const chance = surroundings.random();
	const outcome = { fault, startedAt, now, isProbe: key.isProbe, silentCalls: 0, chance };
	const noteSilent = (calls: number): void => {
		// Missed deadlines count by themselves. A probe has a single call to show that the endpoint is alive.
		const isOwn = fault?.category !== 'cancelled';
		outcome.silentCalls = isOwn ? 0 : calls || Number(key.isProbe);
	};
	let hasOpened = false;
	const sign = (): Sign =>
		hasOpened && isOutage(failedBy(outcome)) ? 'opened' : countsAsSuccess(fault) ? 'answered' : null;
	await state.facts.update([
		...(isSilent ? [countSilence(model, context, startedAt, noteSilent)] : []),
		...pool.note(key, outcome, (opened) => (hasOpened = opened)),
		...noteSite(model, sign, now),
		...pass.spent(usage?.totalTokens ?? 0),
		learnSpeed(context, model, call, fault, usage),
	]);
	pass.leave();
	if (hasOpened) pool.pacer(key.key).release();
}

function learnSpeed(
	context: Context,
	model: Model,
	call: RecordedCall,
	fault: Fault | null,
	usage: Usage | null,
): ChangeOf<'latency'> {
	const { firstTokenMs, ms, endedOutage } = call;
	// A person who stops an execution by hand says nothing about the model.
	const isInVain = call.brokenOff && firstTokenMs === null && !context.world.signal?.aborted;
	const tokens = fault ? 0 : (usage?.outputTokens ?? 0);
	const answer = firstTokenMs !== null && tokens > 0 ? { ms: ms - firstTokenMs, tokens } : null;
	const sample = { firstTokenMs, waitedMs: isInVain ? ms : null, answer, endedOutage };
	return {
		kind: 'latency',
		key: model.endpoint,
		change: (before) => withSample(before, sample),
	};
}
/** Wording of providers that limit concurrent calls. */
const OF_CONCURRENCY = /concurren|simultaneous|parallel|in[- ]flight|at the same time/i;

/** Wording of limits on the number of calls or tokens per period. */
const OF_PACE = /\brate[ _-]limit|\bper[ _-](?:second|minute|min|hour|day)\b|\b[rt]p[smd]\b/i;

/** Records what the call showed about its key's limits. @returns true: they have let nothing through for long */
export function settleTurn(
	turn: Turn,
	call: Call,
	fault: Fault | null,
	{ tierPatienceMs }: Pick<Model, 'tierPatienceMs'>,
): boolean {
	const isHeard = call.firstTokenMs !== null || fault === null || countsAsSuccess(fault);
	// A busy low-cost tier has no capacity at the moment, which says nothing about its rate limit.
	const isBusyTier = tierPatienceMs !== undefined && !OF_PACE.test(fault?.message ?? '');
	if (fault && isLimit(fault) && !isBusyTier) {
		const isOutage = turn.refused({
			namedMs: fault.retryAfterMs,
			isOfConcurrency: fault.category === 'rateLimited' && OF_CONCURRENCY.test(fault.message),
		});
		// Its answer may have begun before.
		turn.over();
		return isOutage;
	}
	if (isHeard) turn.taken();
	else if (fault?.category === 'cancelled') turn.unused();
	else turn.failed(fault !== null && countsAsFailure(fault));
	turn.over();
	return false;
}
