/** One request's way through the engine: classify, route, ask, count the cost. */
import { ulid } from 'ulid';

import { endOf, find } from './answering';
import type { Found } from './caching';
import { classify, promptOf } from './classifying';
import { consultEmbeddings, reasonWithEmbedding } from './embedding';
import { consultJudge, reasonWith } from './judging';
import type { Judged } from './judging';
import { cacheHintsFor } from './promptCaching';
import { withRedaction } from './redacting';
import { factsOf, nobodyFits, routeOf, sizeOf } from './routing';
import type { RouteFacts } from './routing';
import { goOnWith, stay } from './sticking';
import type { Means, Policy } from './terms';
import { injectionFailure, inspect } from '../guardrails/guardrails';
import { costOfDecision } from '../money/decisionCost';
import { OUTPUT_UNDER_BUDGET } from '../money/mostCost';
import { isAllowed, NO_MATCH_ROUTE } from '../policy/policy';
import { breatheWith } from '../text/pieces';
import { estimateTokens } from '../text/tokens';
import type { ChatRequest, Decision, Failure, Prompt } from '../types';

export { promptOf } from './classifying';
export { conversationId } from './sticking';
export type { Caller, Equipment, JudgePolicy, KnownAnswers, Means, Occasion, Policy } from './terms';

const EMPTY_PROMPT: Failure = {
	category: 'invalidRequest',
	message: 'The prompt is empty. Check the field Prompt and the input of this item.',
};

/** An agent's or a chain's model has no field Prompt. */
const EMPTY_CONVERSATION: Failure = {
	category: 'invalidRequest',
	message: 'There is nothing to answer. Check the prompt of the agent or chain that this model belongs to.',
};

/** A decision before it has an id and a cost. */
type Draft = Pick<Decision, 'outcome' | 'classification' | 'route' | 'escalated' | 'judging' | 'embedding'> &
	Partial<Pick<Found, 'answer' | 'failure' | 'attempts' | 'notAsked' | 'cachedUsage'>>;

/**
 * Routes one request and answers it in mode `answer`. Failures of providers and unusable prompts are outcomes.
 * @throws ConfigurationError if the user's settings cannot work
 */
export async function route(request: ChatRequest, policy: Policy, means: Means): Promise<Decision> {
	const startedAt = startOf(means);
	const once =
		policy.judge || policy.embedder ? { ...means, conditionsHold: askedOnce(means.conditionsHold) } : means;
	return complete(await decide(request, policy, once), startedAt, policy, means);
}

/** Caches the results, because with a judge or embeddings the rules are checked several times and n8n resolves expressions each time. */
function askedOnce(conditionsHold: Means['conditionsHold']): Means['conditionsHold'] {
	const answers = new Map<number, boolean>();
	return (ruleIndex) => {
		const known = answers.get(ruleIndex) ?? conditionsHold?.(ruleIndex) ?? true;
		answers.set(ruleIndex, known);
		return known;
	};
}

/** The decision for a request that can neither be judged nor sent to a model. */
export function failedDecision(
	failure: Failure,
	policy: Policy,
	means: Pick<Means, 'surroundings'>,
): Decision {
	return complete(unjudged(failure, policy.mode), startOf(means), policy, means);
}

/** The start by the wall clock and by the monotonic clock. */
function startOf({ surroundings }: Pick<Means, 'surroundings'>) {
	return { at: surroundings.now(), monotonic: surroundings.monotonic() };
}

function complete(
	draft: Draft,
	startedAt: ReturnType<typeof startOf>,
	policy: Policy,
	{ surroundings }: Pick<Means, 'surroundings'>,
): Decision {
	const { attempts = [], notAsked = [], answer: found = null, failure = null, cachedUsage = null } = draft;
	return {
		id: ulid(Math.floor(startedAt.at), surroundings.random),
		outcome: draft.outcome,
		classification: draft.classification,
		route: draft.route,
		attempts,
		...(notAsked.length > 0 && { notAsked }),
		answer: found,
		...(draft.escalated && { escalated: true }),
		...(cachedUsage && { cached: true }),
		...(draft.judging && { judging: draft.judging }),
		...(draft.embedding && { embedding: draft.embedding }),
		failure,
		cost: costOfDecision(attempts, policy.models, cachedUsage),
		ms: surroundings.monotonic() - startedAt.monotonic,
	};
}

async function decide(asked: ChatRequest, wanted: Policy, means: Means): Promise<Draft> {
	const allowed = withAllowedHelpers(wanted);
	const policy = allowed.redactPersonalData ? await withRedaction(allowed, means) : allowed;
	const limited = means.spending && policy.mode === 'answer' ? withOutputLimit(asked) : asked;
	const request = policy.promptCaching ? await withCacheHints(limited, means) : limited;
	const prompt = promptOf(request);
	if (isEmpty(request, prompt, policy))
		return unjudged(policy.reads === 'conversation' ? EMPTY_CONVERSATION : EMPTY_PROMPT, policy.mode);

	const found = await inspect(prompt.text, breatheWith(means.surroundings));
	const classified = await classify(prompt, found, policy, means);
	const local = policy.reads === 'conversation' ? { ...classified, tokens: sizeOf(request) } : classified;
	if (policy.mode === 'classify') return { outcome: 'classified', classification: local, route: null };

	if (policy.mode === 'answer' && policy.blockPromptInjection) {
		const { injectionMark } = found;
		if (injectionMark !== null) {
			const failure = injectionFailure(injectionMark);
			return { outcome: 'failed', classification: local, route: null, failure };
		}
	}

	const facts = factsOf(request, prompt, local, policy, means);
	const { classification, attempts, judging, embedding, spentMs } = await consult(
		facts,
		prompt,
		policy,
		means,
	);
	const matched = await routeOf({ ...facts, classification }, policy, means);
	const failoverWorld = { ...means, estimateTokens, execution: means.caller?.execution };
	const stayed = await stay(matched, policy.models, means.conversation, policy.failover, failoverWorld);
	const withIntent = reasonWithEmbedding(embedding, stayed.route.reason, policy.embedder?.model.alias);
	const reason = reasonWith(judging, withIntent, policy.judge?.model.alias);
	const chosen = { ...stayed.route, reason };
	const draft = { classification, route: chosen, judging, embedding, attempts };
	if (chosen.ruleIndex === null && chosen.name === NO_MATCH_ROUTE) return { ...draft, outcome: 'noMatch' };

	const failure = chosen.candidates.length === 0 ? nobodyFits(request, chosen, policy.models) : null;
	if (policy.mode === 'route') {
		await goOnWith(chosen.candidates[0], stayed, means);
		return { ...draft, outcome: 'routed', failure };
	}
	if (failure) return { ...draft, outcome: 'failed', failure };

	const { pinned } = stayed;
	const question = { request, route: chosen, task: classification.task, pinned, spentMs };
	const { escalatedFrom, doubted: _doubted, ...result } = await find(question, policy, failoverWorld);
	// A cached answer from another model is no reason to leave the conversation's model.
	await goOnWith((result.cachedUsage && pinned) ?? result.answer?.model, stayed, means);
	const all = [...attempts, ...result.attempts];
	return { ...draft, ...result, attempts: all, ...endOf(result.answer, escalatedFrom, chosen) };
}

function isEmpty({ messages }: ChatRequest, { text }: Prompt, { reads }: Policy): boolean {
	return reads === 'conversation' ? messages.length === 0 : text.trim() === '';
}

/** Asks those who know more of a prompt than its words say, where there are any. */
async function consult(
	facts: RouteFacts,
	prompt: Prompt,
	policy: Policy,
	means: Means,
): Promise<Judged & Pick<Decision, 'embedding'>> {
	if (!policy.embedder) return await consultJudge(facts, prompt, policy, means);
	const told = await consultEmbeddings(facts, prompt, policy, means);
	const read = { ...facts, classification: told.classification };
	const judged = await consultJudge(read, prompt, policy, means, told.isSure);
	return {
		...judged,
		embedding: told.embedding,
		attempts: [...told.attempts, ...judged.attempts],
		spentMs: told.spentMs + judged.spentMs,
	};
}

/** Who judges or embeds sees the prompt as well, so it has to be in an allowed region. */
function withAllowedHelpers(policy: Policy): Policy {
	const { judge, embedder, allowedRegions } = policy;
	if (!judge && !embedder) return policy;
	return {
		...policy,
		judge: judge && isAllowed(judge.model, allowedRegions) ? judge : undefined,
		embedder: embedder && isAllowed(embedder.model, allowedRegions) ? embedder : undefined,
	};
}

async function withCacheHints(request: ChatRequest, means: Means): Promise<ChatRequest> {
	const { sharers, conversation, state, surroundings } = means;
	const key = conversation ?? '';
	const [before] = key === '' ? [null] : await state.facts.read([{ kind: 'conversation', key }]);
	const sinceLastMs = before ? surroundings.now() - before.usedAt : undefined;
	// A request with tools is an agent's step, whose next request starts with all of this one.
	const isStep = Boolean(request.tools?.length);
	const goesOn = isStep || (key !== '' && request.messages.length > 1);
	return { ...request, cache: cacheHintsFor(request, { sharers, goesOn, sinceLastMs }) };
}

/** Under a budget the reserved answer length has to be sent as the limit. */
function withOutputLimit(request: ChatRequest): ChatRequest {
	const { maxOutputTokens = OUTPUT_UNDER_BUDGET } = request.limits;
	return { ...request, limits: { ...request.limits, maxOutputTokens } };
}

function unjudged(failure: Failure, mode: Policy['mode']): Draft {
	const outcomes = { answer: 'failed', route: 'routed', classify: 'classified' } as const;
	return { outcome: outcomes[mode], classification: null, route: null, failure };
}
