/** A made month of usage for the page's tests: seeded, with every kind of row. */
import type { PageData } from '../../../nodes/LlmRouterReport/page/data';
import type { UsageRow } from '../../../router/ledger/usageReport';
import { seededChance } from '../../support/virtualTime';

/** What a careless page would run or break on. */
export const HOSTILE = '<img src=x onerror="document.title=1">"\'&</style><script>document.title=2</script>';

const ROW: UsageRow = {
	requests: 0,
	answered: 0,
	fallbacks: 0,
	failed: 0,
	inputTokens: 0,
	outputTokens: 0,
	costUsd: 0,
	baselineCostUsd: 0,
	savedUsd: 0,
	unknownCostRequests: 0,
	p50Ms: null,
	p95Ms: null,
};

export function madePage({ days = 30, name = (plain: string) => plain, models = 4 } = {}): PageData {
	const random = seededChance(5);
	const aliases = ['haiku', 'gpt-4o-mini', 'sonnet', 'gemini-flash', 'opus', 'llama', 'mistral', 'qwen'];
	const used = aliases.slice(0, models).map(name);
	const one = (share: number): UsageRow => {
		const requests = Math.round(share * (300 + 500 * random()));
		const failed = Math.round(requests * 0.01 * random());
		const fallbacks = Math.round(requests * 0.05 * random());
		const costUsd = Math.round(requests * 0.004 * random() * 1e9) / 1e9;
		const savedUsd = Math.round(costUsd * 2.5 * 1e9) / 1e9;
		return {
			...ROW,
			requests,
			failed,
			fallbacks,
			answered: requests - failed - fallbacks,
			inputTokens: requests * 420,
			outputTokens: requests * 250,
			costUsd,
			savedUsd,
			baselineCostUsd: costUsd + savedUsd,
			p50Ms: 1_800 + 900 * random(),
			p95Ms: 5_000 + 9_000 * random(),
		};
	};
	const dates = Array.from({ length: days }, (_, day) =>
		new Date(Date.UTC(2026, 9, 1 + day)).toISOString().slice(0, 10),
	);
	const daysAndModels = dates.flatMap((day) =>
		used.map((model) => ({ day, model, ...one(1 / used.length) })),
	);
	const grouped = (key: 'day' | 'model') =>
		[...new Set(daysAndModels.map((row) => row[key]))].map((value) => ({
			[key]: value,
			...sum(daysAndModels.filter((row) => row[key] === value)),
		}));
	const others = (key: 'route' | 'task', names: readonly string[]) =>
		names.map((value) => ({ [key]: name(value), ...one(3) }));
	return {
		range: 'Last 30 Days',
		timeZone: 'Europe/Berlin',
		madeAt: Date.UTC(2026, 9, 31, 9, 30),
		totals: daysAndModels.length > 0 ? sum(daysAndModels) : null,
		days: grouped('day'),
		daysAndModels,
		models: grouped('model'),
		routes: others('route', ['Default', 'Coding', 'Legal review', 'Short answers', 'Translations']),
		tasks: others('task', ['coding', 'qa', 'summarization', 'extraction', 'business_writing', 'chitchat']),
		budgets: [
			{
				scope: name('Acme GmbH'),
				period: 'month',
				limitUsd: 50,
				spentUsd: 43.2,
				reservedUsd: 0.1,
				resetsAt: '2026-11-01T00:00:00.000Z',
				unknownCostRequests: 0,
			},
			{
				scope: name('workflow 12'),
				period: 'day',
				limitUsd: 5,
				spentUsd: 0.31,
				reservedUsd: 0,
				resetsAt: '2026-11-01T00:00:00.000Z',
				unknownCostRequests: 0,
			},
		],
		endings: [
			{
				model: name('haiku'),
				modelId: 'claude-haiku-4-5',
				retiresAt: '2026-11-20',
				daysLeft: 20,
				successor: 'claude-haiku-5',
				workflows: [name('Support desk'), 'Invoices'],
			},
			{
				model: name('gpt-4o-mini'),
				modelId: 'gpt-4o-mini',
				retiresAt: '2027-01-14',
				daysLeft: 75,
				successor: null,
				workflows: ['FAQ'],
			},
		],
		failures: [
			{ category: 'rateLimited', model: used[0], requests: 31 },
			{ category: 'contextOverflow', model: null, requests: 4 },
		],
		notices: [],
	};
}

function sum(rows: readonly UsageRow[]): UsageRow {
	const total = { ...ROW };
	for (const key of ['requests', 'answered', 'fallbacks', 'failed', 'inputTokens', 'outputTokens'] as const)
		total[key] = rows.reduce((all, row) => all + row[key], 0);
	const usd = (key: 'costUsd' | 'savedUsd' | 'baselineCostUsd') =>
		rows.reduce((all, row) => all + Math.round((row[key] ?? 0) * 1e9), 0) / 1e9;
	total.costUsd = usd('costUsd');
	total.savedUsd = usd('savedUsd');
	total.baselineCostUsd = usd('baselineCostUsd');
	const middle = (key: 'p50Ms' | 'p95Ms') =>
		rows.reduce((all, row) => all + (row[key] ?? 0), 0) / rows.length;
	total.p50Ms = middle('p50Ms');
	total.p95Ms = middle('p95Ms');
	return total;
}
