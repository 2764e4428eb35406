import type { Answer, Attempt, ChatRequest, Failure, Model, NotAsked } from '../types';
import { zeroIsNone } from './calling/deadlines';
import { tellFailure } from './asking/failure';
import { Trace } from './asking/trace';
import { jsonCheckFor } from './verdict/json';
import { Relay } from './calling/relay';
import type { FailoverSettings, FailoverWorld } from './settings';
import { FallbackChain } from './asking/fallbackChain';

export { tellFailure } from './asking/failure';
export { estimateRequest } from './calling/billing';
export { isReasoning, LONGEST_SLEEP_MS, zeroIsNone } from './calling/deadlines';
export { Warmth } from './calling/warmth';
export { CONDUCT, FALLBACK_CHOICES, FALLBACK_DEFAULT, failureInWords } from './conduct';
export { forgetTroubles, healthReport } from './health/healthReport';
export type { HealthRow } from './health/healthReport';
export { KeyPool } from './health/keyPool';
export type { Block } from './health/keyPool';
export { observedSpeeds } from './health/latency';
export { DEFAULTS } from './settings';
export type { FailoverSettings, FailoverWorld } from './settings';
export type { PartEvent } from './terms';
export { compileSchema } from './verdict/schema';

export interface FailoverResult {
	answer: Answer | null;
	/** Set if and only if `answer` is null. */
	failure: Failure | null;
	/** With the strategy `cascade`: models whose answers were not good enough, without the model of `answer`. */
	escalatedFrom: readonly Model[];
	/** This answer was not good enough either, but no better one came. */
	doubted: boolean;
	/** Every call that was made, in the order they began. */
	attempts: Attempt[];
	/** Candidates that were passed over, with the reason. */
	notAsked: NotAsked[];
}

/**
 * Asks the candidates in order until one gives a whole answer, as the public contract's "How a failing provider is
 * met" describes. A provider's failure is returned, never thrown.
 * @throws ConfigurationError if the JSON schema is invalid or a model has no client
 */
export async function answer(
	request: ChatRequest,
	candidates: readonly Model[],
	settings: FailoverSettings,
	world: FailoverWorld,
): Promise<FailoverResult> {
	const { format } = request;
	const checkJson = format.type === 'json' ? await jsonCheckFor(format, world.surroundings) : null;
	const startedAt = world.surroundings.now();
	const endsAt = world.surroundings.monotonic() + zeroIsNone(settings.totalTimeoutMs);
	const trace = new Trace();
	const isWatched = world.onPart !== undefined && checkJson === null && !settings.escalation;
	const relay = isWatched ? new Relay((event) => world.onPart?.(event)) : null;
	const context = { request, checkJson, settings, world, startedAt, endsAt, trace, relay };
	const end = await new FallbackChain(context, candidates).run();
	const found = 'kind' in end ? (end.kind === 'cancelled' ? null : trace.takeHeld()) : end;
	const faults = trace.lastFaultsOf(candidates);
	const failure = found || !('kind' in end) ? null : tellFailure(end, faults, settings.totalTimeoutMs);
	const notAsked = faults
		.filter(({ asked }) => !asked)
		.map(({ model: { alias }, fault: { category } }) => ({ model: alias, category }));
	const escalatedFrom = trace.unheld.filter((model) => model !== found?.model);
	const doubted = found !== null && 'kind' in end;
	return { answer: found, failure, escalatedFrom, doubted, attempts: trace.attempts, notAsked };
}
