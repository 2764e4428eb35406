import type { ChildProcessWithoutNullStreams } from 'node:child_process';

import type { SpendingLimits } from '../../../router/ledger/budgets';
import type { Model, PlannedCall, Prices } from '../../../router/types';
import { line } from '../../support/children';

export const CENT = 10_000_000;

export function priced(alias: string, prices: Prices | null): Model {
	return { alias, prices } as Model;
}

/** Costs a cent, whatever is sent and answered. */
export const CENT_A_CALL: PlannedCall = {
	model: priced('cent', { input: { base: 0 }, output: { base: 0 }, perRequest: 0.01 }),
	inputTokens: 100,
};

export const DOLLAR_A_DAY: SpendingLimits = {
	budgets: [{ limitNano: 100 * CENT, period: 'day', scope: 'customer-1', onExceeded: 'fail' }],
	maxCostPerItemNano: null,
	allowUnknownPrice: false,
	timeZone: 'UTC',
	execution: '1',
	totalTimeoutMs: 600_000,
};

export interface Outcome {
	answered: number;
	refused: number;
	notices: string[];
}

export async function spendAll(children: readonly ChildProcessWithoutNullStreams[]): Promise<Outcome> {
	const results = children.map(async (child) => JSON.parse(await line(child, '{')) as Outcome);
	for (const child of children) child.stdin.write('go');
	const outcomes = await Promise.all(results);
	return {
		answered: outcomes.reduce((sum, { answered }) => sum + answered, 0),
		refused: outcomes.reduce((sum, { refused }) => sum + refused, 0),
		notices: outcomes.flatMap(({ notices }) => notices),
	};
}
