import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { usdOf } from '../../router/money/cost';
import { isServedByAnother } from '../../router/money/served';
import { NO_USAGE } from '../../router/types';
import type { Answer, Attempt, Decision, Failure, Usage } from '../../router/types';
import type { Details } from '../host/parameters';

export interface ItemOptions {
	outputField: string;
	includeInputFields: boolean;
	details: Details;
	/** In the output field of a failed item; empty: nothing. */
	textOnFailure: string;
}

/**
 * The item that leaves: the answer first, then the error, the input's fields, and the record `router` last, as a table
 * shows them in this order and `router` is long.
 */
export function itemOf(
	decision: Decision,
	input: INodeExecutionData,
	itemIndex: number,
	{ outputField, includeInputFields, details, textOnFailure }: ItemOptions,
): INodeExecutionData {
	const { answer, failure, outcome } = decision;
	const error = failure && outcome === 'failed' ? errorRecord(failure, details) : null;
	// An error from an earlier node would make a good answer look failed.
	const { router: _earlier, error: earlierError, ...fields } = includeInputFields ? input.json : {};
	const json: IDataObject = {
		...(answer ? { [outputField]: outputOf(answer) } : {}),
		...(error && textOnFailure !== '' ? { [outputField]: textOnFailure } : {}),
		...(error ? { error } : {}),
	};
	for (const [name, value] of Object.entries(fields)) if (!Object.hasOwn(json, name)) json[name] = value;
	if (!answer && !error && earlierError !== undefined) json.error = earlierError;
	const router = recordOf(decision, details);
	if (router !== null) json.router = router;
	return {
		json,
		...(includeInputFields && input.binary ? { binary: input.binary } : {}),
		pairedItem: { item: itemIndex },
	};
}

/** `null` is JSON too. */
function outputOf({ json, text }: Answer): IDataObject[string] {
	return (json === undefined ? text : json) as IDataObject[string];
}

/** What a provider said is left out where a stranger may read it. */
function errorRecord(failure: Failure, details: Details): IDataObject {
	return details === 'full' ? { ...failure } : { category: failure.category };
}

const COMPACT = ['id', 'outcome', 'route', 'model', 'costUsd', 'savedUsd', 'ms'];

function recordOf(decision: Decision, details: Details): IDataObject | null {
	if (details === 'none') return null;
	const { failure, outcome } = decision;
	const record = routerRecord(decision);
	// What could not be judged is no failure that n8n's Retry On Fail should see.
	if (failure && outcome !== 'failed') record.error = errorRecord(failure, details);
	if (details === 'full') return record;
	return Object.fromEntries(Object.entries(record).filter(([name]) => [...COMPACT, 'error'].includes(name)));
}

/** The field `router` as the contract names it. USD, milliseconds, tokens. */
export function routerRecord(decision: Decision): IDataObject {
	const { route, classification, answer, cost } = decision;
	const model = answer?.model ?? (decision.outcome === 'routed' ? route?.candidates[0] : undefined);
	return {
		id: decision.id,
		outcome: decision.outcome,
		...(decision.escalated ? { escalated: true } : {}),
		route: route?.name ?? null,
		strategy: route?.strategy ?? null,
		reason: route?.reason ?? null,
		model: model?.alias ?? null,
		provider: model?.provider ?? null,
		modelId: model?.modelId ?? null,
		classification: classification ? { ...classification, ms: rounded(classification.ms, 2) } : null,
		attempts: decision.attempts.map(attemptRecord),
		usage: usageRecord(answer?.usage ?? NO_USAGE),
		costUsd: usdOf(cost.costNano),
		...(cost.estimated ? { costEstimated: true } : {}),
		baselineCostUsd: usdOf(cost.baselineNano),
		savedUsd:
			cost.costNano === null || cost.baselineNano === null ? null : usdOf(cost.baselineNano - cost.costNano),
		ms: rounded(decision.ms),
		finishReason: answer?.finishReason ?? null,
		cached: decision.cached ?? false,
		...(answer ? servedRecord(answer) : {}),
	};
}

function usageRecord({
	inputTokens,
	outputTokens,
	cachedInputTokens,
	cacheWriteTokens = 0,
	...usage
}: Usage) {
	const { reasoningTokens, totalTokens } = usage;
	return { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens, totalTokens };
}

/** Who answered and at which tier, where that is not what was asked for. */
function servedRecord({ model, usage: { servedModel, tier } }: Answer): IDataObject {
	const asked = model.serviceTier ?? 'standard';
	return {
		...(isServedByAnother(model.modelId, servedModel) ? { servedModel } : {}),
		...(tier && tier !== asked ? { tier } : {}),
	};
}

function attemptRecord({
	billing: _billing,
	usage: _usage,
	costNano: _cost,
	...attempt
}: Attempt): IDataObject {
	const { ms, firstTokenMs } = attempt;
	return { ...attempt, ms: rounded(ms), firstTokenMs: firstTokenMs === null ? null : rounded(firstTokenMs) };
}

function rounded(value: number, decimals = 0): number {
	return Number(value.toFixed(decimals));
}
