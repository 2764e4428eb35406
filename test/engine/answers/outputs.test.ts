import type { IDataObject } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { model, runRouter } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
	providers.setFault('claude-haiku-4-5', 'badrequest');
});
afterAll(async () => await providers.close());

/** Only `b` fails. With preference 0 the free `a` is chosen where no rule decides. */
const models = [
	model('a', 'openAi', 'gpt-4o-mini', { inputPrice: 0, outputPrice: 0 }),
	model('b', 'anthropic', 'claude-haiku-4-5'),
	model('c', 'gemini', 'gemini-2.5-flash'),
];

const rule = (name: string, keywords: string, aliases: string[], more = {}) => ({
	name,
	match: { keywords },
	models: aliases,
	strategy: 'priority',
	...more,
});
const rules = [
	rule('Off', 'alpha', ['c'], { enabled: false }),
	rule('Alpha', 'alpha', ['a']),
	// Named like a fixed output: catches code that finds outputs by name.
	rule('Failed', 'beta', ['b', 'c']),
	rule('Gamma', 'gamma', ['b']),
];

// Twice, so that a wrong order within an output shows.
const items = ['alpha', 'beta', 'gamma', 'delta', ' ', 'alpha', 'beta', 'gamma', 'delta', ''];
const [alpha, beta, gamma, delta, empty] = [0, 1, 2, 3, 4].map((first) => [first, first + 5]);
const together = (...groups: Array<number[] | undefined>) => groups.flatMap((group) => group ?? []).sort();

const RULES = ['Off', 'Alpha', 'Failed', 'Gamma'];
const MODELS = ['a', 'b', 'c'];

interface Row {
	mode: string;
	outputs: string;
	noMatch: string;
	fallbackOutput?: string;
	/** The names in order; a second output of a name already there is told by its place. */
	names: string[];
	/** Items by the output's place. */
	left: Array<number[] | undefined>;
}

const none: number[] = [];
const row = (what: string, names: string[], left: Array<number[] | undefined>): Row => {
	const [mode = '', outputs = '', noMatch = '', fallbackOutput] = what.split(' ');
	return { mode, outputs, noMatch, fallbackOutput, names, left };
};

const failed = together(gamma, empty);

const table: Row[] = [
	row(
		'answer outcome smart separate',
		['Answered', 'Fallback', 'Failed'],
		[together(alpha, delta), beta, failed],
	),
	row(
		'answer outcome smart sameAsAnswered',
		['Answered', 'Fallback', 'Failed'],
		[together(alpha, beta, delta), none, failed],
	),
	row(
		'answer outcome output separate',
		['Answered', 'No Match', 'Fallback', 'Failed'],
		[alpha, delta, beta, failed],
	),
	row(
		'answer outcome output sameAsAnswered',
		['Answered', 'No Match', 'Fallback', 'Failed'],
		[together(alpha, beta), delta, none, failed],
	),
	row(
		'answer routes smart separate',
		['Default', 'Fallback', 'Failed', ...RULES],
		[delta, beta, failed, none, alpha, none, none],
	),
	row(
		'answer routes smart sameAsAnswered',
		['Default', 'Fallback', 'Failed', ...RULES],
		[delta, none, failed, none, alpha, beta, none],
	),
	row(
		'answer routes output separate',
		['No Match', 'Fallback', 'Failed', ...RULES],
		[delta, beta, failed, none, alpha, none, none],
	),
	row(
		'answer routes output sameAsAnswered',
		['No Match', 'Fallback', 'Failed', ...RULES],
		[delta, none, failed, none, alpha, beta, none],
	),
	row(
		'answer models smart separate',
		['Fallback', 'Failed', ...MODELS],
		[beta, failed, together(alpha, delta), none, none],
	),
	row(
		'answer models smart sameAsAnswered',
		['Fallback', 'Failed', ...MODELS],
		[none, failed, together(alpha, delta), beta, none],
	),
	row(
		'answer models output separate',
		['No Match', 'Fallback', 'Failed', ...MODELS],
		[delta, beta, failed, alpha, none, none],
	),
	row(
		'answer models output sameAsAnswered',
		['No Match', 'Fallback', 'Failed', ...MODELS],
		[delta, none, failed, alpha, beta, none],
	),
	row('route outcome smart', ['Routed'], [together(alpha, beta, gamma, delta, empty)]),
	row('route outcome output', ['Routed', 'No Match'], [together(alpha, beta, gamma), together(delta, empty)]),
	row('route routes smart', ['Default', ...RULES], [together(delta, empty), none, alpha, beta, gamma]),
	row('route routes output', ['No Match', ...RULES], [together(delta, empty), none, alpha, beta, gamma]),
	// The contract names no output for an empty prompt here; nothing may be dropped, so it is the first.
	row('route models smart', MODELS, [together(alpha, delta, empty), together(beta, gamma), none]),
	row(
		'route models output',
		['No Match', ...MODELS],
		[together(delta, empty), alpha, together(beta, gamma), none],
	),
	row('classify outcome smart', ['Classified'], [together(alpha, beta, gamma, delta, empty)]),
	row('classify routes output', ['Classified'], [together(alpha, beta, gamma, delta, empty)]),
	row('classify models output', ['Classified'], [together(alpha, beta, gamma, delta, empty)]),
];

test.each(table)(
	'$mode · $outputs · $noMatch · $fallbackOutput',
	async ({ mode, outputs, noMatch, fallbackOutput, names, left }) => {
		const options = fallbackOutput === undefined ? {} : { fallbackOutput };
		const result = await runRouter(providers, {
			parameters: { mode, outputs, noMatch, models, rules, options, preference: 0 },
			items,
		});
		expect(result.error).toBeNull();
		expect(result.names).toEqual(names);
		const places = result.outputs('Router').map((output) => output.map(({ pairedItem }) => pairedItem));
		expect(names.map((_, place) => places[place] ?? [])).toEqual(
			left.map((indices = []) => indices.map((item) => ({ item }))),
		);
		expect(result.all.map(({ json }) => json.prompt)).toEqual(items);
		// n8n would replace the whole json by it.
		expect(result.all.filter(({ error }) => error !== undefined)).toEqual([]);
		// What cannot be judged is no failure that n8n's Retry On Fail should see.
		const told = (at: (json: IDataObject) => unknown) =>
			result.all.flatMap(({ json }, index) => (at(json) === undefined ? [] : [index]));
		expect(told((json) => json.error)).toEqual(mode === 'answer' ? failed : []);
		expect(told((json) => (json.router as IDataObject).error)).toEqual(
			mode === 'answer' ? [] : together(empty),
		);
	},
);

test('in the modes that ask nobody no credential is needed and no request is sent', async () => {
	providers.log.length = 0;
	for (const mode of ['route', 'classify']) {
		const result = await runRouter(providers, {
			parameters: { mode, models, rules },
			items,
			credentials: {},
		});
		expect(result.error).toBeNull();
		expect(result.record(0).outcome).toBe(mode === 'route' ? 'routed' : 'classified');
	}
	expect(providers.log).toEqual([]);
});

test('new rules come last, so that the wires of the others stay', async () => {
	const parameters = { outputs: 'routes', models, rules };
	const before = await runRouter(providers, { parameters, items: ['alpha'] });
	const after = await runRouter(providers, {
		parameters: { ...parameters, rules: [...rules, rule('New', 'alpha', ['c'])] },
		items: ['alpha'],
	});
	expect(after.names).toEqual([...before.names, 'New']);
	expect(after.left).toEqual(before.left);
});

test('a model without a name goes by its ID, in outputs, rules and results', async () => {
	const unnamed = [model('', 'openAi', 'gpt-4o-mini'), model(' ', 'gemini', 'gemini-2.5-flash')];
	const result = await runRouter(providers, {
		parameters: {
			models: unnamed,
			rules: [{ name: 'Alpha', models: ['gemini-2.5-flash'] }],
			outputs: 'models',
		},
		items: ['alpha'],
	});
	expect(result.error).toBeNull();
	expect(result.names).toEqual(['Fallback', 'Failed', 'gpt-4o-mini', 'gemini-2.5-flash']);
	expect(result.left).toEqual({ 'gemini-2.5-flash': [0] });
	expect(result.record(0).model).toBe('gemini-2.5-flash');
});
