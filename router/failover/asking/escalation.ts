/** With the strategy `cascade`: which answers do not hold, and whether a better model is there to be asked. */
import { CONDUCT } from '../conduct';
import { promptIn, textOf, toolCallsIn } from '../../text/parts';
import type { Model, Part } from '../../types';
import { doubtIn } from '../verdict/doubt';
import type { Context } from './context';
import type { Fault } from '../terms';

/** A whole answer that is kept in case that no better one comes. */
export function doubtful(model: Model, parts: readonly Part[], context: Context): Fault | null {
	const { escalation } = context.settings;
	// Who asks for a tool has an idea of what to do.
	if (!escalation || toolCallsIn(parts).length > 0 || !hasBetter(model, context)) return null;
	const { system = '', messages } = context.request;
	const doubt = doubtIn(textOf(parts), `${system}\n${textOf(promptIn(messages)?.parts ?? [])}`);
	if (!doubt || doubt.degree <= escalation.toleratedDoubt) return null;
	const message = doubt.kind === 'cannot' ? 'It says that it cannot answer.' : 'It says that it is not sure.';
	return { category: 'refused', message, status: null, retryAfterMs: null };
}

/**
 * An answer that does not hold, so that a better model is asked and not this one again: the strategy at work, whatever
 * the user names as a reason for a fallback. A cut answer is the user's own limit and comes here only where he names it;
 * a content filter is final.
 */
export function escalates({ category }: Fault, { settings }: Context): boolean {
	return settings.escalation !== undefined && CONDUCT[category].escalates;
}

/** Someone further up the ladder who has not failed yet. */
export function hasBetter(model: Model, context: Context): boolean {
	return above(model, context).some((other) => !context.trace.hasFailed(other));
}

/** The ladder above a model: all of it where the model only stands in for others. */
export function above(model: Model, { settings }: Context): readonly Model[] {
	const ladder = settings.escalation?.ladder ?? [];
	return ladder.slice(ladder.indexOf(model) + 1);
}
