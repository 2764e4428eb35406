/** Budgets and the ledger, through the node in n8n's engine. */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';

import type { IDataObject } from 'n8n-workflow';

import { runReport } from '../report';
import { inOrder, model, runRouter } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders({ answer: () => TEN_WORDS });
});
beforeEach(() => {
	providers.reset();
	providers.answer = () => TEN_WORDS;
});
afterAll(async () => await providers.close());

/** Ten tokens, as the simulation counts. */
const TEN_WORDS = 'one two three four five six seven eight nine ten';

/** A cent for ten tokens of an answer, nothing for what is sent. */
const CENT = { inputPrice: 0, outputPrice: 1000, maxOutputTokens: 10 };
const small = model('small', 'openAi', 'gpt-4o-mini', CENT);
const dear = model('dear', 'anthropic', 'claude-haiku-4-5', { ...CENT, outputPrice: 10_000 });

const budget = (more: object) => ({ values: [{ limitUsd: 1, period: 'day', onExceeded: 'fail', ...more }] });
const ask = (count: number) => Array.from({ length: count }, (_, index) => `What is ${index} times seven?`);
const budgetsOf = async () => (await runReport({ operation: 'budgets' })).rows;

test('of 1,000 items at once exactly 100 are answered for a dollar at a cent each', async () => {
	const result = await runRouter(providers, {
		parameters: {
			models: [small],
			rules: [inOrder],
			options: { concurrency: 1000, budgets: budget({ scope: 'thousand' }) },
		},
		items: ask(1000),
	});
	expect(result.left.Answered).toHaveLength(100);
	expect(result.left.Failed).toHaveLength(900);
	expect(providers.log).toHaveLength(100);
	const refused = result.failure(result.left.Failed[0]);
	expect(refused).toMatchObject({ category: 'overBudget' });
	expect(refused?.message).toMatch(
		/The budget of \$1\.00 a day for "thousand" leaves no room: \$1\.00 is spent.*It resets at \d{4}-/,
	);
	expect(await budgetsOf()).toContainEqual(
		expect.objectContaining({ scope: 'thousand', period: 'day', limitUsd: 1, spentUsd: 1, reservedUsd: 0 }),
	);
	expect(
		result
			.hints('Router')
			.map(({ message }) => message)
			.join('\n'),
	).toMatch(/budget of \$1\.00 a day for "thousand" is 100 % spent/);
	const { rows } = await runReport({ groupBy: ['scope'] });
	expect(rows).toEqual([
		expect.objectContaining({ scope: 'thousand', requests: 1000, answered: 100, failed: 900, costUsd: 1 }),
	]);
}, 120_000);

describe('a budget that is exceeded', () => {
	const spend = async (onExceeded: string, scope: string) =>
		await runRouter(providers, {
			parameters: {
				models: [dear, small],
				rules: [inOrder],
				options: { concurrency: 1, budgets: budget({ limitUsd: 0.15, scope, onExceeded }) },
			},
			items: ask(7),
		});

	test('leaves it to the models that still fit, and says so', async () => {
		const { left, hints } = await spend('cheapest', 'thrifty');
		expect(left).toEqual({ Answered: [0], Fallback: [1, 2, 3, 4, 5], Failed: [6] });
		expect(hints('Router').map(({ message }) => message)).toContainEqual(
			expect.stringContaining('5 items answered by a fallback (dear: over budget × 5)'),
		);
	});

	test('ends the item where the user wants that', async () => {
		const { left } = await spend('fail', 'strict');
		expect(left).toEqual({ Answered: [0], Failed: [1, 2, 3, 4, 5, 6] });
	});

	test('sends them to the cheapest of several first', async () => {
		const middle = model('middle', 'gemini', 'gemini-2.5-flash', { ...CENT, outputPrice: 2000 });
		const result = await runRouter(providers, {
			parameters: {
				models: [dear, middle, small],
				rules: [inOrder],
				options: { budgets: budget({ limitUsd: 0.05, scope: 'few cents', onExceeded: 'cheapest' }) },
			},
			items: ask(1),
		});
		expect(result.record(0)).toMatchObject({ outcome: 'fallback', model: 'small' });
	});
});

test('scopes are counted apart, an empty one is the workflow; the first of several names the scope of usage', async () => {
	const values = [
		{ limitUsd: 0.02, period: 'day', scope: '={{ $json.customer }}', onExceeded: 'fail' },
		{ limitUsd: 100, period: 'month', scope: '', onExceeded: 'fail' },
	];
	const items = ['ann', 'ben', 'ann', 'ann'].map((customer) => ({ prompt: 'What now?', customer }));
	const { left } = await runRouter(providers, {
		parameters: { models: [small], rules: [inOrder], options: { concurrency: 1, budgets: { values } } },
		items,
		workflowId: 'shop',
	});
	expect(left).toEqual({ Answered: [0, 1, 2], Failed: [3] });
	const rows = await budgetsOf();
	expect(rows).toContainEqual(expect.objectContaining({ scope: 'ann', spentUsd: 0.02 }));
	expect(rows).toContainEqual(expect.objectContaining({ scope: 'ben', spentUsd: 0.01 }));
	expect(rows).toContainEqual(expect.objectContaining({ scope: 'shop', period: 'month', spentUsd: 0.03 }));
	expect((await runReport({ groupBy: ['scope'] })).rows).toContainEqual(
		expect.objectContaining({ scope: 'ann', requests: 3, answered: 2, failed: 1, costUsd: 0.02 }),
	);
});

test('each execution has its own budget of an execution', async () => {
	const run = async () =>
		await runRouter(providers, {
			parameters: {
				models: [small],
				options: { concurrency: 1, budgets: budget({ limitUsd: 0.01, period: 'execution' }) },
			},
			items: ask(2),
		});
	expect((await run()).left).toEqual({ Answered: [0], Failed: [1] });
	expect((await run()).left).toEqual({ Answered: [0], Failed: [1] });
});

describe('what is sent and counted', () => {
	const limitOf = (index: number) => (providers.log[index]?.body as { max_tokens?: number }).max_tokens;

	test('an answer of any length is limited to 4,096 tokens under a budget, and only there', async () => {
		const unlimited = model('any', 'anthropic', 'claude-haiku-4-5');
		await runRouter(providers, { parameters: { models: [unlimited] }, items: ask(1) });
		await runRouter(providers, {
			parameters: { models: [unlimited], options: { budgets: budget({ scope: 'limited' }) } },
			items: ask(1),
		});
		expect(limitOf(0)).not.toBe(4096);
		expect(limitOf(1)).toBe(4096);
	});

	test('a retry, a repair and a hedge count against Max Cost per Item', async () => {
		const limited = (fault: string, maxCostPerItem: number, options: object = {}) =>
			runRouter(providers, {
				parameters: {
					models: [model('small', 'openAi', `gpt-4o-mini--${fault}`, CENT), dear],
					rules: [{ ...inOrder, models: ['small'] }],
					options: { maxCostPerItem, ...options },
				},
				items: ask(1),
			});
		// The first call is billed what it wrote before it was cut off, and there is no room for a second.
		const cut = await limited('cut', 0.012);
		expect(cut.record(0).attempts).toHaveLength(1);
		expect(cut.failure(0)).toMatchObject({ category: 'network' });
		const json = await limited('invalidjson', 0.012, { outputFormat: 'json' });
		expect(json.record(0).attempts).toHaveLength(1);
		const hedged = await runRouter(providers, {
			parameters: {
				models: [model('small', 'openAi', 'gpt-4o-mini--silent', CENT), dear],
				rules: [inOrder],
				options: { maxCostPerItem: 0.1, hedgeAfter: 0.1, firstTokenTimeout: 0.5 },
			},
			items: ask(1),
		});
		expect(hedged.record(0).attempts).toMatchObject([{ model: 'small' }]);
		expect(providers.attempts('claude-haiku-4-5')).toEqual([]);
		const free = await limited('500*1', 0.012);
		expect(free.record(0)).toMatchObject({ outcome: 'answered', costUsd: 0.01 });
	});

	test('a judge counts, and where there is no room for it the item is judged locally', async () => {
		const run = async (options: IDataObject, prompt: string) =>
			await runRouter(providers, {
				parameters: {
					classifier: 'judge',
					judgeModel: 'small',
					models: [small],
					rules: [{ name: 'Code', match: { taskTypes: ['coding'] } }],
					options,
				},
				items: [prompt],
			});
		const short = await run({ maxCostPerItem: 0.02 }, 'What is one times seven?');
		expect(short.record(0)).toMatchObject({ outcome: 'answered', costUsd: 0.01 });
		expect(short.record(0).reason).toContain('small failed (over budget)');
		expect(providers.log).toHaveLength(1);
		const rich = await run({ budgets: budget({ scope: 'judged' }) }, 'What is two times seven?');
		// The judge, its repair and the answer.
		expect(rich.record(0).attempts).toHaveLength(3);
		const [row] = (await budgetsOf()).filter(({ scope }) => scope === 'judged');
		expect(row).toMatchObject({ spentUsd: rich.record(0).costUsd, reservedUsd: 0 });
		expect(Number(row?.spentUsd)).toBeGreaterThan(0.01);
	});

	test('a model of unknown price is refused under a budget unless that is allowed', async () => {
		const unknown = model('own', 'openAiCompatible', 'someones-own-model');
		const run = async (allowUnknownPrice: boolean) =>
			await runRouter(providers, {
				parameters: {
					models: [unknown],
					options: { allowUnknownPrice, budgets: budget({ scope: 'unknown' }) },
				},
				items: ask(1),
			});
		const refused = await run(false);
		expect(refused.failure(0)).toMatchObject({ category: 'overBudget' });
		expect(refused.failure(0)?.message).toContain('No price is known for "own"');
		expect(providers.log).toHaveLength(0);
		expect((await run(true)).record(0)).toMatchObject({ outcome: 'answered', costUsd: null });
		expect(await budgetsOf()).toContainEqual(
			expect.objectContaining({ scope: 'unknown', spentUsd: 0, unknownCostRequests: 1 }),
		);
	});

	test.each([
		['a limit that an expression leaves empty', 'Limit (USD)', { limitUsd: '={{ $json.missing }}' }],
		['a limit of blanks', 'Limit (USD)', { limitUsd: '={{ " " }}' }],
		['a list for a limit', 'Limit (USD)', { limitUsd: '={{ [] }}' }],
		['a scope that is no text', 'Scope', { scope: '={{ $json }}' }],
	])('%s is said, and nothing is called', async (_, field, wrong) => {
		const result = await runRouter(providers, {
			parameters: { models: [small], options: { budgets: budget(wrong) } },
			items: ask(1),
		});
		expect(result.error?.message).toContain(`Budgets → 1 → ${field} cannot be used: it must be a`);
		expect(providers.log).toHaveLength(0);
	});
});

test('nothing stays reserved after a run that was stopped, or whose models fail', async () => {
	const run = async (fault: string, cancelAfter?: number) =>
		await runRouter(providers, {
			parameters: {
				models: [model('small', 'openAi', `gpt-4o-mini--${fault}`, CENT)],
				options: { concurrency: 20, budgets: budget({ scope: 'broken', limitUsd: 0.05 }) },
			},
			items: ask(20),
			cancelAfter,
		});
	await run('silent', 150);
	await run('500');
	await run('401');
	const [row] = (await budgetsOf()).filter(({ scope }) => scope === 'broken');
	expect(row).toMatchObject({ reservedUsd: 0 });
}, 60_000);

test('a scope has one budget, whichever workflow of whatever time zone uses it', async () => {
	const zones = [
		'Pacific/Kiritimati',
		'Asia/Tokyo',
		'Europe/Berlin',
		'America/New_York',
		'Pacific/Pago_Pago',
	];
	let answered = 0;
	for (const timezone of zones) {
		const { left } = await runRouter(providers, {
			parameters: {
				models: [small],
				options: { budgets: budget({ scope: 'customer-42', limitUsd: 0.1, period: 'month' }) },
			},
			settings: { timezone },
			items: ask(4),
		});
		answered += left.Answered?.length ?? 0;
	}
	expect(answered).toBe(10);
	expect((await budgetsOf()).filter(({ scope }) => scope === 'customer-42')).toHaveLength(1);
});

test('a price that is a slip of the pen costs nobody the ledger', async () => {
	const slip = model('slip', 'openAi', 'gpt-4o-mini', { inputPrice: 1e15, outputPrice: 1e15 });
	const run = async (models: IDataObject[], options: IDataObject) =>
		await runRouter(providers, { parameters: { models, rules: [inOrder], options }, items: ask(1) });
	const results = [
		await run([slip], {}),
		await run([slip], { budgets: budget({ scope: 'slip' }) }),
		await run([slip], { budgets: budget({ scope: 'slip', limitUsd: 1e15 }) }),
		await run([small], { budgets: budget({ scope: 'slip' }) }),
	];
	for (const { hints } of results) {
		expect(
			hints('Router')
				.map(({ message }) => message)
				.join(),
		).not.toMatch(/ledger|could not be written/i);
	}
	const { rows } = await runReport({ operation: 'decisions', filters: {} });
	expect(rows.length).toBeGreaterThan(0);
});
