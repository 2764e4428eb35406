import type { Answer, Attempt, ChatRequest, Failure, Model } from '../types';
import { zeroIsNone } from './deadlines';
import { tellFailure } from './failure';
import { Journal } from './journal';
import { jsonCheckFor } from './json';
import type { FailoverSettings, FailoverWorld } from './settings';
import { Walk } from './walk';

export interface FailoverResult {
	answer: Answer | null;
	/** Set exactly where `answer` is null. */
	failure: Failure | null;
	/** Every call that was made, in the order in which they began. */
	attempts: Attempt[];
}

/**
 * Asks the candidates in order until one gives a whole answer: "How a failing provider is met" in the public
 * contract. What providers do is an outcome, never an exception.
 * @throws ConfigurationError where the JSON schema is not valid or a model has no client
 */
export async function answer(
	request: ChatRequest,
	candidates: readonly Model[],
	settings: FailoverSettings,
	world: FailoverWorld,
): Promise<FailoverResult> {
	const { format } = request;
	const checkJson = format.type === 'json' ? await jsonCheckFor(format) : null;
	const endsAt = world.surroundings.now() + zeroIsNone(settings.totalTimeoutMs);
	const journal = new Journal();
	const errand = { request, checkJson, settings, world, endsAt, journal };
	const end = await new Walk(errand, candidates).run();
	if (!('kind' in end)) return { answer: end, failure: null, attempts: journal.attempts };
	const failure = tellFailure(end, journal.wordsOf(candidates), settings.totalTimeoutMs);
	return { answer: null, failure, attempts: journal.attempts };
}
