/** With the strategy `cascade`: which answers are not good enough, and whether a better model can be asked. */
import { CONDUCT } from '../conduct';
import { promptIn, textOf, toolCallsIn } from '../../text/parts';
import type { Model, Part } from '../../types';
import { doubtIn } from '../verdict/doubt';
import type { Context } from './context';
import type { Fault } from '../terms';

/** The doubt about a whole answer, which is kept in case no better one comes. null: none. */
export function doubtful(model: Model, parts: readonly Part[], context: Context): Fault | null {
	const { escalation } = context.settings;
	// A model that calls a tool knows what to do.
	if (!escalation || toolCallsIn(parts).length > 0 || !hasBetter(model, context)) return null;
	const { system = '', messages } = context.request;
	const doubt = doubtIn(textOf(parts), `${system}\n${textOf(promptIn(messages)?.parts ?? [])}`);
	if (!doubt || doubt.degree <= escalation.toleratedDoubt) return null;
	const message = doubt.kind === 'cannot' ? 'It says that it cannot answer.' : 'It says that it is not sure.';
	return { category: 'refused', message, status: null, retryAfterMs: null };
}

/**
 * The answer is not good enough, so a better model is asked instead of this one again. This is the strategy itself
 * and does not depend on Fallback On, with one exception: a truncated answer is due to the user's own limit and only
 * gets here if Fallback On names it. A content filter is final.
 */
export function escalates({ category }: Fault, { settings }: Context): boolean {
	return settings.escalation !== undefined && CONDUCT[category].escalates;
}

/** Whether a model further up the ladder has not failed yet. */
export function hasBetter(model: Model, context: Context): boolean {
	return above(model, context).some((other) => !context.trace.hasFailed(other));
}

/** The ladder above a model; the whole ladder for a model that is not on it. */
export function above(model: Model, { settings }: Context): readonly Model[] {
	const ladder = settings.escalation?.ladder ?? [];
	return ladder.slice(ladder.indexOf(model) + 1);
}
