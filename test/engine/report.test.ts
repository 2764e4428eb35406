/** The report node over a ledger that the router has written, in n8n's engine. */
import { money } from '../../nodes/LlmRouterReport/page/numbers';
import { startSimulatedProviders, type SimulatedProviders } from '../support/simulatedProviders';
import { runReport } from './report';
import { inOrder, model, runRouter } from './workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

const KEYS = [
	'requests',
	'answered',
	'fallbacks',
	'failed',
	'inputTokens',
	'outputTokens',
	'costUsd',
	'baselineCostUsd',
	'savedUsd',
	'p50Ms',
	'p95Ms',
];
const today = (timeZone: string): string => new Intl.DateTimeFormat('sv', { timeZone }).format(new Date());

test('says why there is nothing to see', async () => {
	const usage = await runReport({});
	expect(usage.rows).toEqual([]);
	expect(usage.hintTexts).toEqual([expect.stringContaining('Nothing has been decided yet')]);
	const health = await runReport({ operation: 'health' });
	expect(health.hintTexts).toEqual([expect.stringContaining('No model has been asked yet')]);
	const budgets = await runReport({ operation: 'budgets' });
	expect(budgets.rows).toEqual([]);
	expect(budgets.hintTexts).toEqual([expect.stringContaining('No budget has been used')]);
});

describe('after a day with answers, fallbacks and failures', () => {
	const cheap = model('cheap', 'openAi', 'gpt-4o-mini', { inputPrice: 1, outputPrice: 2, quality: 30 });
	const good = model('good', 'anthropic', 'claude-haiku-4-5', {
		inputPrice: 10,
		outputPrice: 20,
		quality: 90,
	});
	const broken = model('broken', 'openAi', 'gpt-4o-mini--404');
	let costs: number;
	let saved: number;

	beforeAll(async () => {
		const sum = (values: unknown[]) =>
			values.reduce<number>((total, value) => total + Math.round(1e9 * Number(value)), 0);
		const run = async (models: object[], items: string[]) =>
			(
				await runRouter(providers, {
					parameters: { models, rules: [{ ...inOrder, name: 'Everything' }] },
					items,
					workflowId: 'w1',
				})
			).all.map(({ json }) => json.router as { costUsd: number; savedUsd: number | null });
		const records = [
			...(await run([cheap, good], ['What is two and two?', 'And three and three?'])),
			...(await run([broken, good], ['Who wrote Faust?'])),
			...(await run([broken], ['Who wrote Hamlet?'])),
		];
		costs = sum(records.map(({ costUsd }) => costUsd));
		saved = sum(records.map(({ savedUsd }) => savedUsd ?? 0));
		// Decisions without a model count as well.
		await runRouter(providers, {
			parameters: { mode: 'route', models: [cheap, good] },
			items: ['Where to?'],
		});
	});

	test('usage groups by day and model unless told otherwise', async () => {
		const { rows } = await runReport({});
		expect(rows.map(({ day, model: alias, requests }) => [day, alias, requests])).toEqual(
			expect.arrayContaining([
				[today('UTC'), 'cheap', 3],
				[today('UTC'), 'good', 1],
				[today('UTC'), 'broken', 1],
			]),
		);
		for (const row of rows)
			expect(Object.keys(row)).toEqual(expect.arrayContaining(['day', 'model', ...KEYS]));
	});

	test('a row has the columns of the contract, in their order', async () => {
		const { rows } = await runReport({ groupBy: ['model', 'day'] });
		const figures =
			'requests answered fallbacks failed inputTokens outputTokens costUsd baselineCostUsd savedUsd p50Ms p95Ms';
		expect(Object.keys(rows[0]!)).toEqual(['model', 'day', ...figures.split(' ')]);
	});

	test('one row of totals agrees with the items to the nano-dollar', async () => {
		const { rows, items } = await runReport({ groupBy: [], range: 'today' });
		expect(rows).toEqual([expect.objectContaining({ requests: 5, answered: 2, fallbacks: 1, failed: 1 })]);
		expect(Math.round(1e9 * Number(rows[0]?.costUsd))).toBe(costs);
		expect(Math.round(1e9 * Number(rows[0]?.savedUsd))).toBe(saved);
		expect(items('Report')[0]?.pairedItem).toEqual({ item: 0 });
	});

	test('groups by workflow, route, task, provider and hour', async () => {
		const { rows } = await runReport(
			{ groupBy: ['hour', 'workflow', 'route', 'provider', 'task'] },
			{ timezone: 'Asia/Kolkata' },
		);
		expect(rows.length).toBeGreaterThan(1);
		for (const { hour } of rows) expect(hour).toMatch(/^\d{4}-\d\d-\d\dT\d\d:00\+05:30$/);
		expect(rows).toContainEqual(expect.objectContaining({ workflow: 'Test workflow', route: 'Everything' }));
		expect(rows).toContainEqual(expect.objectContaining({ route: 'Default' }));
	});

	test('the page says what the rows say, and goes with the first of them', async () => {
		const { rows, items } = await runReport({ range: 'today', page: true });
		const [first, ...others] = items('Report');
		expect(others.every(({ binary }) => binary === undefined)).toBe(true);
		const { data, mimeType, fileName } = first?.binary?.report ?? {};
		expect([mimeType, fileName]).toEqual(['text/html', 'llm-router-report.html']);
		const page = Buffer.from(String(data), 'base64').toString();
		const spent = rows.reduce((sum, { costUsd }) => sum + Math.round(1e9 * Number(costUsd ?? 0)), 0);
		expect(spent).toBe(costs);
		expect(page).toContain(`<dd>${money(costs / 1e9)}</dd>`);
		expect(page).toContain(`<dd>${money(saved / 1e9)}</dd>`);
		expect(page).toContain('Model Not Found');
		expect(rows[0]?.emailHtml).toContain(`>${money(costs / 1e9)}<`);
	});

	test('a page of a range without requests says so', async () => {
		const { rows, items } = await runReport({ range: 'custom', to: '2020-01-01', page: true });
		expect(rows).toEqual([{ requests: 0, emailHtml: expect.stringContaining('no request was recorded') }]);
		const page = Buffer.from(String(items('Report')[0]?.binary?.report?.data), 'base64').toString();
		expect(page).toContain('No request was recorded');
	});

	test.each([
		[{ range: 'custom', from: today('Pacific/Kiritimati'), to: today('Pacific/Kiritimati') }, 5],
		[{ range: 'custom', to: '2020-01-01' }, 0],
		[{ range: 'custom', from: new Date(Date.now() + 60_000).toISOString() }, 0],
		[{ range: 'thisMonth' }, 5],
		[{ range: 'last7Days' }, 5],
		[{ range: 'all' }, 5],
	])('range %j', async (parameters, requests) => {
		const { rows, hintTexts, error } = await runReport(
			{ groupBy: [], ...parameters },
			{ timezone: 'Pacific/Kiritimati' },
		);
		expect(error).toBeNull();
		expect(rows.map((row) => row.requests)).toEqual(requests === 0 ? [] : [requests]);
		if (requests === 0)
			expect(hintTexts).toEqual(['Nothing was decided in this range. Choose another one under Range.']);
	});

	test('feedback is kept with its decision, the last word of it', async () => {
		const [newest] = (await runReport({ operation: 'decisions', limit: 1 })).rows;
		const items = { Source: [{ router: { id: newest?.id } }] };
		const say = async (rating: string, note: string) =>
			await runReport(
				{ operation: 'feedback', rating, note, decisionId: '={{ $json.router.id }}' },
				{ items },
			);
		await say('good', '');
		const { rows, error } = await say('bad', 'Too long');
		expect(error).toBeNull();
		expect(rows).toEqual([{ decisionId: newest?.id, rating: 'bad', note: 'Too long' }]);
		const [again] = (await runReport({ operation: 'decisions', limit: 1 })).rows;
		expect(again).toMatchObject({ id: newest?.id, rating: 'bad', note: 'Too long' });
	});

	test.each([
		['abc', 'Decision ID cannot be used ("abc")'],
		['01J00000000000000000000000', 'No decision with the ID 01J00000000000000000000000 is kept'],
	])('feedback on %j says what is wrong', async (decisionId, message) => {
		const { error } = await runReport({ operation: 'feedback', decisionId });
		expect(error?.message).toContain(message);
		expect(error?.description).toContain('router.id');
	});

	test('health: who is left alone and why, and who is fast', async () => {
		const { rows } = await runReport({ operation: 'health' });
		expect(rows[0]).toMatchObject({
			modelId: 'gpt-4o-mini--404',
			models: ['broken'],
			key: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
			state: 'resting',
			until: expect.stringMatching(/^\d{4}-/) as string,
			because: 'modelNotFound',
			calls: 2,
			failed: 2,
			errorRate: 1,
		});
		expect(rows).toContainEqual(
			expect.objectContaining({
				endpoint: providers.baseUrl('anthropic'),
				modelId: 'claude-haiku-4-5',
				models: ['good'],
				state: 'healthy',
				until: null,
				calls: 1,
				errorRate: 0,
			}),
		);
		expect(Number(rows.at(-1)?.firstTokenMs)).toBeGreaterThan(0);
	});

	test('reset does nothing until it is confirmed; then everyone is asked again', async () => {
		const { error } = await runReport({ operation: 'reset' });
		expect(error?.message).toBe('Confirm is off, so nothing was reset');
		const resting = async () =>
			(await runReport({ operation: 'health' })).rows.filter(({ state }) => state !== 'healthy').length;
		expect(await resting()).toBeGreaterThan(0);
		const { rows } = await runReport({ operation: 'reset', confirm: true });
		expect(rows).toEqual([{ circuits: 0, rests: 1, cachedAnswers: 0 }]);
		expect(await resting()).toBe(0);
		const cacheOnly = await runReport({ operation: 'reset', confirm: true, what: ['cache'] });
		expect(cacheOnly.rows).toEqual([{ circuits: null, rests: null, cachedAnswers: 0 }]);
	});

	test('decisions come newest first, filtered and paged, with their attempts', async () => {
		const { rows } = await runReport({ operation: 'decisions', limit: 3 });
		expect(rows.map(({ outcome }) => outcome)).toEqual(['routed', 'failed', 'fallback']);
		expect(rows[2]).toMatchObject({
			workflow: 'Test workflow',
			route: 'Everything',
			model: 'good',
			provider: 'anthropic',
			modelId: 'claude-haiku-4-5',
			attempts: [
				{ model: 'broken', outcome: 'modelNotFound', status: 404, costUsd: 0 },
				{ model: 'good', outcome: 'answered' },
			],
		});
		const next = await runReport({ operation: 'decisions', limit: 3, pageNumber: 2 });
		expect(next.rows.map(({ outcome }) => outcome)).toEqual(['answered', 'answered']);
		const failed = await runReport({ operation: 'decisions', filters: { outcome: 'failed' } });
		expect(failed.rows.map(({ category }) => category)).toEqual(['modelNotFound']);
		const none = await runReport({ operation: 'decisions', filters: { model: 'nobody' } });
		expect(none.hintTexts).toEqual([expect.stringContaining('No decision in this range')]);
		const beyond = await runReport({ operation: 'decisions', pageNumber: 9 });
		expect(beyond.hintTexts).toEqual(['There is no page 9 of these decisions.']);
	});

	test('what it cannot read it names, by item where On Error says to go on', async () => {
		const wrong = await runReport({ range: 'custom', from: '31.12.2026' });
		expect(wrong.error?.message).toBe('From is no date ("31.12.2026")');
		expect(wrong.error?.description).toContain('2026-10-25T08:00');
		const { rows } = await runReport(
			{ groupBy: '={{ $json.by }}' },
			{ items: { Source: [{ by: 'moon' }, { by: 'model, task' }] }, onError: 'continueRegularOutput' },
		);
		expect(rows[0]?.error).toContain('Group Usage By cannot be used ("moon")');
		expect(rows.length).toBeGreaterThan(2);
	});
});
