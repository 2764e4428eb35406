/** Agents whose model fails between two steps, for every ordered pair of providers, streaming and not. */
import type { IDataObject } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { SIGNATURE } from '../../support/simulated/toolRules';
import { inOrder, model } from '../workflow';
import { runAgent } from './agent';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => {
	providers.reset();
	serial += 1;
});
afterAll(async () => await providers.close());

const IDS = {
	openAi: 'gpt-4o-mini',
	anthropic: 'claude-haiku-4-5',
	gemini: 'gemini-2.5-flash',
	openAiCompatible: 'llama-3.3-70b',
};
type Provider = keyof typeof IDS;
const NAMES = Object.keys(IDS) as Provider[];
const PRICE = { inputPrice: 1, outputPrice: 2 };
/** Each test has its own models, so that circuits of one don't affect the next. */
let serial = 0;
const entry = (provider: Provider) => model(provider, provider, `${IDS[provider]}-${serial}`, PRICE);

const ASK = 'use add({"a":1}) then use add({"a":2}) then use add({"a":3})';
const INPUTS = [{ a: 1 }, { a: 2 }, { a: 3 }];
/** What the agent adds to an input from the second step on. */
const withoutId = ({ name, args }: IDataObject) => ({ name, args });

describe.each([false, true])('streaming: %s', (streaming) => {
	const pairs = NAMES.flatMap((first) =>
		NAMES.filter((name) => name !== first).map((second) => [first, second]),
	);

	test.each(pairs)('%s fails after its first tool call, and %s goes on', async (first, second) => {
		const models = [entry(first), entry(second)];
		const [dead] = models.map(({ model: { value } }) => value);
		const add = ({ a }: IDataObject) => {
			if (a === 1) providers.setFault(dead, '503');
			return `sum ${String(a)}`;
		};
		const result = await runAgent(providers, {
			parameters: { models, rules: [inOrder], options: { maxRetries: 0 } },
			items: [ASK],
			tools: { add },
			streaming,
			mode: 'webhook',
		});
		expect(result.error).toBeNull();
		const [{ output, calls }] = result.json('Agent');
		expect((calls as IDataObject[]).map(withoutId)).toEqual(INPUTS.map((args) => ({ name: 'add', args })));
		expect(output).toMatch(/^Results: .*sum 1.*sum 2.*sum 3/);
		expect(result.calls.map((_, call) => result.record(call).model)).toEqual([first, second, second, second]);
		// The dead model is asked once, and not again with each step.
		expect(providers.attempts(dead)).toHaveLength(2);
		if (streaming) expect(result.chunks.map(({ content = '' }) => content).join('')).toBe(output);
		result.calls.forEach((_, call) => {
			const { usage } = result.record(call);
			expect(result.log(call).tokenUsage).toEqual({
				promptTokens: usage.inputTokens,
				completionTokens: usage.outputTokens,
				totalTokens: usage.totalTokens,
			});
		});
	});
});

test('all steps of a run stay with the model that answered first, though another was to be asked first again', async () => {
	const run = async (stickWithinRun: boolean) => {
		providers.reset();
		serial += 1;
		const models = [entry('openAi'), entry('anthropic')];
		providers.setFault(models[0].model.value, '503*1');
		const tools = { add: ({ a }: IDataObject) => String(a) };
		const options = { stickWithinRun, maxRetries: 0 };
		const parameters = { models, rules: [inOrder], options };
		const result = await runAgent(providers, { parameters, items: [ASK], tools });
		return result.calls.map((_, call) => result.record(call).model);
	};
	expect(await run(true)).toEqual(['anthropic', 'anthropic', 'anthropic', 'anthropic']);
	expect(await run(false)).toEqual(['anthropic', 'openAi', 'openAi', 'openAi']);
});

test('a conversation stays with its model from run to run by the session that Sticky Key names, and no other does', async () => {
	const models = [entry('openAi'), entry('anthropic')];
	const answeredBy = async (session: string, stickyKey = '={{ $json.prompt }}') => {
		const options = { stickyKey, maxRetries: 0 };
		const parameters = { models, rules: [inOrder], options };
		const result = await runAgent(providers, { parameters, items: [session], mode: 'webhook' });
		return result.record(0).model;
	};
	providers.setFault(models[0].model.value, '503*1');
	expect(await answeredBy('session one')).toBe('anthropic');
	expect(await answeredBy('session one')).toBe('anthropic');
	expect(await answeredBy('session two')).toBe('openAi');
	// Without a key each run is one of its own.
	expect(await answeredBy('session one', '')).toBe('openAi');
});

test.each([
	['anthropic', 'claude-sonnet-4-6-think', false],
	['anthropic', 'claude-sonnet-4-6-think', true],
	['gemini', 'gemini-3-pro', false],
	['gemini', 'gemini-3-pro', true],
])(
	'what a model of %s (%s) wants back of its thoughts comes back with every step (streaming: %s)',
	async (provider, id, streaming) => {
		const thinks = model('thinks', provider, id, { ...PRICE, reasoningEffort: 'medium' });
		const add = jest.fn(({ a }: IDataObject) => String(a));
		const result = await runAgent(providers, {
			parameters: { models: [thinks] },
			items: [ASK],
			tools: { add },
			streaming,
		});
		expect(result.error).toBeNull();
		if (streaming) {
			const shown = result.chunks.map(({ content = '' }) => content).join('');
			expect(shown).toBe(result.json('Agent')[0].output);
		}
		expect(add.mock.calls.map(([input]) => input)).toEqual(INPUTS);
		const bodies = providers.log.map(({ body }) => JSON.stringify(body));
		const signatures = bodies.map((body) => body.split(SIGNATURE).length - 1);
		expect(signatures).toEqual([0, 1, 2, 3]);
		// The simulation takes no call without the input it was made with.
		expect(bodies[3]).toMatch(/"a":1.*"a":2.*"a":3/s);
	},
);
