/** OpenAI's Responses, as far as its chat completions refuse tools. Events as documented in its API reference, "Streaming". */
import { PartialAnswer } from '../../../../router/failover/calling/partialAnswer';
import { createOpenAiClient } from '../../../../router/models/openAi/openAi';
import { userMessage } from '../../../../router/text/parts';
import type { AnswerPart, Message, ModelRequest } from '../../../../router/types';
import { KEY, ask, read, sleep } from '../protocols';

const TOOLS = [
	{ name: 'add', description: 'Adds', schema: { anyOf: [{ type: 'object', properties: { a: {} } }] } },
];
const request = (more: Partial<ModelRequest> = {}): ModelRequest => ask('Add', { tools: TOOLS, ...more });

interface Sent {
	url: string;
	body: Record<string, unknown>;
}

/** OpenAI itself, with these events or this body as its answer. */
async function answer(
	events: object[] | string,
	asked = request(),
	modelId = 'gpt-5.6-terra',
	baseUrl = OPENAI,
) {
	const sent: Sent[] = [];
	const fetch = (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
		lastUrl = String(url);
		sent.push({ url: lastUrl, body: JSON.parse(String(init?.body)) as Sent['body'] });
		const isWhole = typeof events === 'string';
		const body = isWhole
			? events
			: events
					.map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`)
					.join('');
		const headers = { 'content-type': isWhole ? 'application/json' : 'text/event-stream' };
		return Promise.resolve(new Response(body, { headers }));
	};
	const client = createOpenAiClient({
		baseUrl,
		modelId,
		fetch,
		flavour: 'openAi',
		now: () => 0,
		sleep,
		random: () => 0.5,
	});
	const result = await read(client.stream(asked, KEY, new AbortController().signal));
	return { ...result, sent };
}

const OPENAI = 'https://api.openai.com/v1';
let lastUrl = '';
const REASONING = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'gAAA' };
const CALL = {
	type: 'function_call',
	id: 'fc_1',
	call_id: 'call_1',
	name: 'add',
	arguments: '{"a":1}',
	status: 'completed',
};
const RESPONSE = {
	object: 'response',
	id: 'resp_1',
	model: 'gpt-5.6-terra',
	status: 'completed',
	error: null,
	incomplete_details: null,
	output: [REASONING, CALL],
	usage: {
		input_tokens: 20,
		input_tokens_details: { cached_tokens: 8 },
		output_tokens: 12,
		output_tokens_details: { reasoning_tokens: 4 },
		total_tokens: 32,
	},
};
const EVENTS = [
	{ type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [], usage: null } },
	{
		type: 'response.output_item.added',
		output_index: 0,
		item: { type: 'reasoning', id: 'rs_1', summary: [] },
	},
	{ type: 'response.output_item.done', output_index: 0, item: REASONING },
	{ type: 'response.output_item.added', output_index: 1, item: { ...CALL, arguments: '' } },
	{ type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'fc_1', delta: '{"a"' },
	{ type: 'response.function_call_arguments.delta', output_index: 1, item_id: 'fc_1', delta: ':1}' },
	{ type: 'response.function_call_arguments.done', output_index: 1, item_id: 'fc_1', arguments: '{"a":1}' },
	{ type: 'response.output_item.done', output_index: 1, item: CALL },
	{ type: 'response.completed', response: RESPONSE },
];

function partsOf(parts: readonly AnswerPart[]) {
	const partial = new PartialAnswer();
	for (const part of parts) {
		if (part.type === 'text' || part.type === 'reasoning' || part.type === 'toolCall') partial.add(part);
	}
	return partial.parts();
}

const KEPT = [
	{ type: 'reasoning', maker: 'openAiResponses gpt-5.6-terra', opaque: REASONING },
	{ type: 'toolCall', id: 'call_1', name: 'add', input: '{"a":1}' },
];

test.each([
	['streamed', EVENTS],
	['whole', JSON.stringify(RESPONSE)],
])('a call with the thoughts that led to it, %s', async (_how, events) => {
	const { parts, end, sent } = await answer(events);
	expect(sent[0]!.url).toBe(`${OPENAI}/responses`);
	expect(partsOf(parts)).toEqual(KEPT);
	expect(end).toMatchObject({
		finishReason: 'toolCalls',
		usage: { inputTokens: 20, cachedInputTokens: 8, outputTokens: 12, reasoningTokens: 4 },
	});
});

test('a conversation goes on with its thoughts, results and files', async () => {
	const file = { kind: 'image' as const, mediaType: 'image/png', data: 'AAAA' };
	const messages = [
		userMessage('Add', [file]),
		{ role: 'assistant', parts: [...KEPT, { type: 'toolCall', id: 'call_2', name: 'add', input: '{}' }] },
		{
			role: 'tool',
			parts: [
				{ type: 'toolResult', id: 'call_1', name: 'add', output: '1', files: [file] },
				{ type: 'toolResult', id: 'call_2', name: 'add', output: 'no', isError: true },
			],
		},
	] as Message[];
	const format = { type: 'json' as const, schema: { type: 'object', properties: {} } };
	const more = {
		messages,
		format,
		system: 'Be brief.',
		parallelToolCalls: false,
		toolChoice: { name: 'add' },
	};
	const { sent } = await answer(
		EVENTS,
		request({ ...more, reasoningEffort: 'high', limits: { maxOutputTokens: 9 } }),
	);
	expect(sent[0]!.body).toMatchSnapshot();
});

test.each([
	['max_output_tokens', 'length'],
	['content_filter', 'contentFilter'],
])('an answer that was stopped: %s', async (reason, finishReason) => {
	const response = { ...RESPONSE, status: 'incomplete', incomplete_details: { reason } };
	const { end } = await answer([...EVENTS.slice(0, -1), { type: 'response.incomplete', response }]);
	expect(end?.finishReason).toBe(finishReason);
});

test('an answer that failed or was cut is none', async () => {
	const error = { code: 'rate_limit_exceeded', message: 'Rate limit reached' };
	const response = { ...RESPONSE, status: 'failed', error };
	await expect(answer([...EVENTS.slice(0, -1), { type: 'response.failed', response }])).rejects.toMatchObject(
		{
			category: 'rateLimited',
		},
	);
	expect((await answer(EVENTS.slice(0, -1))).end).toBeUndefined();
});

test('text and a refusal', async () => {
	const end = EVENTS.at(-1)!;
	const said = await answer([
		EVENTS[0]!,
		{ type: 'response.output_text.delta', output_index: 0, delta: 'Four.' },
		end,
	]);
	expect([said.text, said.end?.finishReason]).toEqual(['Four.', 'stop']);
	const refused = await answer([
		EVENTS[0]!,
		{ type: 'response.refusal.delta', output_index: 0, delta: 'No.' },
		end,
	]);
	expect(refused.end).toMatchObject({ finishReason: 'refusal', detail: 'No.' });
});

test('is asked only where chat completions refuse what is asked', async () => {
	const isAsked = async (
		modelId: string,
		more: Partial<ModelRequest> = {},
		baseUrl = OPENAI,
	): Promise<boolean> => {
		lastUrl = '';
		// Nobody reads the answer: it is of the one protocol or the other.
		await answer(EVENTS, request(more), modelId, baseUrl).catch(() => undefined);
		expect(lastUrl).toMatch(/\/(?:responses|chat\/completions)$/);
		return lastUrl.endsWith('/responses');
	};
	expect(await isAsked('gpt-6-astra')).toBe(true);
	expect(await isAsked('gpt-5.4', { reasoningEffort: 'low' })).toBe(true);
	expect(await isAsked('gpt-5.6', {}, 'https://eu.api.openai.com/v1')).toBe(true);
	expect(await isAsked('gpt-5.4')).toBe(false);
	expect(await isAsked('gpt-5.6', { tools: [] })).toBe(false);
	expect(await isAsked('gpt-4.1', { reasoningEffort: 'low' })).toBe(false);
	expect(await isAsked('gpt-5.6', {}, 'https://proxy.test/v1')).toBe(false);
});
