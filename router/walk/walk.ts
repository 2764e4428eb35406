/** The walk of one prompt through the engine: classify, choose the route, ask its models, count the cost. */
import { ulid } from 'ulid';

import { endOf, find } from './answering';
import type { Found, KnownAnswers } from './caching';
import { noIntents } from '../classify/classify';
import type { IntentMatcher, JudgeMemory, Verdict } from '../classify/classify';
import {
	createRedaction,
	findPersonalData,
	injectionFailure,
	nationalIdFinder,
	promptInjectionMark,
	redactingClient,
} from '../guardrails/guardrails';
import { estimateTokens } from '../text/tokens';
import { estimateRequest } from '../failover/calling/billing';
import type { PartEvent } from '../failover/calling/relay';
import type { FailoverSettings, FailoverWorld } from '../failover/settings';
import { consultJudge, reasonWith } from './judging';
import type { JudgePolicy, RouteFacts } from './judging';
import { costOf, costOfDecision } from '../money/cost';
import { OUTPUT_UNDER_BUDGET } from '../money/mostCost';
import { matchRule } from '../policy/match';
import { chooseRoute } from '../policy/route';
import { NO_MATCH_ROUTE } from '../policy/rules';
import type { Speed } from '../policy/ranking';
import type { CompiledRule, NoMatch } from '../policy/rules';
import { goOnWith, stay } from './sticking';
import { observedSpeed } from '../failover/health/latency';
import type { Store } from '../state/store';
import type {
	AttachmentKind,
	ChatRequest,
	Classification,
	Decision,
	Failure,
	Model,
	Prompt,
	Route,
	Spending,
	Surroundings,
} from '../types';

/** How many models a failure names. */
const NAMED = 5;

const EMPTY_PROMPT: Failure = {
	category: 'invalidRequest',
	message: 'The prompt is empty. Check the field Prompt and the input of this item.',
};

/** What the user set. */
export interface Policy {
	/** How far the walk goes: to the answer, to the chosen model, or to the classification. */
	mode: 'answer' | 'route' | 'classify';
	/** In the user's order. */
	models: readonly Model[];
	rules: readonly CompiledRule[];
	noMatch: NoMatch;
	/** 0 spends least, 1 answers best. */
	preference: number;
	/** 0–1: below it, conditions on the task do not fire. */
	minConfidence: number;
	/** Of the rules' intents; absent: they name none. */
	intents?: IntentMatcher;
	/** Absent: the local classifier alone. */
	judge?: JudgePolicy;
	failover: FailoverSettings;
	/** Models get placeholders, but for those that see personal data; absent: no. */
	redactPersonalData?: boolean;
	/** A prompt that tries to overrule its instructions is put to no model; absent: no. */
	blockPromptInjection?: boolean;
	/** For how long an answer may be given again to an equal request, in ms; absent and 0: not at all. */
	cacheTtlMs?: number;
}

/** What the engine is given of the world, some of it for the item at hand. */
export interface World {
	surroundings: Surroundings;
	store: Store;
	/** At once where it is local; one that asks a model takes its time. */
	classifier: { classify(prompt: Prompt): Verdict | Promise<Verdict> };
	/** What judges have said; absent: it is not remembered. */
	judgements?: JudgeMemory;
	/** Aborts when the execution is cancelled. */
	signal?: AbortSignal;
	/** Whether a second model may be asked beside a silent one, as a budget may forbid it; absent: it may. */
	mayHedge?: FailoverWorld['mayHedge'];
	/** What this item may spend; absent: what it likes. */
	spending?: Spending;
	/** Notes the decision in the ledger: at once, and without ever failing. */
	record?: (decision: Decision) => void;
	/** Whether the editor's own conditions of a rule hold for this item; absent: they do. */
	conditionsHold?: (ruleIndex: number) => boolean;
	/** What a weighted draw is seeded by; absent: the prompt. */
	seed?: string;
	/** The answers that may be given again; absent: none are. */
	answers?: KnownAnswers;
	/** The conversation that the prompt belongs to, see `conversationId`; absent: it belongs to none. */
	conversation?: string;
	/**
	 * Is told the answer as it is written: see `PartEvent`. Not for JSON, and not where the strategy is `cascade`. Must
	 * not throw.
	 */
	onPart?: (event: PartEvent) => void;
}

/** What is known of a decision before it has an id, a cost and an end. */
type Draft = Pick<Decision, 'outcome' | 'classification' | 'route' | 'escalated' | 'judging'> &
	Partial<Pick<Found, 'answer' | 'failure' | 'attempts' | 'notAsked' | 'cachedUsage'>>;

/**
 * Decides on one prompt, and answers it in mode `answer`. What providers and prompts do is an outcome.
 * @throws ConfigurationError where the user's settings cannot work
 */
export async function route(request: ChatRequest, policy: Policy, world: World): Promise<Decision> {
	const startedAt = world.surroundings.now();
	const once = policy.judge ? { ...world, conditionsHold: askedOnce(world.conditionsHold) } : world;
	return complete(await decide(request, policy, once), startedAt, policy, world);
}

/** With a judge the rules are gone through twice, and n8n resolves expressions for every answer. */
function askedOnce(conditionsHold: World['conditionsHold']): World['conditionsHold'] {
	const answers = new Map<number, boolean>();
	return (ruleIndex) => {
		const known = answers.get(ruleIndex) ?? conditionsHold?.(ruleIndex) ?? true;
		answers.set(ruleIndex, known);
		return known;
	};
}

/** The decision on a prompt that cannot be judged or put to a model, whatever the mode, and why. */
export function failedDecision(failure: Failure, policy: Policy, world: World): Decision {
	return complete(unjudged(failure, policy.mode), world.surroundings.now(), policy, world);
}

function complete(
	draft: Draft,
	startedAt: number,
	policy: Policy,
	{ surroundings, record }: World,
): Decision {
	const { attempts = [], notAsked = [], answer: found = null, failure = null, cachedUsage = null } = draft;
	const decision: Decision = {
		id: ulid(Math.floor(startedAt), surroundings.random),
		outcome: draft.outcome,
		classification: draft.classification,
		route: draft.route,
		attempts,
		...(notAsked.length > 0 && { notAsked }),
		answer: found,
		...(draft.escalated && { escalated: true }),
		...(cachedUsage && { cached: true }),
		...(draft.judging && { judging: draft.judging }),
		failure,
		cost: costOfDecision(attempts, policy.models, cachedUsage),
		ms: surroundings.now() - startedAt,
	};
	record?.(decision);
	return decision;
}

async function decide(asked: ChatRequest, wanted: Policy, world: World): Promise<Draft> {
	const policy = wanted.redactPersonalData ? await withRedaction(wanted) : wanted;
	const request = world.spending && policy.mode === 'answer' ? withOutputLimit(asked) : asked;
	const prompt = promptOf(request);
	if (prompt.text.trim() === '') return unjudged(EMPTY_PROMPT, policy.mode);

	const local = await classify(prompt, policy, world);
	if (policy.mode === 'classify') return { outcome: 'classified', classification: local, route: null };

	if (policy.mode === 'answer' && policy.blockPromptInjection) {
		const mark = promptInjectionMark(prompt.text);
		if (mark !== null)
			return { outcome: 'failed', classification: local, route: null, failure: injectionFailure(mark) };
	}

	const facts = factsOf(request, prompt, local, policy, world);
	const { classification, attempts, judging, spentMs } = await consultJudge(facts, prompt, policy, world);
	const matched = await routeOf({ ...facts, classification }, prompt, policy, world);
	const failoverWorld = { ...world, estimateTokens };
	const stayed = await stay(matched, policy.models, world.conversation, policy.failover, failoverWorld);
	const reason = reasonWith(judging, stayed.route.reason, policy.judge?.model.alias);
	const chosen = { ...stayed.route, reason };
	const draft = { classification, route: chosen, judging, attempts };
	if (chosen.ruleIndex === null && chosen.name === NO_MATCH_ROUTE) return { ...draft, outcome: 'noMatch' };

	const failure = chosen.candidates.length === 0 ? nobodyFits(request, chosen, policy.models) : null;
	if (policy.mode === 'route') {
		await goOnWith(chosen.candidates[0], stayed, world);
		return { ...draft, outcome: 'routed', failure };
	}
	if (failure) return { ...draft, outcome: 'failed', failure };

	const { pinned } = stayed;
	const question = { request, route: chosen, task: classification.task, pinned, spentMs };
	const { escalatedFrom, doubted: _doubted, ...result } = await find(question, policy, failoverWorld);
	// That another model has answered someone else before is no reason to leave a healthy one.
	await goOnWith((result.cachedUsage && pinned) ?? result.answer?.model, stayed, world);
	const all = [...attempts, ...result.attempts];
	return { ...draft, ...result, attempts: all, ...endOf(result.answer, escalatedFrom, chosen) };
}

/** One redaction for all models, so that a piece of personal data has the same placeholder wherever it goes. */
async function withRedaction(policy: Policy): Promise<Policy> {
	const redaction = createRedaction([findPersonalData, await nationalIdFinder()]);
	const models = policy.models.map((model) =>
		model.client && !model.seesPersonalData
			? { ...model, client: redactingClient(model.client, redaction) }
			: model,
	);
	return { ...policy, models };
}

/** What is reserved for an answer of any length has to be sent as its limit. */
function withOutputLimit(request: ChatRequest): ChatRequest {
	const { maxOutputTokens = OUTPUT_UNDER_BUDGET } = request.limits;
	return { ...request, limits: { ...request.limits, maxOutputTokens } };
}

async function classify(
	prompt: Prompt,
	{ intents = noIntents }: Policy,
	{ classifier, surroundings }: World,
): Promise<Classification> {
	const startedAt = surroundings.now();
	const verdict = await classifier.classify(prompt);
	const { intent } = intents.match(prompt.text);
	return { ...verdict, intent, ms: surroundings.now() - startedAt };
}

function factsOf(
	request: ChatRequest,
	prompt: Prompt,
	classification: Classification,
	{ noMatch, models, preference }: Policy,
	{ seed }: World,
): RouteFacts {
	return {
		noMatch,
		models,
		classification,
		preference,
		requestTokens: estimateRequest(request, estimateTokens),
		attachments: attachmentKinds(request),
		maxOutputTokens: request.limits.maxOutputTokens,
		seed: seed ?? prompt.text,
		costOf,
	};
}

async function routeOf(facts: RouteFacts, prompt: Prompt, policy: Policy, world: World): Promise<Route> {
	const { rules, minConfidence, models } = policy;
	const conditionsHold = world.conditionsHold ?? (() => true);
	const match = matchRule(rules, facts.classification, prompt.text, minConfidence, conditionsHold);
	return chooseRoute({
		...facts,
		match,
		...(match?.rule.strategy === 'fastest' && (await speeds(models, world))),
	});
}

async function speeds(
	models: readonly Model[],
	{ store, surroundings }: World,
): Promise<{ speedOf: (model: Model) => Speed | null; chance: number }> {
	const seen = new Map<Model, Speed | null>();
	for (const model of models) seen.set(model, await observedSpeed(store, model));
	return { speedOf: (model) => seen.get(model) ?? null, chance: surroundings.random() };
}

/** What is classified: the last message, with what is attached to it. */
function promptOf({ messages }: ChatRequest): Prompt {
	const last = messages.at(-1);
	return { text: last?.text ?? '', attachments: (last?.attachments ?? []).map(({ kind }) => kind) };
}

/** What a model has to take: attachments of the whole conversation. */
function attachmentKinds({ messages }: ChatRequest): AttachmentKind[] {
	return [...new Set(messages.flatMap(({ attachments = [] }) => attachments.map(({ kind }) => kind)))];
}

function unjudged(failure: Failure, mode: Policy['mode']): Draft {
	const outcomes = { answer: 'failed', route: 'routed', classify: 'classified' } as const;
	return { outcome: outcomes[mode], classification: null, route: null, failure };
}

/** A model that would take the attachments was passed over for its window. */
function nobodyFits(request: ChatRequest, { name, passedOver }: Route, models: readonly Model[]): Failure {
	const kinds = attachmentKinds(request);
	const tooSmall = passedOver.some(({ alias }) => {
		const model = models.find((candidate) => candidate.alias === alias);
		return model !== undefined && kinds.every((kind) => model.accepts.has(kind));
	});
	const named = passedOver.slice(0, NAMED).map(({ alias, reason }) => `${alias}: ${reason}`);
	const more = passedOver.length > NAMED ? `; and ${passedOver.length - NAMED} more` : '';
	const remedy = tooSmall
		? 'Shorten the prompt or add a model with a larger context window.'
		: 'Add a model that can take the attachment, or leave it out.';
	return {
		category: tooSmall ? 'contextOverflow' : 'invalidRequest',
		message: `No model of the route "${name}" can take this request (${named.join('; ')}${more}). ${remedy}`,
	};
}
