import { budgetsReport, usageReport } from '../../../router/ledger/usageReport';
import type { UsageReportQuery } from '../../../router/ledger/usageReport';
import { createMemoryState } from '../../../router/state/state';
import type { State } from '../../../router/state/state';
import { decisionRow } from '../state/decisionRows';
import { virtualTime } from '../../support/virtualTime';

/** 2026-01-01, 01:00 in Berlin. */
const time = virtualTime();
const NOW = time.surroundings.now();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let state: State;
beforeEach(() => {
	state = createMemoryState(time.surroundings);
});

const usage = async (query: Partial<UsageReportQuery>) =>
	await usageReport(
		{ range: 'all', groupBy: ['day', 'model'], timeZone: 'Europe/Berlin', ...query },
		state.history,
		time.surroundings,
	);

describe('the report of usage', () => {
	it('has a row for each day and model, in the time zone, the most expensive first', async () => {
		await state.ledger.append([
			decisionRow(NOW - 30 * 60_000, { ms: 100 }),
			decisionRow(NOW - 90 * 60_000, {
				model: 'opus',
				costNano: 20_000_000,
				baselineNano: 20_000_000,
				ms: 700,
			}),
			decisionRow(NOW - 91 * 60_000, { outcome: 'failed', category: 'timeout', costNano: null }),
			decisionRow(NOW - 92 * 60_000, { outcome: 'fallback', ms: 900 }),
		]);
		expect(await usage({})).toEqual([
			{
				day: '2025-12-31',
				model: 'opus',
				requests: 1,
				answered: 1,
				fallbacks: 0,
				failed: 0,
				inputTokens: 400,
				outputTokens: 100,
				costUsd: 0.02,
				baselineCostUsd: 0.02,
				savedUsd: 0,
				unknownCostRequests: 0,
				p50Ms: 700,
				p95Ms: 700,
			},
			expect.objectContaining({
				day: '2025-12-31',
				model: 'haiku',
				requests: 2,
				failed: 1,
				fallbacks: 1,
				costUsd: 0.002,
				savedUsd: 0.003,
				unknownCostRequests: 1,
				p50Ms: 900,
			}),
			expect.objectContaining({ day: '2026-01-01', model: 'haiku', requests: 1 }),
		]);
		expect(Object.keys((await usage({ groupBy: ['model', 'hour'] }))[0]).slice(0, 2)).toEqual([
			'model',
			'hour',
		]);
		expect(await usage({ groupBy: [] })).toMatchObject([{ requests: 4, costUsd: 0.024 }]);
	});

	it.each<[Partial<UsageReportQuery>, number]>([
		[{ range: 'today' }, 1],
		[{ range: 'thisMonth' }, 1],
		[{ range: 'last7Days' }, 3],
		[{ range: 'last30Days' }, 4],
		[{ range: 'all' }, 5],
		[{ range: 'custom', from: NOW - 40 * DAY, to: NOW - 3 * DAY }, 2],
		[{ range: 'custom', from: NOW - 3 * DAY }, 3],
		[{ range: 'custom', from: NOW + DAY }, 0],
	])('covers %j', async (query, expected) => {
		const ages = [0.5 * HOUR, 2 * HOUR, 2 * DAY, 8 * DAY, 39 * DAY];
		await state.ledger.append(ages.map((age) => decisionRow(NOW - age)));
		const rows = await usage({ ...query, groupBy: ['day'] });
		expect(rows.reduce((sum, { requests }) => sum + requests, 0)).toBe(expected);
	});
});

it('the report of budgets has a row for each that runs, the fullest first', async () => {
	const account = { period: 'day' as const, execution: '', startsAt: NOW - HOUR, resetsAt: NOW + 23 * HOUR };
	const reserve = async (scope: string, limitNano: number) =>
		await state.budgets.reserve({
			accounts: [{ ...account, scope, limitNano }],
			amountNano: 500_000_000,
			now: NOW,
			expiresAt: NOW + HOUR,
		});
	await reserve('small', 1e9);
	const granted = await reserve('full', 0.6e9);
	if (granted.outcome === 'granted')
		await state.budgets.settle({ holds: granted.holds, spentNano: 600_000_000, now: NOW });
	expect(await budgetsReport(state.budgets, time.surroundings)).toEqual([
		expect.objectContaining({ scope: 'full', spentUsd: 0.6, reservedUsd: 0 }),
		{
			scope: 'small',
			period: 'day',
			limitUsd: 1,
			spentUsd: 0,
			reservedUsd: 0.5,
			resetsAt: '2026-01-01T23:00:00.000Z',
			unknownCostRequests: 0,
		},
	]);
});
