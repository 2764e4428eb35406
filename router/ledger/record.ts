import { decodeTime } from 'ulid';

import type { AttemptRow, DecisionRow, Lesson } from '../state/state';
import type { Attempt, Decision, Model, NanoDollars } from '../types';

/** Where a decision was made. Names and ids as the host has them; null if none. */
export interface Origin {
	workflow: string | null;
	execution: string | null;
	node: string | null;
	/** Scope of its budget. */
	scope: string | null;
	/** At least 1. */
	retentionDays: number;
	/** The user's models, to look up aliases. */
	models: readonly Model[];
	/** Absent where learning is off. */
	lesson?: Lesson;
}

/** Longer scopes are cut, in characters. */
const LONGEST_SCOPE = 200;

/**
 * The row of a decision, without any text of the prompt, the answer, or the provider, whose messages may quote them.
 * @param promptHash 16 hexadecimal digits; null where hashing is off
 */
export function rowOf(decision: Decision, origin: Origin, promptHash: string | null): DecisionRow {
	const { route, classification, answer, failure, cost, attempts } = decision;
	const model = modelOf(decision, origin.models);
	const answered = attempts.find(({ outcome, purpose }) => outcome === 'answered' && purpose === undefined);
	// Taken from the id, so that ids and times have the same order.
	const at = decodeTime(decision.id);
	return {
		id: decision.id,
		at,
		retentionDays: Math.max(1, Math.round(origin.retentionDays)),
		workflow: origin.workflow,
		execution: origin.execution,
		node: origin.node,
		scope: origin.scope?.slice(0, LONGEST_SCOPE) ?? null,
		route: route?.name ?? null,
		rule: route?.ruleIndex ?? null,
		strategy: route?.strategy ?? null,
		task: classification?.task ?? null,
		complexity: classification?.complexity ?? null,
		model: model?.alias ?? null,
		provider: model?.provider ?? null,
		modelId: model?.modelId ?? null,
		...(model?.retiredModelId !== undefined && { retiredModelId: model.retiredModelId }),
		outcome: decision.outcome,
		category: failure?.category ?? null,
		inputTokens: answer?.usage.inputTokens ?? 0,
		outputTokens: answer?.usage.outputTokens ?? 0,
		cachedInputTokens: answer?.usage.cachedInputTokens ?? 0,
		reasoningTokens: answer?.usage.reasoningTokens ?? 0,
		costNano: countable(cost.costNano),
		costEstimated: cost.estimated,
		baselineNano: countable(cost.baselineNano),
		...savedBy(cost),
		ms: decision.ms,
		firstTokenMs: answered?.firstTokenMs ?? null,
		cached: decision.cached ?? false,
		promptHash,
		attempts: attempts.map(attemptRow),
		...(origin.lesson && { lesson: origin.lesson }),
	};
}

/** Omits zeros. */
function savedBy({
	savings,
}: Decision['cost']): Pick<DecisionRow, 'promptCacheNano' | 'tierNano' | 'answerCacheNano'> {
	if (!savings) return {};
	const { promptCacheNano, tierNano, answerCacheNano } = savings;
	const parts = { promptCacheNano, tierNano, answerCacheNano };
	return Object.fromEntries(
		Object.entries(parts).filter(([, nano]) => nano !== 0 && Number.isSafeInteger(nano)),
	);
}

/** The model that answered, else the last tried, else the first choice. */
function modelOf({ answer, attempts, route }: Decision, models: readonly Model[]): Model | undefined {
	const last = attempts.findLast(({ purpose }) => purpose === undefined)?.model;
	return answer?.model ?? models.find(({ alias }) => alias === last) ?? route?.candidates[0];
}

function attemptRow(attempt: Attempt): AttemptRow {
	const { model, billing, usage } = attempt;
	return {
		model,
		startedAt: Date.parse(attempt.startedAt),
		ms: attempt.ms,
		firstTokenMs: attempt.firstTokenMs,
		outcome: attempt.outcome,
		status: attempt.status,
		billing,
		inputTokens: usage?.inputTokens ?? 0,
		outputTokens: usage?.outputTokens ?? 0,
		costNano: countable(attempt.costNano),
	};
}

/** null for an amount that is not exact, as from an absurd price. */
function countable(nano: NanoDollars | null): NanoDollars | null {
	return nano === null || Number.isSafeInteger(nano) ? nano : null;
}
