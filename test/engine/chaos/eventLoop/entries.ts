/** Where hostile texts come in: each entry makes one call of the engine in which the text is what it says. */
import { createEngine } from '../../../../router/engine';
import { DEFAULTS } from '../../../../router/failover/settings';
import { createMemoryState } from '../../../../router/state/state';
import { ConfigurationError } from '../../../../router/types';
import { userMessage } from '../../../../router/text/parts';
import { intentMatcher } from '../../../../router/classify/classify';
import type { ChatRequest, EmbeddingClient, Message, Model, Rule } from '../../../../router/types';
import type { CredentialProviderId } from '../../../../router/models/registry';
import { CALLER, NO_BUDGET } from '../../../support/testEngine';
import { policyOf, ruleOf, type Settings } from '../../../support/policies';
import { realTime } from '../../../support/realTime';
import { modelOf } from '../../../support/standIn/scriptedModel';

/** As much as a socket gives at once. */
const CHUNK = 65_536;

const MODELS: Readonly<Record<string, string>> = {
	openAi: 'gpt-4o-mini',
	anthropic: 'claude-haiku-4-5',
	gemini: 'gemini-2.5-flash',
	openAiCompatible: 'deepseek-r1',
};

export interface Reply {
	status?: number;
	type?: string;
	headers?: Record<string, string>;
	bytes: Uint8Array;
}

export const utf8 = new TextEncoder();
const events = (...values: unknown[]): Uint8Array =>
	utf8.encode(
		values.map((each) => `data: ${typeof each === 'string' ? each : JSON.stringify(each)}\n\n`).join(''),
	);

export const cut = (text: string, length: number): string[] =>
	Array.from({ length: Math.ceil(text.length / length) }, (_, at) =>
		text.slice(at * length, (at + 1) * length),
	);

const choice = (delta: object, reason: string | null = null) => ({
	choices: [{ index: 0, delta, finish_reason: reason }],
});

export const openAi = (text: string, length: number, field = 'content'): Uint8Array =>
	events(
		...cut(text, length).map((piece) => choice({ [field]: piece })),
		choice({ content: 'Paris' }),
		choice({}, 'stop'),
		'[DONE]',
	);

const anthropic = (text: string, length: number): Uint8Array =>
	events(
		{
			type: 'message_start',
			message: { id: '1', role: 'assistant', content: [], usage: { input_tokens: 3 } },
		},
		{ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
		...cut(text, length).map((piece) => ({
			type: 'content_block_delta',
			index: 0,
			delta: { type: 'text_delta', text: piece },
		})),
		{ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 1 } },
		{ type: 'message_stop' },
	);

const gemini = (text: string, length: number): Uint8Array =>
	events(...cut(text, length).map((piece) => ({ candidates: [{ content: { parts: [{ text: piece }] } }] })), {
		candidates: [{ finishReason: 'STOP', content: { parts: [{ text: 'Paris' }] } }],
	});

const toolCall = (text: string, length: number): Uint8Array =>
	events(
		...cut(text, length).map((piece, at) =>
			choice({
				tool_calls: [
					{
						index: 0,
						...(at === 0 && { id: 'c1', type: 'function' }),
						function: { ...(at === 0 && { name: 'look' }), arguments: piece },
					},
				],
			}),
		),
		choice({}, 'tool_calls'),
		'[DONE]',
	);

export const GOOD: Reply = { bytes: openAi('', 1) };

/** Its body comes a piece at a time, as from a socket. */
export function responseOf({ status = 200, type = 'text/event-stream', headers, bytes }: Reply): Response {
	let at = 0;
	const body = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				await new Promise((resolve) => setImmediate(resolve));
				if (at >= bytes.length) return controller.close();
				controller.enqueue(bytes.subarray(at, at + CHUNK));
				at += CHUNK;
			},
		},
		{ highWaterMark: 0 },
	);
	return new Response(body, { status, headers: { 'content-type': type, ...headers } });
}

let reply: Reply = GOOD;
const engine = createEngine({
	surroundings: realTime,
	state: createMemoryState(realTime),
	http: {
		fetch: () => Promise.resolve(responseOf(reply)),
		close: () => Promise.resolve(),
	},
});

export function modelAt(provider: CredentialProviderId, alias: string = provider): Model {
	const modelId = MODELS[provider] ?? '';
	return modelOf(alias, engine.clientOf(provider, { baseUrl: 'http://llm.example/v1', modelId }), {
		provider,
		modelId,
		endpoint: `${alias} ${modelId}`,
		prices: { input: { base: 1 }, output: { base: 10 } },
		accepts: new Set(['image', 'document', 'audio']),
	});
}

/** Tells intents by vectors, asked for over the wire. */
export const embedding = (client?: EmbeddingClient): Asked => ({
	policy: {
		intents: intentMatcher(INTENTS),
		embedder: {
			model: { ...modelAt('openAi', 'embed'), client: null },
			client:
				client ?? engine.embeddingsOf('openAi', { baseUrl: 'http://llm.example/v1', modelId: 'embed' })!,
		},
	},
	rule: { match: { intents: INTENTS } },
});

/** As many examples as are used, so that comparing with them takes as long as it can. */
const INTENTS = Array.from({ length: 40 }, (_, at) => ({
	name: `intent ${at}`,
	examples: Array.from({ length: 10 }, (_none, one) => `example ${one} of the intent ${at}`),
}));

/** Vectors as long as those of the largest models, at once. */
export const LARGE_VECTORS: EmbeddingClient = {
	embed: async (texts) =>
		await Promise.resolve({
			vectors: texts.map((text) => new Float32Array(4_096).fill(1 / 64).with(text.length % 4_096, 0.5)),
			usage: null,
		}),
};

export interface Asked {
	provider?: CredentialProviderId;
	request?: Partial<ChatRequest>;
	policy?: Omit<Settings, 'rules'>;
	rule?: Partial<Rule>;
}

async function ask({ provider = 'openAi', request, policy, rule }: Asked): Promise<string> {
	const decision = await engine.route(
		{ messages: [userMessage('What is the capital?')], format: { type: 'text' }, limits: {}, ...request },
		policyOf([modelAt(provider)], {
			failover: { ...DEFAULTS, maxRetries: 0, breakerThreshold: 0 },
			...policy,
			rules: [ruleOf(rule)],
		}),
		{ caller: CALLER },
	);
	return decision.failure?.category ?? decision.outcome;
}

const PERSONAL = { redactPersonalData: true };
const TOOLS = [{ name: 'look', schema: { type: 'object' } }];
const JSON_ASKED: Partial<ChatRequest> = {
	format: {
		type: 'json',
		schema: { type: 'object', properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
	},
};
const KEYWORDS = ['refund', 'zebra crossing', '/(a+)+$/', '/\\bfoo.*bar\\b/i'];

const inPrompt =
	(more: Asked = {}) =>
	(text: string): [Reply, Asked] => [
		GOOD,
		{ ...more, request: { ...more.request, messages: [userMessage(text)] } },
	];

/** What the provider sends, and what is asked. */
export const ENTRIES: Readonly<Record<string, (text: string) => [Reply, Asked]>> = {
	prompt: inPrompt(),
	'prompt to Anthropic': inPrompt({ provider: 'anthropic' }),
	'prompt to Gemini': inPrompt({ provider: 'gemini' }),
	'prompt with redaction': inPrompt({ policy: PERSONAL }),
	'prompt with a cache': inPrompt({ policy: { cacheTtlMs: 60_000 } }),
	'prompt with a record and a budget': inPrompt({
		policy: {
			promptCaching: 'auto',
			record: { retentionDays: 9, hashPrompts: true, learns: true },
			spending: NO_BUDGET,
		},
	}),
	'prompt with keywords': inPrompt({ rule: { match: { keywords: KEYWORDS } } }),
	'prompt with a judge': inPrompt({
		policy: { judge: { model: modelAt('openAi', 'judge'), when: 'judge' } },
		rule: { match: { taskTypes: ['coding'] } },
	}),
	'prompt with embeddings': inPrompt(embedding(LARGE_VECTORS)),
	'system message': (text) => [GOOD, { request: { system: text } }],
	history: (text) => {
		const messages = cut(text, 2_000).map((words, at): Message => ({
			role: at % 2 === 0 ? 'user' : 'assistant',
			parts: [{ type: 'text', text: words }],
		}));
		return [
			GOOD,
			{ request: { messages: [...messages, userMessage('And?')] }, policy: { cacheTtlMs: 1_000 } },
		];
	},
	'answer in large events': (text) => [{ bytes: openAi(text, 4_000_000) }, {}],
	'answer in one event': (text) => [{ bytes: openAi(text, Infinity) }, {}],
	'answer in small events': (text) => [{ bytes: openAi(text, 200) }, {}],
	'answer of Anthropic in one event': (text) => [
		{ bytes: anthropic(text, Infinity) },
		{ provider: 'anthropic' },
	],
	'answer of Anthropic': (text) => [{ bytes: anthropic(text, 2_000) }, { provider: 'anthropic' }],
	'answer of Gemini in one event': (text) => [{ bytes: gemini(text, Infinity) }, { provider: 'gemini' }],
	'answer of Gemini': (text) => [{ bytes: gemini(text, 2_000) }, { provider: 'gemini' }],
	'answer of a model that thinks': (text) => [{ bytes: openAi(text, 200) }, { provider: 'openAiCompatible' }],
	'answer with redaction': (text) => [
		{ bytes: openAi(text, 2_000) },
		{ policy: PERSONAL, request: { messages: [userMessage('Write to ann.lee@example.com')] } },
	],
	'answer as JSON': (text) => [{ bytes: openAi(text, 2_000) }, { request: JSON_ASKED }],
	'answer as a JSON string': (text) => [
		{ bytes: openAi(JSON.stringify({ a: text }), 2_000) },
		{ request: JSON_ASKED },
	],
	'answer as a JSON list': (text) => [
		{ bytes: openAi(JSON.stringify(cut(text.slice(0, 1_000_000), 1).map((a) => ({ a }))), 2_000) },
		{ request: JSON_ASKED },
	],
	'answer of a cascade': (text) => [{ bytes: openAi(text, 2_000) }, { rule: { strategy: 'cascade' } }],
	reasoning: (text) => [{ bytes: openAi(text, 2_000, 'reasoning_content') }, {}],
	'tool call': (text) => [{ bytes: toolCall(text, 2_000) }, { request: { tools: TOOLS } }],
	'body as it is': (text) => [{ bytes: utf8.encode(text) }, {}],
	'body as JSON': (text) => [
		{
			type: 'application/json',
			bytes: utf8.encode(
				JSON.stringify({ choices: [{ message: { content: text }, finish_reason: 'stop' }] }),
			),
		},
		{},
	],
	'error of status 400': (text) => [
		{ status: 400, bytes: utf8.encode(JSON.stringify({ error: { message: text } })) },
		{},
	],
	'error of status 500': (text) => [{ status: 500, type: 'text/plain', bytes: utf8.encode(text) }, {}],
	'error in a 200': (text) => [{ bytes: events({ error: { message: text } }) }, {}],
	'error that quotes the prompt': (text) => [
		{ status: 400, bytes: utf8.encode(JSON.stringify({ error: { message: text.slice(0, 50_000) } })) },
		{ request: { messages: [userMessage(text)] } },
	],
};

/** One call. @returns what comes of it */
export async function askWith(answer: Reply, asked: Asked): Promise<string> {
	reply = answer;
	try {
		return await ask(asked);
	} catch (error) {
		if (error instanceof ConfigurationError) return error.field;
		throw error;
	}
}
