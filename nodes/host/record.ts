import type { IDataObject } from 'n8n-workflow';

import { usdOf } from '../../router/money/cost';
import { isServedByAnother } from '../../router/money/served';
import { NO_USAGE } from '../../router/types';
import type { Answer, Attempt, Decision, Usage } from '../../router/types';

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

/** In a rate limit's queue; less is our own bookkeeping. */
const SHOWN_WAIT_MS = 50;

function attemptRecord({
	billing: _billing,
	usage: _usage,
	costNano: _cost,
	waitedMs = 0,
	...attempt
}: Attempt): IDataObject {
	const { ms, firstTokenMs } = attempt;
	return {
		...attempt,
		ms: rounded(ms),
		firstTokenMs: firstTokenMs === null ? null : rounded(firstTokenMs),
		...(waitedMs >= SHOWN_WAIT_MS && { waitedMs: rounded(waitedMs) }),
	};
}

function rounded(value: number, decimals = 0): number {
	return Number(value.toFixed(decimals));
}
