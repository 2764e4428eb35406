import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { expectWholeRecord } from '../record';
import { model, runRouter, type RouterResult } from '../workflow';

let providers: SimulatedProviders;
let result: RouterResult;

/** Prices in USD per million tokens, by alias. */
const PRICES: Record<string, { inputPrice: number; outputPrice: number; quality: number }> = {
	small: { inputPrice: 0.15, outputPrice: 0.6, quality: 40 },
	strong: { inputPrice: 3, outputPrice: 15, quality: 90 },
	gem: { inputPrice: 0.3, outputPrice: 2.5, quality: 60 },
	local: { inputPrice: 0, outputPrice: 0, quality: 30 },
};

const IDS: Record<string, [provider: string, id: string]> = {
	small: ['openAi', 'gpt-4o-mini'],
	strong: ['anthropic', 'claude-sonnet-4-6'],
	gem: ['gemini', 'gemini-2.5-flash'],
	local: ['openAiCompatible', 'llama-3.3-70b-versatile'],
};

const rules = [
	{ name: 'VIP', conditions: isVip(), models: ['strong'] },
	{ name: 'Coding', match: { taskTypes: ['coding'] }, models: ['strong', 'small'], strategy: 'priority' },
	{ name: 'German', match: { languages: 'de' }, models: ['gem'] },
	{ name: 'Refunds', match: { keywords: 'refund\n/order\\s+\\d+/i' }, models: ['local'] },
];

/** What is asked, by which output it leaves and who answers. */
const KINDS: Array<[prompt: string, output: string, alias: string, more?: object]> = [
	['What is the capital of Peru?', 'Default', 'local'],
	['Write a Python function that removes duplicates from a list of integers.', 'Coding', 'strong'],
	['Kannst du mir bitte erklären, warum der Himmel am Abend rot wird?', 'German', 'gem'],
	['I want a refund for the shoes that I bought', 'Refunds', 'local'],
	['Where is ORDER 4711, please?', 'Refunds', 'local'],
	['I want a refund for the shoes that I bought', 'VIP', 'strong', { plan: 'vip' }],
];
const items = Array.from({ length: 30 }, (_, index) => {
	const [prompt, , , more] = KINDS[index % KINDS.length]!;
	return { prompt: `${prompt} (${index})`, nested: { index }, ...more };
});

beforeAll(async () => {
	providers = await startSimulatedProviders();
	// Later items are answered sooner, so the order must come from the router.
	providers.latencyMs = 5;
	result = await runRouter(providers, {
		parameters: {
			outputs: 'routes',
			preference: 0,
			models: Object.entries(IDS).map(([alias, [provider, id]]) => model(alias, provider, id, PRICES[alias])),
			rules,
		},
		items,
	});
});
afterAll(async () => await providers.close());

test('leave by the outputs that the rules name, in input order', () => {
	expect(result.error).toBeNull();
	expect(result.names).toEqual(['Default', 'Fallback', 'Failed', 'VIP', 'Coding', 'German', 'Refunds']);
	const expected: Record<string, number[]> = {};
	items.forEach((_, index) => (expected[KINDS[index % KINDS.length]![1]] ??= []).push(index));
	expect(result.left).toEqual(expected);
	expect(result.hints('Router')).toEqual([]);
});

test('each with its own answer, from the model of its rule, and all input fields', () => {
	items.forEach((item, index) => {
		const [, route, alias] = KINDS[index % KINDS.length]!;
		const [provider, modelId] = IDS[alias]!;
		const { json, pairedItem } = result.all[index]!;
		const asked = item.prompt.split(' ').slice(0, 12).join(' ');
		expect(json).toMatchObject({ ...item, output: `[${modelId}] You asked: ${asked}` });
		expect(pairedItem).toEqual({ item: index });
		expect(json.router).toMatchObject({
			outcome: 'answered',
			route: route === 'Default' ? 'Default' : route,
			strategy: route === 'Coding' ? 'priority' : 'smart',
			model: alias,
			provider,
			modelId,
			finishReason: 'stop',
			cached: false,
			attempts: [{ model: alias, outcome: 'answered', status: null, retryAfterMs: null, message: null }],
		});
	});
	expect(providers.log).toHaveLength(30);
});

test('each with a whole record, its id unique', () => {
	items.forEach((_, index) => expectWholeRecord(result.record(index)));
	expect(new Set(items.map((_, index) => result.record(index).id)).size).toBe(30);
});

test('the money adds up, to the nano-dollar', () => {
	const nano = (alias: string, input: number, output: number): number =>
		Math.round((input * PRICES[alias]!.inputPrice + output * PRICES[alias]!.outputPrice) * 1000);
	items.forEach((item, index) => {
		const alias = KINDS[index % KINDS.length]![2];
		const { usage, costUsd, baselineCostUsd, savedUsd } = result.record(index);
		const words = item.prompt.split(' ').length;
		// The simulation counts a token a word and one a message.
		expect(usage).toEqual({
			inputTokens: words + 1,
			outputTokens: Math.min(words, 12) + 3,
			cachedInputTokens: 0,
			cacheWriteTokens: 0,
			reasoningTokens: 0,
			totalTokens: words + 1 + Math.min(words, 12) + 3,
		});
		const cost = nano(alias, words + 1, Math.min(words, 12) + 3);
		const baseline = nano('strong', words + 1, Math.min(words, 12) + 3);
		expect(Math.round(Number(costUsd) * 1e9)).toBe(cost);
		expect(Math.round(Number(baselineCostUsd) * 1e9)).toBe(baseline);
		expect(Math.round(Number(savedUsd) * 1e9)).toBe(baseline - cost);
	});
});

test('the reason says in a sentence why', () => {
	const reasons = KINDS.map((_, index) => String(result.record(index).reason));
	expect(reasons[0]).toMatch(
		/^no rule matched, complexity 0\.\d\d \(simple\); local is the cheapest of 4 good enough$/,
	);
	expect(reasons[1]).toMatch(/^rule Coding: task coding; strong is the first in the list$/);
	expect(reasons[2]).toMatch(/^rule German: language de, complexity .*; gem is the only model$/);
	expect(reasons[3]).toMatch(/^rule Refunds: keyword "refund", .*; local is the only model$/);
	expect(reasons[4]).toContain('/order\\s+\\d+/i');
	expect(reasons[5]).toMatch(/^rule VIP: complexity .*; strong is the only model$/);
});

function isVip() {
	return {
		options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
		combinator: 'and',
		conditions: [
			{
				leftValue: '={{ $json.plan }}',
				rightValue: 'vip',
				operator: { type: 'string', operation: 'equals' },
			},
		],
	};
}
