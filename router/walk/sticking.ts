/** Keeps a conversation with the model that answered it last. */
import { createHash } from 'node:crypto';

import { KeyPool } from '../failover/failover';
import type { Block, FailoverSettings, FailoverWorld } from '../failover/failover';
import { CONVERSATION_MS } from '../state/state';
import type { Conversation } from '../state/state';
import type { Model, Route } from '../types';

/** An agent's steps follow within seconds; if nothing changes, they are not written each time. In ms. */
const NOTED_EVERY_MS = 30_000;

/** The state of a conversation when one of its prompts is routed. */
export interface Stay {
	/** With the conversation's model first, which the reason mentions. */
	route: Route;
	/** The first candidate, if it is first because of the conversation. */
	pinned: Model | null;
	/** Alias of its model so far; null if the conversation is new. */
	had: string | null;
	/** From `conversationId`; absent if the prompt belongs to no conversation. */
	conversation?: string;
}

/**
 * A hash, 64 hexadecimal digits. Equal keys in two scopes are two conversations.
 * @param scope whose conversation it is, such as a node of a workflow
 */
export function conversationId(scope: readonly string[], key: string): string {
	return createHash('sha256')
		.update(JSON.stringify([...scope, key]))
		.digest('hex');
}

/**
 * Puts the conversation's model first if it is a candidate of the route, its circuit is not open and one of its keys
 * does not rest. Otherwise the route is unchanged and the conversation moves.
 */
export async function stay(
	route: Route,
	models: readonly Model[],
	conversation: string | undefined,
	settings: FailoverSettings,
	world: FailoverWorld,
): Promise<Stay> {
	if (conversation === undefined) return { route, pinned: null, had: null };
	const [fact] = await world.state.facts.read([{ kind: 'conversation', key: conversation }]);
	const had = aliveAt(fact, world.surroundings.now())?.model ?? null;
	if (had === null || route.candidates.length === 0) return { route, pinned: null, had, conversation };
	const model = route.candidates.find(({ alias }) => alias === had);
	const block = model ? await new KeyPool(model, settings, world).block() : null;
	if (!model || block) {
		const why = block ? inWords(block) : whyNoCandidate(had, route, models);
		return {
			route: saying(route, `the conversation leaves ${had}: ${why}`),
			pinned: null,
			had,
			conversation,
		};
	}
	return {
		route: saying(withFirst(route, model), `the conversation stays with ${had}`),
		pinned: model,
		had,
		conversation,
	};
}

/**
 * Remembers the model that answered; absent: none did. If another prompt of the conversation has moved it meanwhile,
 * that move stands, so the conversation moves once only.
 */
export async function goOnWith(
	model: Model | undefined,
	{ had, conversation }: Stay,
	{ state, surroundings }: Pick<FailoverWorld, 'state' | 'surroundings'>,
): Promise<void> {
	if (conversation === undefined || !model) return;
	const now = surroundings.now();
	await state.facts.update([
		{
			kind: 'conversation',
			key: conversation,
			change(before) {
				const current = aliveAt(before, now);
				const next = current === null || current.model === had ? model.alias : current.model;
				const isNoted = current?.model === next && now - current.usedAt < NOTED_EVERY_MS;
				return isNoted ? current : { model: next, usedAt: now };
			},
		},
	]);
}

function aliveAt(fact: Readonly<Conversation> | null, now: number): Readonly<Conversation> | null {
	return fact && now - fact.usedAt < CONVERSATION_MS ? fact : null;
}

/** A ladder starts at the new first model; cheaper steps are not asked when its answer is rejected. */
function withFirst(route: Route, first: Model): Route {
	const { candidates, ladder } = route;
	const others = candidates.filter((model) => model !== first);
	if (!ladder) return { ...route, candidates: [first, ...others] };
	const step = ladder.indexOf(first);
	const better = step < 0 ? ladder.filter(({ quality }) => quality > first.quality) : ladder.slice(step + 1);
	return { ...route, candidates: [first, ...others], ladder: [first, ...better] };
}

function saying(route: Route, words: string): Route {
	return { ...route, reason: `${route.reason}; ${words}` };
}

function whyNoCandidate(alias: string, { passedOver, name }: Route, models: readonly Model[]): string {
	const reason = passedOver.find((model) => model.alias === alias)?.reason;
	if (reason !== undefined) return reason;
	const isListed = models.some((model) => model.alias === alias);
	return isListed ? `it is not among the models of ${name}` : 'it is no longer in the list of models';
}

function inWords({ kind, health: { cooldown } }: Block): string {
	return kind === 'cooldown' && cooldown
		? `it rests after an earlier failure (${cooldown.because})`
		: 'its circuit is open';
}
