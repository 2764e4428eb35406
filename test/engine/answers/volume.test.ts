import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { indexOf, inOrder, model, runRouter } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
	// SDKs load on the first call.
	await runRouter(providers, { parameters: { models: [small] }, items: ['warm', 'up'] });
});
beforeEach(() => {
	providers.reset();
	providers.latencyMs = 0;
});
afterAll(async () => await providers.close());

const small = model('small', 'openAi', 'gpt-4o-mini');

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

const questions = (count: number): string[] =>
	Array.from({ length: count }, (_, index) => `Question ${index}: what is the capital of country ${index}?`);

test('1,000 items: each its own answer, in order, on the output of its rule', async () => {
	const items = questions(1000);
	const result = await runRouter(providers, {
		parameters: {
			models: [small],
			outputs: 'routes',
			rules: [{ name: 'Sevens', match: { keywords: '/country \\d*7\\?/' } }],
			options: { concurrency: 50 },
		},
		items,
	});
	expect(result.error).toBeNull();
	const all = Array.from({ length: 1000 }, (_, index) => index);
	expect(result.left).toEqual({
		Sevens: all.filter((index) => index % 10 === 7),
		Default: all.filter((index) => index % 10 !== 7),
	});
	expect(result.all.map(indexOf)).toEqual(all);
	expect(result.all.map(({ json }) => json.output)).toEqual(
		items.map((question) => `[gpt-4o-mini] You asked: ${question}`),
	);
	expect(providers.log).toHaveLength(1000);
	expect(providers.peakConcurrency).toBeLessThanOrEqual(50);
}, 120_000);

test('200 items at 50 ms each, 50 at once, run side by side', async () => {
	providers.latencyMs = 50;
	const times: number[] = [];
	for (let round = 0; round < 3; round++) {
		const result = await runRouter(providers, {
			parameters: { models: [small], options: { concurrency: 50 } },
			items: questions(200),
		});
		expect(result.left.Answered).toHaveLength(200);
		times.push(result.ms);
	}
	expect(providers.peakConcurrency).toBe(50);
	// The goal is 600 ms on an idle machine (`npm run bench -- throughput`); here others may use it, and the
	// provider is in the same process. One after the other they would take ten seconds.
	expect(Math.min(...times)).toBeLessThan(10_000 / 2);
}, 120_000);

test('the concurrency is kept, and used', async () => {
	providers.latencyMs = 20;
	await runRouter(providers, {
		parameters: { models: [small], options: { concurrency: 3 } },
		items: questions(12),
	});
	expect(providers.peakConcurrency).toBe(3);
});

test('200,000 characters in one item do no harm to the others', async () => {
	const items = [...questions(3), 'long words of a long text '.repeat(8_000), ...questions(3)];
	const result = await runRouter(providers, {
		parameters: { models: [model('wide', 'gemini', 'gemini-2.5-flash')] },
		items,
	});
	expect(result.left).toEqual({ Answered: [0, 1, 2, 3, 4, 5, 6] });
});

describe('Stop', () => {
	test.each(['silent', 'hang', 'stall', 'drip-300', '429-2', '500'])(
		'ends everything within a second (%s)',
		async (fault) => {
			// A separate model for each run, as the limits learned from one fault would route the next run elsewhere.
			const id = `gpt-stopped-${fault}`;
			providers.setFault(id, fault);
			const result = await runRouter(providers, {
				parameters: {
					models: [model('small', 'openAi', id), model('strong', 'anthropic', 'claude-haiku-4-5')],
					rules: [inOrder],
					options: { concurrency: 5, maxRetries: 10 },
				},
				items: questions(20),
				cancelAfter: 150,
			});
			expect(result.status).toBe('canceled');
			expect(result.ms).toBeLessThan(1150);
			// A request may have left at the very moment.
			await pause(30);
			await providers.idle();
			const calls = providers.log.length;
			// After the cancel, no further model is called.
			if (/silent|hang|stall|drip/.test(fault)) {
				expect(calls).toBe(5);
				expect(providers.log.every(({ aborted }) => aborted)).toBe(true);
			}
			expect(providers.attempts('claude-haiku-4-5')).toEqual([]);
			await pause(100);
			expect(providers.log).toHaveLength(calls);
		},
	);
});

test('a fault that stops the node ends what is under way', async () => {
	providers.setFault('gpt-4o-mini', 'silent');
	const condition = {
		leftValue: '={{ $json.amount }}',
		rightValue: 5,
		operator: { type: 'number', operation: 'gt' },
	};
	const conditions = {
		options: { caseSensitive: true, typeValidation: 'strict', version: 2 },
		combinator: 'and',
		conditions: [condition],
	};
	const result = await runRouter(providers, {
		parameters: { models: [small], rules: [{ name: 'Large', conditions }], options: { concurrency: 5 } },
		items: Array.from({ length: 14 }, (_, index) => ({
			prompt: 'Hello there',
			amount: index === 3 ? 'many' : 1,
		})),
	});
	expect(result.status).toBe('error');
	expect(result.error?.message).toMatch(/number/);
	await providers.idle();
	expect(providers.log.length).toBeLessThanOrEqual(4);
	expect(providers.log.every(({ aborted }) => aborted)).toBe(true);
});
