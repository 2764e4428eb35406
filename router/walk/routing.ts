/** Chooses the rule, the models and their order. */
import { attachmentKinds } from './classifying';
import type { Means, Policy } from './terms';
import { estimateRequest, observedSpeeds } from '../failover/failover';
import { costOf } from '../money/cost';
import { chooseRoute, hasTrait, matchRule, SearchText } from '../policy/policy';
import type { Speed, RouteInput } from '../policy/policy';
import { estimateTokens } from '../text/tokens';
import type { ChatRequest, Classification, Failure, Model, Prompt, Route } from '../types';

/** Most models that a failure names. */
const NAMED = 5;

/** Everything that decides on a route, except the matching rule. */
export interface RouteFacts extends Omit<RouteInput, 'match'> {
	text: SearchText;
}

/** Estimated tokens of everything that is sent. */
export function sizeOf(request: ChatRequest): number {
	return estimateRequest(request, estimateTokens);
}

export function factsOf(
	request: ChatRequest,
	prompt: Prompt,
	classification: Classification,
	{ noMatch, models, preference, allowedRegions }: Policy,
	{ seed, warmth }: Means,
): RouteFacts {
	return {
		noMatch,
		models,
		classification,
		preference,
		requestTokens: sizeOf(request),
		attachments: attachmentKinds(request),
		maxOutputTokens: request.limits.maxOutputTokens,
		seed: seed ?? prompt.text,
		text: new SearchText(prompt.text),
		costOf,
		allowedRegions,
		warmTokensOf: (model) => warmth.tokensOf(model, request),
	};
}

/** @throws ModelError (invalidRequest) if a user's regular expression does not finish on this prompt */
export async function routeOf(facts: RouteFacts, policy: Policy, means: Means): Promise<Route> {
	const { rules, minConfidence, models } = policy;
	const conditionsHold = means.conditionsHold ?? (() => true);
	const match = await facts.text.decided(means.surroundings.work, () =>
		matchRule(rules, facts.classification, facts.text, minConfidence, conditionsHold),
	);
	return chooseRoute({
		...facts,
		match,
		...(match && hasTrait(match.rule.strategy, 'readsSpeeds') && (await speeds(models, means))),
	});
}

async function speeds(
	models: readonly Model[],
	{ state: { facts }, surroundings }: Means,
): Promise<{ speedOf: (model: Model) => Speed | null; chance: number }> {
	const seen = await observedSpeeds(facts, models);
	return { speedOf: (model) => seen.get(model) ?? null, chance: surroundings.random() };
}

/** Why no candidate is left. The window is the reason if some model accepts the attachments. */
export function nobodyFits(
	request: ChatRequest,
	{ name, passedOver }: Route,
	models: readonly Model[],
): Failure {
	const named = passedOver.slice(0, NAMED).map(({ alias, reason }) => `${alias}: ${reason}`);
	const more = passedOver.length > NAMED ? `; and ${passedOver.length - NAMED} more` : '';
	const what = `No model of the route "${name}" can take this request (${named.join('; ')}${more}).`;
	if (passedOver.some(({ cause }) => cause === 'region')) {
		const remedy = 'Set Region with Add Setting under Models, or change Allowed Regions under Options.';
		return { category: 'blocked', message: `${what} ${remedy}` };
	}
	const kinds = attachmentKinds(request);
	const tooSmall = passedOver.some(({ alias }) => {
		const model = models.find((candidate) => candidate.alias === alias);
		return model !== undefined && kinds.every((kind) => model.accepts.has(kind));
	});
	const remedy = tooSmall
		? 'Shorten the prompt or add a model with a larger context window.'
		: 'Add a model that can take the attachment, or leave it out.';
	return {
		category: tooSmall ? 'contextOverflow' : 'invalidRequest',
		message: `${what} ${remedy}`,
	};
}
