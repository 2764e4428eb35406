/** Tiers, regions, successors and budgets, against a server that bills to the token. */
import type { IDataObject } from 'n8n-workflow';

import type { SimulatedProviders } from '../../support/simulatedProviders';
import { runReport } from '../report';
import { inOrder, model, runRouter, type RouterResult, type RouterRun } from '../workflow';
import { RawServer } from './rawServer';

const server = new RawServer();
beforeAll(async () => await server.start());
afterEach(() => server.reset());
afterAll(() => server.close());

const MINI = 'gpt-5.4-mini';
/** Of 1,000 tokens and an answer of 200, USD. */
const PLAIN = (1_000 * 0.75 + 200 * 4.5) / 1e6;

let runs = 0;
/** Each run has an address of its own, so that nothing is known of it. */
async function run(
	models: object[],
	options: IDataObject = {},
	{ items = ['What is the capital of Peru?'], parameters = {}, allowedModels = '' }: Partial<Run> = {},
): Promise<RouterResult> {
	const openAi = { apiKey: 'sk-1', baseUrl: `${server.url}/${++runs}/v1`, allowedModels };
	return await runRouter({} as SimulatedProviders, {
		credentials: { llmRouterOpenAiApi: openAi },
		parameters: { models, rules: [inOrder], options: { maxRetries: 0, ...options }, ...parameters },
		items,
	});
}
interface Run extends Pick<RouterRun, 'items' | 'parameters'> {
	allowedModels: string;
}

const spentOn = async (scope: string): Promise<IDataObject> =>
	(await runReport({ operation: 'budgets' })).rows.find((row) => row.scope === scope)!;
const limited = (scope: string, limitUsd: number) => ({
	budgets: { values: [{ limitUsd, period: 'day', scope, onExceeded: 'fail' }] },
});
const nano = (usd: unknown): number => Math.round(1e9 * Number(usd));
const costs = ({ all }: RouterResult): number =>
	all.reduce((sum, { json }) => sum + nano((json.router as IDataObject).costUsd ?? 0), 0);
const asked = (): string[] =>
	server.asked.map(({ model: id, service_tier: tier }) => (tier === 'flex' ? `${id} flex` : id));

describe('flex', () => {
	const flex = model('m', 'openAi', MINI, { serviceTier: 'flex' });
	const next = model('next', 'openAi', 'gpt-5.4');

	test('costs half, and no tier is named as it is the one that was asked for', async () => {
		server.reply = ({ service_tier: tier }) => ({ tier });
		const { record } = await run([flex]);
		expect(asked()).toEqual([`${MINI} flex`]);
		expect(record(0).costUsd).toBeCloseTo(PLAIN / 2, 12);
		expect(record(0).tier).toBeUndefined();
	});

	test('that was served at the standard tier costs what that does, and says so', async () => {
		server.reply = () => ({ tier: 'default' });
		const { record } = await run([flex]);
		expect(record(0)).toMatchObject({ tier: 'standard' });
		expect(record(0).costUsd).toBeCloseTo(PLAIN, 12);
	});

	test.each([
		['is busy', { status: 429, error: { code: 'resource_unavailable', message: 'Resource unavailable' } }],
		[
			'is refused',
			{ status: 400, error: { param: 'service_tier', message: 'Invalid service_tier argument' } },
		],
		['is silent', { isSilent: true }],
	])(
		'where it %s, the same model answers at its standard tier, and no other one is asked',
		async (_how, no) => {
			server.reply = ({ service_tier: tier }) => (tier === 'flex' ? no : {});
			const result = await run([flex, next], { flexPatience: 1, hedgeAfter: 0.2 });
			expect(result.left).toEqual({ Answered: [0] });
			expect(result.record(0)).toMatchObject({ model: 'm', outcome: 'answered' });
			expect(asked()).toEqual([`${MINI} flex`, MINI]);
		},
	);
});

test('under a budget a call in flex sets the standard price aside', async () => {
	const usage = { prompt_tokens: 10, completion_tokens: 200, total_tokens: 210 };
	server.reply = ({ service_tier: tier }) => ({ tier, usage, delayMs: 30 });
	const items = Array.from({ length: 12 }, (_, index) => `What is ${index} plus one?`);
	const small = model('m', 'openAi', MINI, { serviceTier: 'flex', maxOutputTokens: 200 });
	// Two at the standard price, four at flex.
	const limitUsd = 0.00203;
	const result = await run([small], { concurrency: 12, ...limited('flexed', limitUsd) }, { items });
	expect(costs(result)).toBeLessThanOrEqual(nano(limitUsd));
	expect(result.left.Answered.length).toBeGreaterThanOrEqual(3);
	const { spentUsd, reservedUsd } = await spentOn('flexed');
	expect([nano(spentUsd), reservedUsd]).toEqual([costs(result), 0]);
});

test('1,000 calls at once with caches and tiers spend what they cost, to the nano-dollar, within the limit', async () => {
	const tokens = (cached: number, written: number) => ({
		prompt_tokens: 10,
		completion_tokens: 20,
		total_tokens: 30,
		prompt_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
	});
	const kinds = [
		{ tier: 'flex', usage: tokens(0, 0), cost: (10 * 2_000 + 20 * 10_000) / 2 },
		{ tier: 'flex', usage: tokens(4, 0), cost: (6 * 2_000 + 4 * 200 + 20 * 10_000) / 2 },
		{ tier: 'flex', usage: tokens(0, 6), cost: (4 * 2_000 + 6 * 2_500 + 20 * 10_000) / 2 },
		{ tier: 'default', usage: tokens(0, 0), cost: 10 * 2_000 + 20 * 10_000 },
	];
	server.reply = (_asked, call) => ({ ...kinds[call % 4], delayMs: call % 7 });
	const items = Array.from({ length: 1000 }, (_, index) => `What is ${index} plus one?`);
	const sol = model('m', 'openAi', 'gpt-6-sol', { serviceTier: 'flex', maxOutputTokens: 20 });
	const result = await run([sol], { concurrency: 1000, ...limited('crowd', 0.01) }, { items });
	const byHand = server.asked.reduce((sum, _asked, call) => sum + kinds[call % 4].cost, 0);
	expect(costs(result)).toBe(byHand);
	expect(byHand).toBeLessThanOrEqual(10_000_000);
	// What is left would not have paid for another one.
	expect(10_000_000 - byHand).toBeLessThan(300_000);
	const { spentUsd, reservedUsd } = await spentOn('crowd');
	expect([nano(spentUsd), reservedUsd]).toEqual([byHand, 0]);
}, 120_000);

describe('allowed regions', () => {
	const home = model('home', 'openAi', MINI, { region: 'eu' });
	const away = model('away', 'openAi', 'gpt-5.4', { region: 'us' });
	const nowhere = model('nowhere', 'openAi', 'gpt-5.5');
	const onlyHome = (): void => expect(new Set(asked())).toEqual(new Set([MINI]));

	test('hold for hedges', async () => {
		server.reply = () => ({ delayMs: 600 });
		const options = { hedgeAfter: 0.1, allowedRegions: 'EU' };
		expect((await run([home, away, nowhere], options)).record(0)).toMatchObject({ model: 'home' });
		onlyHome();
	});

	test('hold for fallbacks', async () => {
		server.reply = () => ({ status: 500 });
		expect((await run([home, away], { allowedRegions: 'eu, ch' })).left).toEqual({ Failed: [0] });
		onlyHome();
	});

	test('hold for the judge', async () => {
		const rules = [
			{ name: 'Code', match: { taskTypes: ['coding'] }, strategy: 'priority', models: ['home'] },
		];
		const parameters = { classifier: 'judge', judgeModel: 'away', rules };
		const { record } = await run([home, away], { allowedRegions: 'eu' }, { parameters });
		expect(record(0)).toMatchObject({ model: 'home' });
		onlyHome();
	});

	test('are whole names', async () => {
		const west = model('west', 'openAi', MINI, { region: 'eu-west-1' });
		expect((await run([west], { allowedRegions: 'eu-west-10, eu-w' })).left).toEqual({ Failed: [0] });
		expect(server.asked).toEqual([]);
	});
});

describe('the successor of a retired model', () => {
	const old = (more: IDataObject = {}) =>
		model('old', 'openAi', 'gpt-4-turbo', { onRetired: 'useSuccessor', ...more });

	test('has the region that the user set, and its own price under a budget', async () => {
		const options = { allowedRegions: 'eu', ...limited('successor', 1) };
		const { record } = await run([old({ region: 'eu', maxOutputTokens: 300 })], options);
		expect(asked()).toEqual(['gpt-5.6-sol']);
		expect(nano(record(0).costUsd)).toBe(1_000 * 4_000 + 200 * 20_000);
		expect(nano((await spentOn('successor')).spentUsd)).toBe(nano(record(0).costUsd));
	});

	test('is not asked where the credential does not allow it: the list goes on as before', async () => {
		server.reply = ({ model: id }) => (id === MINI ? {} : { status: 404 });
		const models = [old(), model('next', 'openAi', MINI)];
		const result = await run(models, {}, { allowedModels: `gpt-4*\n${MINI}` });
		expect(result.left).toEqual({ Fallback: [0] });
		expect(asked()).toEqual(['gpt-4-turbo', MINI]);
	});
});

test('what was saved adds up by kind, in the report and in the chart of its page', async () => {
	const usage = {
		prompt_tokens: 10_000,
		completion_tokens: 100,
		total_tokens: 10_100,
		prompt_tokens_details: { cached_tokens: 9_000 },
	};
	server.reply = ({ service_tier: tier }) => ({ tier, usage });
	const alias = 'saver';
	const saver = model(alias, 'openAi', MINI, { serviceTier: 'flex', quality: 40 });
	const best = model('best', 'openAi', 'gpt-5.4', { quality: 90 });
	await run([saver, best], { cacheTtl: 600, concurrency: 1 }, { items: ['One?', 'Two?', 'One?'] });
	const inFlex = (1_000 * 750 + 9_000 * 75 + 100 * 4_500) / 2;
	const plain = 10_000 * 750 + 100 * 4_500;
	const atBest = 10_000 * 2_500 + 100 * 15_000;
	const { rows, items } = await runReport({ groupBy: ['model'], range: 'today', page: true });
	const row = rows.find(({ model: name }) => name === alias)!;
	const saved = (kind: string): number => nano(row[kind]);
	expect(saved('costUsd')).toBe(2 * inFlex);
	expect(saved('baselineCostUsd')).toBe(3 * atBest);
	expect(saved('savedUsd')).toBe(3 * atBest - 2 * inFlex);
	expect(saved('savedByPromptCacheUsd')).toBe(2 * (plain - 2 * inFlex));
	expect(saved('savedByTierUsd')).toBe(2 * inFlex);
	expect(saved('savedByAnswerCacheUsd')).toBe(atBest);
	const byAnotherModel = 2 * (atBest - plain);
	const kinds = ['savedByPromptCacheUsd', 'savedByTierUsd', 'savedByAnswerCacheUsd'];
	expect(kinds.reduce((sum, kind) => sum + saved(kind), byAnotherModel)).toBe(saved('savedUsd'));
	const page = Buffer.from(items('Report')[0].binary!.report.data, 'base64').toString();
	for (const kind of ['another model', 'prompt caches', 'cheaper tiers', 'remembered answers'])
		expect(page).toContain(`Saved by ${kind}`);
});

test('a model without a price that another one answers for costs what that one does', async () => {
	server.reply = () => ({ model: MINI });
	const unknown = model('m', 'openAi', 'zephyr-9');
	const budget = limited('unknown', 1);
	expect((await run([unknown], budget)).failure(0)).toMatchObject({ category: 'overBudget' });
	const { record } = await run([unknown], { ...budget, allowUnknownPrice: true });
	expect(record(0)).toMatchObject({ servedModel: MINI });
	expect(record(0).costUsd).toBeCloseTo(PLAIN, 12);
});

test('a newer model of a known line goes on under a budget', async () => {
	const { left, record } = await run([model('m', 'openAi', 'gpt-6.9-sol')], limited('estimated', 1));
	expect(left).toEqual({ Answered: [0] });
	expect(record(0).costUsd).toBeGreaterThan(0);
});
