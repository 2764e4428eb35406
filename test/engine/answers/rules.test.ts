import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { model, runRouter, type RouterParameters } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const models = [
	model('small', 'openAi', 'gpt-4o-mini'),
	model('strong', 'anthropic', 'claude-haiku-4-5'),
	model('gem', 'gemini', 'gemini-2.5-flash'),
];

/** Route only: rules decide the output, no model is called. */
const routing = (rules: object[], more: RouterParameters = {}): RouterParameters => ({
	mode: 'route',
	outputs: 'routes',
	noMatch: 'output',
	models,
	rules,
	...more,
});

const condition = (leftValue: unknown, type: string, operation: string, rightValue: unknown) => ({
	leftValue,
	rightValue,
	operator: { type, operation },
});
const conditions = (combinator: 'and' | 'or', ...all: object[]) => ({
	options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
	combinator,
	conditions: all,
});

test("the editor's own conditions, over each item", async () => {
	const result = await runRouter(providers, {
		parameters: routing([
			{
				name: 'Big spender',
				conditions: conditions(
					'and',
					condition('={{ $json.spent }}', 'number', 'gt', 1000),
					condition('={{ $json.plan }}', 'string', 'equals', '={{ $json.wanted }}'),
				),
			},
			{
				name: 'Either',
				match: { keywords: 'help' },
				conditions: conditions(
					'or',
					condition('={{ $json.plan }}', 'string', 'startsWith', 'free'),
					condition('={{ $json.urgent }}', 'boolean', 'true', ''),
				),
			},
		]),
		items: [
			{ prompt: 'help', spent: 2000, plan: 'vip', wanted: 'vip' },
			{ prompt: 'help', spent: 2000, plan: 'free', wanted: 'vip' },
			{ prompt: 'hello', spent: 10, plan: 'free', wanted: 'free' },
			{ prompt: 'help', spent: '1001', plan: 'x', wanted: 'x' },
			{ prompt: 'help', spent: 1000, plan: 'x', wanted: 'x', urgent: true },
		],
	});
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ 'Big spender': [0, 3], Either: [1, 4], 'No Match': [2] });
});

test('every part that is set must hold, any value within a part is enough', async () => {
	const code = 'Fix this Python function:\n```python\ndef add(a, b):\n    return a - b\n```';
	const result = await runRouter(providers, {
		parameters: routing([
			{ name: 'Off', enabled: false },
			{ name: 'German mail', match: { languages: 'de, nb', contains: ['personalData', 'image'] } },
			{ name: 'Code', match: { taskTypes: ['coding', 'math'], contains: ['code'], maxTokens: 500 } },
			{ name: 'Long', match: { minTokens: 200 } },
			{ name: 'Keyword', match: { keywords: 'refund\n/^order \\d+/i' } },
		]),
		items: [
			'Bitte schreiben Sie mir an anna.schmidt@example.com, sobald die Lieferung angekommen ist.',
			'Bitte schreiben Sie mir, sobald die Lieferung angekommen ist.',
			code,
			'many words '.repeat(300),
			'I want my REFUND now',
			'Refundable tickets only',
			'ORDER 66 is late',
		],
	});
	expect(result.left).toEqual({
		'German mail': [0],
		'No Match': [1, 5],
		Code: [2],
		Long: [3],
		Keyword: [4, 6],
	});
	expect(result.names).toContain('Off');
});

test('tasks need confidence: a higher bound keeps unsure rules from matching', async () => {
	const parameters = routing([{ name: 'Any', match: { taskTypes: ['coding', 'qa', 'chitchat'] } }]);
	const items = ['What is the capital of Peru?'];
	const sure = await runRouter(providers, { parameters, items });
	const confidence = Number((sure.record(0).classification as { confidence: number }).confidence);
	expect(sure.left).toEqual({ Any: [0] });
	const unsure = await runRouter(providers, {
		parameters: { ...parameters, options: { minConfidence: confidence + 0.01 } },
		items,
	});
	expect(unsure.left).toEqual({ 'No Match': [0] });
});

test('fields of rules and models by expression, item by item', async () => {
	const result = await runRouter(providers, {
		parameters: {
			noMatch: 'output',
			outputs: 'models',
			models: [model('small', 'openAi', '={{ $json.id ?? "gpt-4o-mini" }}'), ...models.slice(1)],
			rules: [
				{
					name: 'By item',
					match: { keywords: '={{ $json.word }}' },
					models: '={{ $json.want }}',
					strategy: 'priority',
				},
			],
		},
		items: [
			{ prompt: 'blue car', word: 'blue', want: ['strong', 'small'] },
			{ prompt: 'blue car', word: 'red', want: ['strong'] },
			{ prompt: 'red car', word: 'red', want: ['gem'] },
			{ prompt: 'red car', word: 'red', want: 'small', id: 'gpt-4.1' },
		],
	});
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ strong: [0], 'No Match': [1], gem: [2], small: [3] });
	expect(result.record(3).modelId).toBe('gpt-4.1');
	expect(providers.attempts('gpt-4.1')).toHaveLength(1);
});

test('weighted: the same prompt lands on the same side, and the sides have their shares', async () => {
	const parameters: RouterParameters = routing(
		[{ name: 'Split', strategy: 'weighted', models: ['small', 'strong'] }],
		{
			outputs: 'models',
			models: [
				model('small', 'openAi', 'gpt-4o-mini', { weight: 3 }),
				model('strong', 'anthropic', 'claude-haiku-4-5'),
				models[2]!,
			],
		},
	);
	const items = Array.from({ length: 400 }, (_, index) => `Question number ${index}`);
	const first = await runRouter(providers, { parameters, items });
	const second = await runRouter(providers, { parameters, items: [...items].reverse() });
	const small = new Set(first.left.small);
	expect(second.left.small?.map((index) => 399 - index).sort((a, b) => a - b)).toEqual([...small]);
	expect(first.left.gem).toBeUndefined();
	// 300 of 400 expected; five standard deviations are 43.
	expect(Math.abs(small.size - 300)).toBeLessThan(43);
	expect(String(first.record(0).reason)).toContain('drawn by weight');
});

test('weighted goes by the item, not by its prompt alone: one prompt for all items is shared out, too', async () => {
	const parameters = routing([{ name: 'Split', strategy: 'weighted', models: ['small', 'strong'] }], {
		outputs: 'models',
	});
	const items = Array.from({ length: 100 }, (_, id) => ({ prompt: 'Sort this', id }));
	const { left } = await runRouter(providers, { parameters, items });
	expect(left.small!.length).toBeGreaterThan(20);
	expect(left.strong!.length).toBeGreaterThan(20);
});

test.each([
	['cheapest', 0.5, 'small'],
	['priority', 0.5, 'strong'],
	['smart', 0, 'small'],
	['smart', 1, 'strong'],
])('strategy %s with preference %d asks %s first', async (strategy, preference, alias) => {
	const result = await runRouter(providers, {
		parameters: routing([{ name: 'All', strategy, models: ['strong', 'small'] }], {
			outputs: 'models',
			preference,
			models: [
				model('small', 'openAi', 'gpt-4o-mini', { inputPrice: 0.1, outputPrice: 0.1, quality: 30 }),
				model('strong', 'anthropic', 'claude-haiku-4-5', { inputPrice: 5, outputPrice: 5, quality: 90 }),
			],
		}),
		items: ['Prove that there are infinitely many prime numbers.'],
	});
	expect(result.left).toEqual({ [alias]: [0] });
	expect(result.record(0)).toMatchObject({ outcome: 'routed', strategy, model: alias, attempts: [] });
});

test('a model whose window is too small is passed over, and the reason says so', async () => {
	const result = await runRouter(providers, {
		parameters: {
			models: [
				model('tiny', 'openAi', 'gpt-4o-mini', { contextWindow: 500 }),
				model('wide', 'anthropic', 'claude-haiku-4-5', { contextWindow: 100_000 }),
			],
			rules: [{ name: 'All', strategy: 'priority' }],
			outputs: 'models',
		},
		items: ['short', 'many words '.repeat(500)],
	});
	expect(result.left).toEqual({ tiny: [0], wide: [1] });
	expect(result.record(1).outcome).toBe('answered');
	expect(String(result.record(1).reason)).toMatch(
		/1 passed over: tiny \(its window of 500 tokens is too small/,
	);
	expect(providers.attempts('gpt-4o-mini')).toHaveLength(1);
});

test('a small window takes a small prompt, whatever the limit of the answer', async () => {
	const { left } = await runRouter(providers, {
		parameters: {
			models: [model('tiny', 'openAi', 'gpt-4o-mini', { contextWindow: 100, maxOutputTokens: 100 })],
		},
		items: ['hi there', 'one two three '.repeat(60)],
	});
	expect(left).toEqual({ Answered: [0], Failed: [1] });
});

test('a prompt that fits no window leaves by Failed', async () => {
	const result = await runRouter(providers, {
		parameters: { models: [model('tiny', 'openAi', 'gpt-4o-mini', { contextWindow: 500 })] },
		items: ['many words '.repeat(500)],
	});
	expect(result.left).toEqual({ Failed: [0] });
	expect(result.failure(0)).toEqual({
		category: 'contextOverflow',
		message: expect.stringMatching(/tiny: its window of 500 tokens.*larger context window/),
	});
	expect(providers.log).toEqual([]);
});
