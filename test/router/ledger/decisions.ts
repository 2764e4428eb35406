import { ulid } from 'ulid';

import type { Origin } from '../../../router/ledger/record';
import type { Attempt, Decision, Model, Usage } from '../../../router/types';

export const USAGE: Usage = {
	inputTokens: 1000,
	outputTokens: 100,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 1100,
};

export const HAIKU = {
	alias: 'haiku',
	provider: 'anthropic',
	modelId: 'claude-haiku',
	prices: { input: { base: 1 }, output: { base: 5 } },
} as Model;
export const OPUS = { ...HAIKU, alias: 'opus', modelId: 'claude-opus', prices: null } as Model;

export const ORIGIN: Origin = {
	workflow: 'Support desk',
	execution: '4711',
	node: 'Smart LLM Router',
	scope: 'customer-1',
	retentionDays: 90,
	models: [HAIKU, OPUS],
};

export function attemptOf(changes: Partial<Attempt> = {}): Attempt {
	return {
		model: 'haiku',
		startedAt: '2026-01-01T00:00:00.000Z',
		ms: 400,
		firstTokenMs: 100,
		outcome: 'answered',
		status: null,
		retryAfterMs: null,
		message: null,
		billing: 'named',
		usage: USAGE,
		costNano: changes.billing === 'none' ? 0 : changes.model === undefined ? 1_500_000 : null,
		...changes,
	};
}

/** An answer of haiku's. */
export function decisionOf({ at, ...changes }: Partial<Decision> & { at: number }): Decision {
	return {
		id: ulid(at),
		outcome: 'answered',
		classification: null,
		route: {
			ruleIndex: 0,
			name: 'Coding',
			strategy: 'smart',
			candidates: [HAIKU, OPUS],
			passedOver: [],
			reason: 'CANARY-reason',
		},
		attempts: [attemptOf()],
		answer: {
			model: HAIKU,
			parts: [{ type: 'text', text: 'CANARY-answer' }],
			text: 'CANARY-answer',
			finishReason: 'stop',
			usage: USAGE,
			usageEstimated: false,
		},
		failure: null,
		cost: { costNano: 1_500_000, estimated: false, baselineNano: 9_000_000, savings: null },
		ms: 500,
		...changes,
	};
}
