/** Gets an answer for a route, from the answer cache or from its models. */
import { answerKey } from './answerKey';
import { breatheWith } from '../text/pieces';
import { askOnce } from './caching';
import type { Found } from './caching';
import type { KnownAnswers, Policy } from './terms';
import { inTiers, toldOf } from './tiers';
import { answer } from '../failover/failover';
import type { FailoverResult, FailoverSettings, FailoverWorld } from '../failover/failover';
import type { Answer, ChatRequest, Decision, Model, Route, Task } from '../types';

/** Tasks whose answers may quote "I do not know" without meaning it. */
const IN_OTHERS_WORDS: ReadonlySet<Task> = new Set<Task>(['translation', 'rewriting', 'creative']);

/** The public contract's default. */
export const DEFAULT_FLEX_PATIENCE_MS = 600_000;

/** The settings that shape an answer. */
export type AnswerPolicy = Pick<
	Policy,
	'models' | 'preference' | 'failover' | 'redactPersonalData' | 'cacheTtlMs' | 'flexPatienceMs'
>;

/** A request whose route is decided. */
export interface Asking {
	request: ChatRequest;
	route: Route;
	task: Task;
	/** The model that the conversation stays with, or null. */
	pinned: Model | null;
	/** Time that the item has already used, in ms. */
	spentMs: number;
}

/** The answer, or why there is none. @throws ConfigurationError if the user's settings cannot work */
export async function find(
	asking: Asking,
	policy: AnswerPolicy,
	world: FailoverWorld & { answers: KnownAnswers },
): Promise<Found> {
	const { request, route, pinned, spentMs } = asking;
	const { candidates } = route;
	const line = inTiers(route, policy.flexPatienceMs ?? DEFAULT_FLEX_PATIENCE_MS);
	const ask = async (waitedMs: number): Promise<FailoverResult> => {
		const settings = failoverSettings(asking, policy, spentMs + waitedMs, line.ladder);
		return toldOf(line, await answer(request, line.candidates, settings, world));
	};
	const { cacheTtlMs: ttlMs = 0, models, redactPersonalData: redacts = false } = policy;
	if (ttlMs <= 0) return { ...(await ask(0)), cachedUsage: null };
	const { totalTimeoutMs, escalation, fallbackOn } = failoverSettings(asking, policy, spentMs);
	const toleratedDoubt = escalation?.toleratedDoubt ?? null;
	const shape = { request, models, route, pinned, toleratedDoubt, fallbackOn, redacts };
	const key = await answerKey(shape, breatheWith(world.surroundings));
	return await askOnce({ key, ttlMs, candidates, totalTimeoutMs }, ask, world);
}

/**
 * `preference` 0 never escalates because of an answer's wording, 1 always does when in doubt.
 * @param spentMs time that the item has already used
 */
function failoverSettings(
	{ route, task }: Asking,
	{ failover, preference }: AnswerPolicy,
	spentMs: number,
	ladder = route.ladder,
): FailoverSettings {
	const totalTimeoutMs = failover.totalTimeoutMs - spentMs;
	const settings = spentMs > 0 && totalTimeoutMs > 0 ? { ...failover, totalTimeoutMs } : failover;
	if (!ladder) return settings;
	return {
		...settings,
		escalation: { ladder, toleratedDoubt: IN_OTHERS_WORDS.has(task) ? 1 : 1 - preference },
	};
}

/**
 * An escalation is part of the strategy, not a fallback: if the first choice's own answer was rejected, the outcome
 * is `answered`.
 */
export function endOf(
	found: Answer | null,
	escalatedFrom: readonly Model[],
	{ candidates }: Route,
): Pick<Decision, 'outcome' | 'escalated'> {
	if (!found) return { outcome: 'failed' };
	const [first] = candidates;
	const before = candidates.slice(0, candidates.indexOf(found.model));
	return {
		outcome: found.model === first || escalatedFrom.includes(first) ? 'answered' : 'fallback',
		escalated: before.some((model) => escalatedFrom.includes(model)),
	};
}
