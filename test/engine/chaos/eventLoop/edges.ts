/** The edges where texts come in otherwise than as a prompt or an answer. */
import { parseCatalogue } from '../../../../router/models/catalogue/published';
import { PROVIDER_REGISTRY } from '../../../../router/models/registry';
import { parseHeaders } from '../../../../router/models/wire/headers';
import { MAX_LIST } from '../../../../router/models/wire/guardedFetch';
import type { Attachment, ChatRequest } from '../../../../router/types';
import { realTime } from '../../../support/realTime';
import { askWith, cut, embedding, ENTRIES, GOOD, modelAt, openAi, responseOf, utf8 } from './entries';
import type { Asked, Reply } from './entries';

const withFile = (file: Partial<Attachment>): Asked => ({
	request: {
		messages: [
			{
				role: 'user',
				parts: [
					{ type: 'text', text: 'What is this?' },
					{ type: 'file', file: { kind: 'image', mediaType: 'image/png', data: 'iVBORw0KGgo=', ...file } },
				],
			},
		],
	},
});

const withSchema = (schema: Record<string, unknown>): Partial<ChatRequest> => ({
	format: { type: 'json', schema: { type: 'object', ...schema } },
});

/** Headers hold no line breaks and no letters beyond Latin ones, and Node.js takes 16 kB of them. */
const inHeader = (text: string): string =>
	text
		.slice(0, 16_000)
		.replace(/[^\x20-\x7e]/g, 'a')
		.trim() || 'a';

/** All digits, as some servers write them. */
const NUMBERS = Array.from({ length: 4_096 }, (_, at) => Math.sin(at) / 64);

const asked = (text: string): Readonly<Record<string, () => [Reply, Asked]>> => ({
	attachment: () => [GOOD, withFile({ data: text })],
	'attachment to Anthropic': () => [GOOD, { provider: 'anthropic', ...withFile({ data: text }) }],
	'name of an attachment': () => [GOOD, withFile({ fileName: text })],
	'word of the judge': () => [
		{ bytes: openAi(text, 2_000) },
		{
			policy: { judge: { model: modelAt('openAi', 'judge'), when: 'judge' } },
			rule: { match: { taskTypes: ['coding'] } },
		},
	],
	'vectors as they are': () => [{ type: 'application/json', bytes: utf8.encode(text) }, embedding()],
	'vectors with words': () => {
		const data = Array.from({ length: 60 }, (_, index) => ({
			index,
			embedding: NUMBERS,
			text: text.slice(0, 4_000),
		}));
		return [{ type: 'application/json', bytes: utf8.encode(JSON.stringify({ data })) }, embedding()];
	},
	'words in the place of numbers': () => {
		const data = cut(text, 150_000).map((one) => ({ embedding: `${one}[1,2,3,4,5,6,7,8,9],` }));
		const bytes = utf8.encode(JSON.stringify({ data }).replaceAll('"embedding":"', '"embedding":['));
		return [{ type: 'application/json', bytes }, embedding()];
	},
	intents: () => [GOOD, { rule: { match: { intents: [{ name: 'refund', examples: cut(text, 300) }] } } }],
	'budget scope': () => [
		GOOD,
		{
			policy: {
				spending: {
					budgets: [{ limitNano: 1_000_000_000, period: 'day', scope: text, onExceeded: 'fail' }],
					maxCostPerItemNano: null,
					allowUnknownPrice: true,
				},
			},
		},
	],
	'JSON schema with a description': () => [GOOD, { request: withSchema({ description: text }) }],
	'JSON schema with many values': () => [
		GOOD,
		{ request: withSchema({ properties: { a: { enum: cut(text, 200) } } }) },
	],
	'headers of an answer': () => [
		{
			...GOOD,
			headers: Object.fromEntries(
				['retry-after', 'x-ratelimit-remaining-requests', 'x-ratelimit-reset-requests', 'date'].map(
					(name) => [name, inHeader(text)],
				),
			),
		},
		{},
	],
});

const listSettings = (bytes: Uint8Array) => ({
	baseUrl: 'http://llm.example/v1',
	key: 'key',
	fetch: () => Promise.resolve(responseOf({ type: 'application/json', bytes })),
	now: () => realTime.now(),
	sleep: realTime.sleep,
});

async function listed(bytes: Uint8Array): Promise<string> {
	const signal = new AbortController().signal;
	const settings = listSettings(bytes);
	const came: string[] = [];
	for (const id of ['openAiCompatible', 'anthropic', 'gemini'] as const) {
		await PROVIDER_REGISTRY[id].listModels(settings, signal).then(
			(models) => came.push(`${models.length}`),
			() => came.push('refused'),
		);
	}
	return came.join();
}

async function catalogued(value: unknown): Promise<string> {
	return await parseCatalogue(value, () => realTime.sleep(0)).then(
		(providers) => `${providers.length}`,
		() => 'refused',
	);
}

const asModels = (text: string): object[] =>
	cut(text.slice(0, MAX_LIST / 8), 60).map((id) => ({ id, name: id, object: 'model' }));

const others: Readonly<Record<string, (text: string) => () => Promise<string>>> = {
	'list of models as it is': (text) => {
		const bytes = utf8.encode(text);
		return async () => await listed(bytes);
	},
	'list of models': (text) => {
		const body = utf8.encode(JSON.stringify({ data: asModels(text), models: asModels(text) }));
		return async () => await listed(body);
	},
	'pasted catalogue': (text) => {
		const models = asModels(text).map((model) => ({
			...model,
			match: { equals: 'a' },
			prices: { input_mtok: 1 },
		}));
		const pasted = [0, 4_000, 8_000].map((from) => ({
			id: 'a',
			name: 'A',
			api_pattern: 'a',
			models: models.slice(from, from + 4_000),
		}));
		return async () => await catalogued(pasted);
	},
	'headers of a credential': (text) => () => {
		try {
			return Promise.resolve(`${Object.keys(parseHeaders(text, 'C')).length}`);
		} catch {
			return Promise.resolve('refused');
		}
	},
};

export const EDGES: readonly string[] = [...Object.keys(asked('')), ...Object.keys(others)];

/** All is made ready before the call itself. @returns the call, and what comes of it */
export function prepared(entry: string, text: string): () => Promise<string> {
	const other = others[entry];
	if (other) return other(text);
	const [answer, question] = (ENTRIES[entry] ?? (() => asked(text)[entry]!()))(text);
	return async () => await askWith(answer, question);
}
