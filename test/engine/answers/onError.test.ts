import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { model, runRouter, type RouterParameters } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
	providers.setFault('claude-haiku-4-5', 'filter');
});
afterAll(async () => await providers.close());

const SETTINGS = [undefined, 'stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'];

/** Item 1 has a history that is no JSON: a fault of the node. Item 2 is refused by its provider: an outcome. */
const parameters: RouterParameters = {
	models: [
		model('small', 'openAi', 'gpt-4o-mini', { inputPrice: 0, outputPrice: 0 }),
		model('strict', 'anthropic', 'claude-haiku-4-5'),
	],
	rules: [{ name: 'Strict', match: { keywords: 'forbidden' }, models: ['strict'] }],
	options: { history: '={{ $json.history }}' },
	preference: 0,
};
const items = [
	{ prompt: 'first', history: '[]', id: 0 },
	{ prompt: 'second', history: '[{', id: 1, error: 'of a node before' },
	{ prompt: 'forbidden', history: '[]', id: 2, error: { message: 'of a node before' } },
	{ prompt: 'fourth', history: '[]', id: 3, error: 'of a node before' },
];
const FAULT = 'Options → History is no valid JSON';

describe.each(SETTINGS)('On Error %s', (onError) => {
	const node = onError === undefined ? {} : { onError };
	const stops = onError === undefined || onError === 'stopWorkflow';

	test('provider failures leave by Failed', async () => {
		const good = items.filter(({ id }) => id !== 1);
		const result = await runRouter(providers, { parameters, node, items: good });
		expect(result.error).toBeNull();
		expect(result.left).toEqual({ Answered: [0, 2], Failed: [1] });
		const [failed] = result.json('Router', result.names.indexOf('Failed'));
		expect(failed).toMatchObject({
			prompt: 'forbidden',
			id: 2,
			error: { category: 'contentFiltered', message: expect.stringContaining('Anthropic') },
			router: { outcome: 'failed', route: 'Strict' },
		});
		expect(result.all.map(({ error }) => error)).toEqual([undefined, undefined, undefined]);
	});

	test('an error that came in is not passed on with an answer', async () => {
		const result = await runRouter(providers, { parameters, node, items: [items[3]!] });
		expect(result.json('Router')).toEqual([
			{ prompt: 'fourth', history: '[]', id: 3, output: expect.any(String), router: expect.any(Object) },
		]);
	});

	test('a fault of one item', async () => {
		providers.reset();
		providers.setFault('claude-haiku-4-5', 'filter');
		const result = await runRouter(providers, { parameters, node, items });
		if (stops) {
			expect(result.status).toBe('error');
			expect(result.error?.message).toContain(FAULT);
			expect(result.error?.context?.itemIndex).toBe(1);
			expect(providers.log).toEqual([]);
			return;
		}
		expect(result.error).toBeNull();
		const failed = result.names.indexOf('Failed');
		expect(result.json('Router').map(({ id }) => id)).toEqual([0, 3]);
		const message = expect.stringContaining(FAULT);
		if (onError === 'continueRegularOutput') {
			expect(result.names).toEqual(['Answered', 'Fallback', 'Failed']);
			expect(result.json('Router', failed).map(({ id }) => id)).toEqual([1, 2]);
			expect(result.json('Router', failed)[0]).toMatchObject({ prompt: 'second', error: { message } });
			return;
		}
		expect(result.names).toHaveLength(4);
		expect(result.json('Router', failed).map(({ id }) => id)).toEqual([2]);
		const [fault, ...more] = result.json('Router', 3);
		expect(more).toEqual([]);
		expect(fault).toMatchObject({ id: 1, prompt: 'second', error: message });
	});

	test.each([
		['a rule that names an unknown alias', { rules: [{ name: 'R', models: ['gone'] }] }],
		['a preference that is no number', { preference: '={{ "high" }}' }],
		['a schema that is none', { options: { outputFormat: 'json', jsonSchema: '{"type": 7}' } }],
		['an expression that throws', { options: { systemMessage: '={{ $("Nowhere").item.json.x }}' } }],
	])('%s', async (_, wrong) => {
		const clean = items.map(({ prompt, id }) => ({ prompt, id }));
		const { history: _history, ...options } = parameters.options ?? {};
		const result = await runRouter(providers, {
			parameters: { ...parameters, options, ...wrong },
			node,
			items: clean,
		});
		if (stops) return expect(result.status).toBe('error');
		expect(result.error).toBeNull();
		const names =
			onError === 'continueErrorOutput' ? result.names.length - 1 : result.names.indexOf('Failed');
		expect(result.json('Router', names)).toMatchObject(
			clean.map((item) => ({ ...item, error: expect.anything() })),
		);
		// It looks answered: nothing downstream would notice.
		expect(result.json('Router')).toEqual([]);
	});
});

test.each(['route', 'classify'])('in mode %s a fault stays with its item', async (mode) => {
	const result = await runRouter(providers, {
		parameters: {
			...parameters,
			mode,
			prompt: '={{ $json.id === 1 ? $("Nowhere").item.json.x : $json.prompt }}',
		},
		node: { onError: 'continueErrorOutput' },
		items,
	});
	expect(result.error).toBeNull();
	expect(result.json('Router').map(({ id }) => id)).toEqual([0, 2, 3]);
	expect(result.json('Router', 1)).toMatchObject([{ id: 1, error: expect.any(String) }]);
});

test('Retry On Fail does not ask again for what a provider refused', async () => {
	providers.reset();
	providers.setFault('claude-haiku-4-5', 'filter');
	const result = await runRouter(providers, {
		parameters: { ...parameters, outputs: 'models', options: {} },
		node: { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 },
		items: ['forbidden', '', 'first'],
	});
	expect(result.left).toEqual({ Failed: [0, 1], small: [2] });
	expect(providers.log).toHaveLength(2);
});
