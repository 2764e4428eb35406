import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { expectWholeRecord } from '../record';
import { inOrder, model, runRouter, type RouterResult } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

const PROTOCOLS: Record<string, string> = {
	openAi: 'gpt-4o-mini',
	anthropic: 'claude-haiku-4-5',
	gemini: 'gemini-2.5-flash',
};

interface Row {
	fault: string;
	/** What the failing attempts come to; by provider where they differ. */
	category: string | Record<string, string>;
	/** How many of them, with one retry. */
	attempts: number;
	/** Where the item leaves: another model answers, or the failure stands. */
	leaves?: 'Fallback' | 'Failed' | 'Answered';
	status?: number | null;
}

const ROWS: Row[] = [
	{ fault: '429', category: 'rateLimited', attempts: 2, status: 429 },
	{ fault: '429-0.1*1', category: 'rateLimited', attempts: 1, leaves: 'Answered', status: 429 },
	{ fault: '429-9', category: 'rateLimited', attempts: 1, status: 429 },
	{ fault: '500', category: 'serverError', attempts: 2, status: 500 },
	{ fault: '500*1', category: 'serverError', attempts: 1, leaves: 'Answered', status: 500 },
	{ fault: '502', category: 'serverError', attempts: 2, status: 502 },
	{ fault: '503', category: 'overloaded', attempts: 2, status: 503 },
	{ fault: '504', category: 'serverError', attempts: 2, status: 504 },
	{ fault: '529', category: 'overloaded', attempts: 2, status: 529 },
	{ fault: 'reset', category: 'network', attempts: 2, status: null },
	{ fault: 'quota', category: 'quotaExhausted', attempts: 1 },
	{ fault: '401', category: 'authentication', attempts: 1, status: 401 },
	{ fault: '403', category: 'authentication', attempts: 1, status: 403 },
	{ fault: '404', category: 'modelNotFound', attempts: 1, status: 404 },
	{ fault: 'badrequest', category: 'invalidRequest', attempts: 1, status: 400 },
	{ fault: 'context', category: 'contextOverflow', attempts: 1, status: 400 },
	{ fault: 'filter', category: 'contentFiltered', attempts: 1, leaves: 'Failed' },
	{
		fault: 'refusal',
		category: { openAi: 'refused', anthropic: 'refused', gemini: 'contentFiltered' },
		attempts: 1,
		leaves: 'Failed',
		status: null,
	},
	{ fault: 'silent', category: 'firstTokenTimeout', attempts: 1, status: null },
	{ fault: 'pings', category: 'firstTokenTimeout', attempts: 1, status: null },
	{ fault: 'hang', category: 'firstTokenTimeout', attempts: 1, status: null },
	{ fault: 'stall', category: 'stalled', attempts: 1, status: null },
	{ fault: 'cut', category: 'network', attempts: 2, status: null },
	{ fault: 'nofinish', category: 'network', attempts: 2, status: null },
	{ fault: 'cut*1', category: 'network', attempts: 1, leaves: 'Answered', status: null },
	{ fault: 'brokenevent', category: 'serverError', attempts: 2, status: null },
	{ fault: 'noeventline', category: 'serverError', attempts: 2, status: null },
	{ fault: 'brokenjson', category: 'serverError', attempts: 2, status: null },
	{
		fault: 'errorevent',
		category: { openAi: 'serverError', anthropic: 'overloaded', gemini: 'overloaded' },
		attempts: 2,
	},
	{ fault: 'html', category: 'serverError', attempts: 2 },
	{ fault: 'empty', category: 'emptyAnswer', attempts: 2, status: null },
	{ fault: 'length', category: 'answered', attempts: 0, leaves: 'Answered', status: null },
];

const PROMPT = 'Name all rivers of Peru that flow into the Amazon';

/** One execution for all faults: each item names its own model. */
describe.each(Object.keys(PROTOCOLS))('%s', (provider) => {
	let result: RouterResult;
	const helper = provider === 'openAi' ? ['anthropic', 'claude-haiku-4-5'] : ['openAi', 'gpt-4o-mini'];
	const helperSays = `[${helper[1]}] You asked: ${PROMPT}`;

	beforeAll(async () => {
		const parameters = {
			models: [
				model('first', provider, `={{ $json.model }}`, { inputPrice: 1, outputPrice: 2 }),
				// A window wider than any other, or it would be passed over after an overflow.
				model('helper', helper[0]!, helper[1]!, {
					inputPrice: 1,
					outputPrice: 2,
					contextWindow: 10_000_000,
				}),
			],
			rules: [inOrder],
			options: { maxRetries: 1, concurrency: 8, firstTokenTimeout: 0.8, stallTimeout: 0.4 },
		};
		const healthy = { prompt: PROMPT, model: PROTOCOLS[provider] };
		// SDKs load on the first call: not what the deadlines of this test are about.
		const unhurried = { ...parameters, options: {}, rules: [] };
		await runRouter(providers, { parameters: unhurried, items: [healthy] });
		await runRouter(providers, {
			parameters: { ...unhurried, models: [parameters.models[1]!] },
			items: [PROMPT],
		});
		providers.reset();
		const items = ROWS.map(({ fault }) => ({ ...healthy, model: `${PROTOCOLS[provider]}--${fault}` }));
		result = await runRouter(providers, { parameters, items });
	}, 20_000);

	test('all items leave once, in order', () => {
		expect(result.error).toBeNull();
		expect(result.all).toHaveLength(ROWS.length);
		for (const indices of Object.values(result.left)) {
			expect(indices).toEqual([...indices].sort((a, b) => a - b));
		}
	});

	test.each(ROWS)('$fault', ({ fault, category: expected, attempts, leaves = 'Fallback', status }) => {
		const index = ROWS.findIndex((row) => row.fault === fault);
		const category = typeof expected === 'string' ? expected : expected[provider];
		const { json } = result.all[index]!;
		const record = result.record(index);
		expect(Object.keys(result.left).find((name) => result.left[name]?.includes(index))).toBe(leaves);
		expect(record.outcome).toBe(leaves.toLowerCase());
		const ends = leaves === 'Failed' ? [] : ['answered'];
		expect(record.attempts.map(({ outcome }) => outcome)).toEqual([
			...Array(attempts).fill(category),
			...ends,
		]);
		if (status !== undefined && attempts > 0) expect(record.attempts[0]?.status).toBe(status);
		expect(providers.attempts(`${PROTOCOLS[provider]}--${fault}`)).toHaveLength(
			attempts + (leaves === 'Answered' ? 1 : 0),
		);
		if (leaves === 'Failed') {
			expect(json.output).toBeUndefined();
			expect(json.error).toEqual({ category, message: expect.stringMatching(/^first: .{10,}/) });
			return;
		}
		// Whole, and from one model: never the piece that came before a cut.
		if (leaves === 'Fallback') expect(json.output).toBe(helperSays);
		else if (fault !== 'length') expect(json.output).toBe(`[${PROTOCOLS[provider]}] You asked: ${PROMPT}`);
		expect(json.error).toBeUndefined();
		expect(record.finishReason).toBe(fault === 'length' ? 'length' : 'stop');
		expectWholeRecord(record);
	});

	test('what the provider asked us to wait is known', () => {
		const waits = (fault: string) =>
			result.record(ROWS.findIndex((row) => row.fault === fault)).attempts[0]?.retryAfterMs;
		expect([waits('429'), waits('429-0.1*1'), waits('429-9')]).toEqual([null, 100, 9000]);
	});

	test('only attempts that reached the model cost, estimated where it named no usage', () => {
		const of = (fault: string) => result.record(ROWS.findIndex((row) => row.fault === fault));
		const clean = of('429-9');
		expect(clean.costEstimated).toBeUndefined();
		const { inputTokens, outputTokens } = clean.usage;
		const alone = Math.round((Number(inputTokens) + 2 * Number(outputTokens)) * 1000);
		expect(Math.round(Number(clean.costUsd) * 1e9)).toBe(alone);
		for (const fault of ['cut', 'stall', 'silent']) {
			expect(of(fault).costEstimated).toBe(true);
			expect(Math.round(Number(of(fault).costUsd) * 1e9)).toBeGreaterThan(alone);
		}
	});

	test('hints say how many and why', () => {
		const count = (leaves: Row['leaves']) =>
			ROWS.filter((row) => (row.leaves ?? 'Fallback') === leaves).length;
		// The simulation answers in the name of the model without its fault: that is told too.
		const all = result.hints('Router').map(({ message }) => message);
		const hints = all.filter((message) => !message.includes('by another model than the one asked for'));
		expect(hints).toHaveLength(2);
		expect(hints[0]).toMatch(new RegExp(`^${count('Fallback')} items answered by a fallback \\(first: `));
		expect(hints[1]).toMatch(/^2 items without an answer \(.*content filtered/);
	});
});
