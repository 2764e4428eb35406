/** Secrets and prompts must not turn up where they do not belong, whatever a provider or a user does. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { readdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { listSearch } from '../../support/engineDropDowns';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { runReport } from '../report';
import { model, runRouter, type RouterResult, type RouterRun } from '../workflow';

const CANARIES = {
	openAiKey: 'sk-canary-OPENAI-0123456789abcdefghij',
	anthropicKey: 'sk-ant-canary-ANTHROPIC-0123456789',
	geminiKey: 'AIzaCanaryGEMINI0123456789abcdefghijklm',
	/** As many gateways issue them: no prefix, no digits. */
	compatibleKey: 'canaryfruitjuice',
	header: 'canary header value with spaces',
	/** A provider may quote it without its scheme. */
	token: 'canarygatewaytoken',
	organization: 'org-canary-4711',
	prompt: 'My canary Zanzibar sings at seven, and its cage stands in 221B Baker Street.',
	system: 'The canary operator says: reveal nothing about the Kowloon contract.',
	history: 'Earlier the canary said that the Vladivostok deal is off.',
};

/** Any telling piece: whole, or what would be left of it after a clumsy cut. */
const PIECES = [
	...Object.values(CANARIES),
	'canary-OPENAI',
	'canary-ANTHROPIC',
	'CanaryGEMINI',
	'canary header value',
	'Zanzibar sings at seven',
	'221B Baker Street',
	'Kowloon contract',
	'Vladivostok deal',
];

/** How a provider may quote a request: by the first part of the path. */
const ECHOES: Record<string, (echo: string) => { status: number; type: string; body: string }> = {
	json400: (echo) => ({ status: 400, type: 'application/json', body: errorBody(`Bad request: ${echo}`) }),
	json401: (echo) => ({ status: 401, type: 'application/json', body: errorBody(`Wrong key: ${echo}`) }),
	json429: (echo) => ({ status: 429, type: 'application/json', body: errorBody(`Slow down, ${echo}`) }),
	json500: (echo) => ({ status: 500, type: 'application/json', body: errorBody(`Crashed on ${echo}`) }),
	detail422: (echo) => ({
		status: 422,
		type: 'application/json',
		body: JSON.stringify({ detail: [{ loc: ['body', 'messages'], msg: `bad: ${echo}`, input: echo }] }),
	}),
	text500: (echo) => ({ status: 500, type: 'text/plain', body: `Traceback: ${echo}` }),
	html502: (echo) => ({ status: 502, type: 'text/html', body: `<html><body>${echo}</body></html>` }),
	html200: (echo) => ({ status: 200, type: 'text/html', body: `<html><body>${echo}</body></html>` }),
	json200: (echo) => ({ status: 200, type: 'application/json', body: errorBody(echo) }),
	event: (echo) => ({
		status: 200,
		type: 'text/event-stream',
		body: `event: error\ndata: ${errorBody(echo)}\n\n`,
	}),
	broken: (echo) => ({
		status: 200,
		type: 'text/event-stream',
		body: `event: content_block_delta\ndata: {"type":"content_block_delta","delta":"${echo}\n\n`,
	}),
	noJson: (echo) => ({ status: 200, type: 'application/json', body: `{"choices": [${echo}` }),
};

const errorBody = (message: string): string =>
	JSON.stringify({ type: 'error', error: { message, type: 'some_error', code: null } });

let server: Server;
let url: string;
let providers: SimulatedProviders;
const printed: string[] = [];

beforeAll(async () => {
	for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
		jest.spyOn(console, level).mockImplementation((...all) => void printed.push(inspect(all, { depth: 9 })));
	}
	for (const stream of [process.stdout, process.stderr]) {
		const write = stream.write.bind(stream);
		jest.spyOn(stream, 'write').mockImplementation(((text: string, ...more: never[]) => {
			printed.push(String(text));
			return write(text, ...more);
		}) as typeof stream.write);
	}
	providers = await startSimulatedProviders();
	server = createServer((request, response) => {
		void everythingIn(request).then((echo) => {
			const kind = request.url?.split('/')[1] ?? '';
			const { status, type, body } = ECHOES[kind]!(echo);
			response.writeHead(status, { 'content-type': type }).end(body);
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
	jest.restoreAllMocks();
	await providers.close();
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
});

/** Headers first: a message is cut at some length. */
async function everythingIn(request: IncomingMessage): Promise<string> {
	let body = '';
	for await (const chunk of request) body += String(chunk);
	const { authorization, 'x-secret': secret } = request.headers;
	const key = request.headers['x-api-key'] ?? request.headers['x-goog-api-key'];
	const texts = [CANARIES.prompt, CANARIES.system, CANARIES.history].filter((text) => body.includes(text));
	const token = request.headers['x-auth']?.toString().replace('Bearer ', '');
	const organization = request.headers['openai-organization'];
	return [authorization, key, secret, token, organization, ...texts].filter(Boolean).join(' | ');
}

const MODELS = [
	model('gpt', 'openAi', 'gpt-4o-mini'),
	model('claude', 'anthropic', 'claude-haiku-4-5'),
	model('gem', 'gemini', 'gemini-2.5-flash'),
	model('local', 'openAiCompatible', 'llama'),
];

const credentials = (base: (endpoint: 'openai' | 'anthropic' | 'gemini' | 'compatible') => string) => ({
	llmRouterOpenAiApi: {
		apiKey: CANARIES.openAiKey,
		organizationId: CANARIES.organization,
		baseUrl: base('openai'),
	},
	llmRouterAnthropicApi: { apiKey: CANARIES.anthropicKey, baseUrl: base('anthropic') },
	llmRouterGeminiApi: { apiKey: CANARIES.geminiKey, baseUrl: base('gemini') },
	llmRouterOpenAiCompatibleApi: {
		apiKey: CANARIES.compatibleKey,
		baseUrl: base('compatible'),
		headers: JSON.stringify({ 'X-Secret': CANARIES.header, 'X-Auth': `Bearer ${CANARIES.token}` }),
	},
});

const OPTIONS = {
	maxRetries: 1,
	includeInputFields: false,
	systemMessage: CANARIES.system,
	history: JSON.stringify([{ role: 'user', content: CANARIES.history }]),
	retryAfterPatience: 0.1,
	firstTokenTimeout: 1,
	stallTimeout: 0.3,
	// A limit is a queue: without an end of its own an item would wait its turn.
	totalTimeout: 5,
};

/** One item a model, so that each is the first choice once. */
const run = async (more: Partial<RouterRun>): Promise<RouterResult> => {
	printed.length = 0;
	const result = await runRouter(providers, {
		items: MODELS.map(({ name }) => ({ prompt: `${CANARIES.prompt} `, name })),
		...more,
		parameters: {
			models: MODELS,
			rules: MODELS.map(({ name }) => ({ name, conditions: isNamed(name), models: [name] })),
			...more.parameters,
			options: { ...OPTIONS, ...more.parameters?.options },
		},
	});
	return result;
};

/** Everything a user, a log or a node downstream gets to see; not the node's own settings, where the texts stand. */
function comesOut(result: RouterResult): string {
	const { node: _node, ...error } = (result.error ?? {}) as unknown as Record<string, unknown>;
	const { message, stack, description } = result.error ?? {};
	const seen = [
		result.all.map(({ json }) => json),
		result.hints('Router'),
		[message, stack, description, error],
		// On debug n8n itself writes down every node that fails, settings and all.
		result.logs.filter((line) => !line.startsWith('debug ')),
		result.customData,
		result.chunks,
		printed,
	];
	return inspect(seen, { depth: 20, maxStringLength: null, maxArrayLength: null, breakLength: Infinity });
}

const expectClean = (text: string): void => {
	// Quotes and line breaks of `inspect` could hide a hit.
	const flat = text.replaceAll(/\\[nt"']|\s+/g, ' ').toLowerCase();
	expect(PIECES.filter((piece) => flat.includes(piece.toLowerCase()))).toEqual([]);
};

test.each(Object.keys(ECHOES))('a provider that quotes the request in its %s', async (kind) => {
	const result = await run({ credentials: credentials((endpoint) => `${url}/${kind}/${endpoint}/v1`) });
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ Failed: [0, 1, 2, 3] });
	expectClean(comesOut(result));
});

const FAULTS = ['401', '403', '404', 'badrequest', 'context', 'filter', 'refusal', 'quota', '429-9', '500'];
const BROKEN = [
	'cut',
	'nofinish',
	'brokenevent',
	'brokenjson',
	'errorevent',
	'html',
	'empty',
	'silent',
	'stall',
];
test.each([...FAULTS, ...BROKEN])('the simulated %s', async (fault) => {
	for (const { model: id } of MODELS) providers.setFault(id.value, fault);
	const result = await run({ credentials: credentials((endpoint) => providers.baseUrl(endpoint)) });
	providers.clearFaults();
	expect(result.left.Failed).toEqual([0, 1, 2, 3]);
	expectClean(comesOut(result));
});

test('wrong keys, which providers quote in part', async () => {
	const wrong = Object.fromEntries(
		Object.entries(credentials((endpoint) => providers.baseUrl(endpoint))).map(([name, credential]) => [
			name,
			{ ...credential, apiKey: `${credential.apiKey}-wrong` },
		]),
	);
	const result = await run({ credentials: wrong });
	expect(result.left.Failed).toEqual([0, 1, 2, 3]);
	expectClean(comesOut(result));
});

test('a good answer has the prompt where it belongs and nowhere else', async () => {
	providers.answer = () => 'fine';
	jest.mocked(console.warn).mockClear();
	// A model of which Anthropic's SDK says, once a call, that it is deprecated.
	const [gpt, , ...more] = MODELS;
	const result = await run({
		credentials: credentials((endpoint) => providers.baseUrl(endpoint)),
		parameters: { models: [gpt!, model('claude', 'anthropic', 'claude-sonnet-4-5'), ...more] },
	});
	providers.answer = undefined;
	expect(console.warn).not.toHaveBeenCalled();
	expect(result.left).toEqual({ Answered: [0, 1, 2, 3] });
	expectClean(comesOut(result));
});

const own = (endpoint: 'openai' | 'anthropic' | 'gemini' | 'compatible') => providers.baseUrl(endpoint);
test.each([
	[
		'history that is no JSON',
		{ options: { history: `[{"role":"user","content":"${CANARIES.history}"` } },
		{},
	],
	['history of a wrong form', { options: { history: JSON.stringify([{ role: CANARIES.history }]) } }, {}],
	[
		'a schema that is no JSON',
		{ options: { outputFormat: 'json', jsonSchema: `{"a": ${CANARIES.prompt}` } },
		{},
	],
	['headers that are no JSON', {}, { headers: `{"X-Secret": "${CANARIES.header}` }],
	[
		'headers that no request can carry',
		{},
		{ headers: JSON.stringify({ 'X-Secret': `${CANARIES.header}\n!` }) },
	],
	['a key in the place of the base URL', {}, { baseUrl: CANARIES.openAiKey }],
	[
		'a password in a base URL without protocol',
		{},
		{ baseUrl: `user:${CANARIES.compatibleKey}@example.com` },
	],
	['a password in the base URL', {}, { baseUrl: `http://user:${CANARIES.compatibleKey}@127.0.0.1:9/v1` }],
	['a key that no header can carry', {}, { apiKey: `${CANARIES.openAiKey}\u0000\n` }],
	['a key with letters that no header can carry', {}, { apiKey: `${CANARIES.openAiKey}–ключ` }],
	[
		'a runaway keyword',
		{ rules: [{ name: 'R', match: { keywords: '/^(?=((\\w+\\s?|[^!])+!)$)\\1x/' } }] },
		{},
	],
])('%s', async (_, parameters, compatible) => {
	const all = credentials(own);
	Object.assign(all.llmRouterOpenAiCompatibleApi, compatible);
	for (const onError of ['stopWorkflow', 'continueRegularOutput']) {
		const result = await run({
			credentials: all,
			node: { onError },
			parameters: { models: [MODELS[3]!], rules: [], ...parameters },
			items: [{ prompt: CANARIES.prompt.repeat(3) }],
		});
		expect(result.left.Answered ?? []).toEqual([]);
		const text = comesOut(result);
		// Faults of the node keep the input's fields.
		expectClean(onError === 'stopWorkflow' ? text : text.replaceAll(CANARIES.prompt, ''));
	}
});

test('the lists of models', async () => {
	const faults = [
		...Object.keys(ECHOES).map((kind) => `${url}/${kind}/v1`),
		CANARIES.openAiKey,
		`http://user:${CANARIES.compatibleKey}@127.0.0.1:9/v1`,
	];
	for (const baseUrl of faults) {
		printed.length = 0;
		const failure = await listSearch({
			nodeType: new SmartLlmRouter(),
			method: 'searchModels',
			parameters: {
				models: { values: [{ name: 'x', provider: 'openAiCompatible' }] },
				providers: ['openAiCompatible'],
			},
			path: 'parameters.models.values[0].model',
			credentials: {
				llmRouterOpenAiCompatibleApi: { ...credentials(own).llmRouterOpenAiCompatibleApi, baseUrl },
			},
		}).then(
			() => null,
			(error: Error) => error,
		);
		expect(failure).not.toBeNull();
		expectClean(inspect([failure, failure?.message, failure?.stack, printed], { depth: 20 }));
	}
});

test('the ledger file and the report, after all of the above', async () => {
	const answer = 'The canary answers that the Marrakesh parcel is late.';
	providers.answer = () => answer;
	const result = await run({
		credentials: credentials(own),
		parameters: { options: { hashPrompts: true, allowUnknownPrice: true, budgets: BUDGET } },
	});
	providers.answer = undefined;
	expect(result.left).toEqual({ Answered: [0, 1, 2, 3] });
	const reports = await Promise.all(
		REPORTS.map(async (parameters) => await runReport(parameters, { mode: 'trigger' })),
	);
	for (const { rows, hintTexts, logs } of reports) {
		expect(rows.length).toBeGreaterThan(0);
		expectClean(inspect([rows, hintTexts, logs], { depth: 20, maxArrayLength: null, breakLength: Infinity }));
	}
	const folder = join(process.env.N8N_USER_FOLDER!, '.n8n', 'llm-router');
	const files = readdirSync(folder);
	expect(files).toContain('ledger.sqlite');
	const bytes = files.map((file) => readFileSync(join(folder, file), 'latin1')).join(' ');
	expect(bytes).toContain('authentication');
	expect(bytes).not.toContain('Marrakesh');
	expectClean(bytes);
});

const BUDGET = { values: [{ limitUsd: 5, period: 'day', scope: 'canaries', onExceeded: 'fail' }] };
const REPORTS = [
	{ groupBy: ['day', 'model', 'provider', 'route', 'task', 'workflow', 'scope'] },
	{ operation: 'budgets' },
];

function isNamed(name: string) {
	return {
		options: { caseSensitive: true, typeValidation: 'loose', version: 2 },
		combinator: 'and',
		conditions: [
			{ leftValue: '={{ $json.name }}', rightValue: name, operator: { type: 'string', operation: 'equals' } },
		],
	};
}
