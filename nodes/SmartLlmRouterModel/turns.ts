/**
 * Which calls a model made at once. n8n's agent hands each of them on in a message of its own, with its id, and models that
 * read one call a turn make one call a turn from then on. So the id says to which turn a call belongs, until it comes back.
 */
import { toolCallsIn } from '../../router/text/parts';
import type { Part } from '../../router/types';

/** Short, as OpenAI takes ids of up to 40 characters and another node may send them there. */
const TURN = /^([^]+)_turn([0-9a-z]{5})$/;

/** @param decisionId by which calls of one answer are told from those of others */
export function withTurn(parts: readonly Part[], decisionId: string): Part[] {
	if (toolCallsIn(parts).length < 2) return [...parts];
	const turn = decisionId.slice(-5).toLowerCase();
	return parts.map((part) => (part.type === 'toolCall' ? { ...part, id: `${part.id}_turn${turn}` } : part));
}

/** As the provider gave it. */
export function idWithoutTurn(id: string): string {
	return TURN.exec(id)?.[1] ?? id;
}

/** What all of the calls have in common; undefined where they were not made at once. */
export function turnOf(ids: readonly string[]): string | undefined {
	const [turn, ...others] = new Set(ids.map((id) => TURN.exec(id)?.[2]));
	return others.length === 0 ? turn : undefined;
}
