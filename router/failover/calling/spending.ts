/** Budgets: each call asks for permission first, and its actual cost is booked afterwards. */
import { filesIn } from '../../text/parts';
import type { ChatRequest, Grant, Model, PlannedCall } from '../../types';
import { requestFor } from './call';
import { estimateRequest } from './billing';
import type { Context } from '../asking/context';

const nothing = async (): Promise<void> => undefined;
const FREE: Grant = { bill: nothing, settle: nothing, release: nothing };

/** `next`: another model may fit. `stopped`: no other may be asked. Both are in the trace with the reason. */
export type Denial = 'next' | 'stopped';

/** Waits for permission to make the call. The caller must end the grant. */
export async function leaveToSpend(
	model: Model,
	request: ChatRequest,
	context: Context,
	signal: AbortSignal,
): Promise<Grant | Denial> {
	const { spending } = context.world;
	if (!spending) return FREE;
	const permission = await spending.ask({ ...planned(model, request, context), signal });
	if (permission.granted) return permission.grant;
	const { failure, tryNext } = permission;
	if (failure.category === 'cancelled') return 'stopped';
	const mayGoOn = tryNext || context.settings.fallbackOn.has(failure.category);
	context.trace.refuse(model, { ...failure, status: null, retryAfterMs: null }, !mayGoOn);
	return mayGoOn ? 'next' : 'stopped';
}

/** When money is short, the cheapest come first and those of unknown price last. */
export function cheapestFirst(models: readonly Model[], context: Context): readonly Model[] {
	const { spending } = context.world;
	if (!spending) return models;
	const most = (model: Model) => spending.mostCost(planned(model, context.request, context)) ?? Infinity;
	const costs = new Map(models.map((model) => [model, most(model)]));
	const costOf = (model: Model) => costs.get(model) ?? Infinity;
	return [...models].sort((one, other) =>
		costOf(one) < costOf(other) ? -1 : costOf(one) > costOf(other) ? 1 : 0,
	);
}

function planned(model: Model, request: ChatRequest, { world }: Context): PlannedCall {
	return {
		model,
		inputTokens: estimateRequest(request, world.estimateTokens),
		maxOutputTokens: requestFor(model, request).limits.maxOutputTokens,
		hasAudio: request.messages.some(({ parts }) => filesIn(parts).some(({ kind }) => kind === 'audio')),
	};
}
