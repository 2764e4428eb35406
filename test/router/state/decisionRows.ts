import { ulid } from 'ulid';

import type { AttemptRow, DecisionRow } from '../../../router/state/state';
import { seededChance } from '../../support/virtualTime';

const random = seededChance(7);

export function attemptRow(changes: Partial<AttemptRow> = {}): AttemptRow {
	return {
		model: 'haiku',
		startedAt: 0,
		ms: 400,
		firstTokenMs: 120,
		outcome: 'answered',
		status: null,
		billing: 'named',
		inputTokens: 400,
		outputTokens: 100,
		costNano: 2_000_000,
		...changes,
	};
}

/** An answered decision made at `at`. */
export function decisionRow(at: number, changes: Partial<DecisionRow> = {}): DecisionRow {
	return {
		id: ulid(at, random),
		at,
		retentionDays: 90,
		workflow: 'Support desk',
		execution: '4711',
		node: 'Smart LLM Router',
		scope: 'customer-1',
		route: 'Coding',
		rule: 0,
		strategy: 'smart',
		task: 'coding',
		complexity: 0.712,
		model: 'haiku',
		provider: 'anthropic',
		modelId: 'claude-haiku',
		outcome: 'answered',
		category: null,
		inputTokens: 400,
		outputTokens: 100,
		cachedInputTokens: 0,
		reasoningTokens: 0,
		costNano: 2_000_000,
		costEstimated: false,
		baselineNano: 5_000_000,
		ms: 500,
		firstTokenMs: 120,
		cached: false,
		promptHash: null,
		attempts: [attemptRow({ startedAt: at })],
		...changes,
	};
}
