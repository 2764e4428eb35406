import { assistantMessage, userMessage } from '../../../../router/text/parts';
import {
	createConnectedClient,
	type ConnectedChunk,
	type ConnectedMessage,
} from '../../../../router/models/connected/connected';
import type { ModelRequest, Tool } from '../../../../router/types';
import { ask, read } from '../protocols';

/** A chat model that says what it is given, and keeps what it was asked. */
function chatModel(chunks: Array<ConnectedChunk | Error | 'hang'>) {
	const asked: ConnectedMessage[][] = [];
	return {
		asked,
		async stream(messages: ConnectedMessage[]) {
			asked.push(messages);
			await Promise.resolve();
			return (async function* () {
				for (const chunk of chunks) {
					if (chunk === 'hang') await new Promise(() => undefined);
					else if (chunk instanceof Error) throw chunk;
					else yield chunk;
				}
			})();
		},
	};
}

const call = (
	chunks: Parameters<typeof chatModel>[0],
	request: ModelRequest = ask('Hi'),
	namesFinishReason = false,
) =>
	read(
		createConnectedClient(chatModel(chunks), {
			label: 'Ollama Chat Model',
			namesFinishReason,
			now: () => 0,
			random: () => 0.5,
		}).stream(request, '', new AbortController().signal),
	);

test('text, reasoning, usage and finish reason from a stream of chunks', async () => {
	const answer = await call([
		{
			content: '',
			usage_metadata: { input_tokens: 10, output_tokens: 0, input_token_details: { cache_read: 4 } },
		},
		{ content: [{ type: 'thinking' }] },
		{ content: 'Good ' },
		{ content: [{ type: 'text', text: 'morning' }] },
		{
			content: '',
			usage_metadata: { input_tokens: 0, output_tokens: 7, output_token_details: { reasoning: 3 } },
			response_metadata: { stop_reason: 'max_tokens' },
		},
	]);
	expect(answer.text).toBe('Good morning');
	expect(answer.reasoned).toBe(true);
	expect(answer.end).toEqual({
		type: 'end',
		finishReason: 'length',
		usage: { inputTokens: 10, outputTokens: 7, cachedInputTokens: 4, reasoningTokens: 3, totalTokens: 17 },
	});
});

test('a model that always says why it stopped was cut off where it does not', async () => {
	const cut = await call([{ content: 'Half an ans' }], ask('Hi'), true);
	expect(cut).toMatchObject({ text: 'Half an ans' });
	expect(cut.end).toBeUndefined();
	const whole = await call([{ content: 'Hi', response_metadata: { status: 'completed' } }], ask('Hi'), true);
	expect(whole.end).toMatchObject({ finishReason: 'stop' });
});

test('a model that never says why it stopped has stopped', async () => {
	const { end } = await call([{ content: 'Hi' }]);
	expect(end).toEqual({ type: 'end', finishReason: 'stop', usage: null });
});

test.each([
	[{ finish_reason: 'content_filter' }, 'contentFilter'],
	[{ finishReason: 'SAFETY' }, 'contentFilter'],
	[{ stop_reason: 'refusal' }, 'refusal'],
	[{ done_reason: 'stop' }, 'stop'],
	[{ finish_reason: 'something new' }, 'other'],
])('%j', async (response_metadata, finishReason) => {
	expect((await call([{ content: 'x', response_metadata }])).end).toMatchObject({ finishReason });
});

test('a refusal says why', async () => {
	const { end } = await call([{ content: '', additional_kwargs: { refusal: "I can't help with that." } }]);
	expect(end).toMatchObject({ finishReason: 'refusal', detail: "I can't help with that." });
});

test('what it is asked', async () => {
	const model = chatModel([{ content: '{}' }]);
	const request = ask('', {
		system: 'Be brief.',
		format: { type: 'json', schema: { type: 'object' } },
		messages: [
			userMessage('One'),
			assistantMessage('Two'),
			userMessage('Three', [{ kind: 'image', mediaType: 'image/png', data: 'AAAA' }]),
		],
	});
	const client = createConnectedClient(model, { label: 'x', now: () => 0, random: () => 0.5 });
	await read(client.stream(request, '', new AbortController().signal));
	const [[system, ...rest]] = model.asked as [ConnectedMessage[]];
	expect(system!.content).toMatch(/^Be brief\.\n\nAnswer with one JSON value[^]+\{"type":"object"\}$/);
	expect(rest).toEqual([
		{ role: 'user', content: 'One' },
		{ role: 'assistant', content: 'Two' },
		{
			role: 'user',
			content: [
				{ type: 'text', text: 'Three' },
				{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } },
			],
		},
	]);
});

const failure = (message: string, fields: object = {}): Error => Object.assign(new Error(message), fields);

test.each([
	[
		failure('429 Rate limit\n\nTroubleshooting URL: https://js.langchain.com/x', {
			status: 429,
			headers: { 'retry-after': '3' },
		}),
		{
			category: 'rateLimited',
			status: 429,
			retryAfterMs: 3000,
			message: 'Ollama Chat Model asks to send fewer requests (429): Rate limit',
		},
	],
	[
		failure('quota', { status: 429, error: { error: { code: 'insufficient_quota' } } }),
		{ category: 'quotaExhausted' },
	],
	[failure('x', { lc_error_code: 'MODEL_AUTHENTICATION', status: 401 }), { category: 'authentication' }],
	[
		failure('busy', { status: 529, error: { type: 'error', error: { type: 'overloaded_error' } } }),
		{ category: 'overloaded' },
	],
	[
		failure('too long', { httpCode: '400', message: 'prompt is too long: 9 tokens > 8' }),
		{ category: 'contextOverflow' },
	],
	[failure('Connection error.'), { category: 'network' }],
	[failure('fetch failed', { cause: failure('x', { code: 'ECONNREFUSED' }) }), { category: 'network' }],
	[failure('Request timed out.'), { category: 'timeout' }],
	[failure('Cannot read properties of undefined'), { category: 'serverError' }],
])('%s', async (error, expected) => {
	await expect(call([{ content: 'half' }, error])).rejects.toMatchObject(expected);
});

test('a model that does not heed its signal is left behind', async () => {
	const controller = new AbortController();
	const client = createConnectedClient(chatModel([{ content: 'a' }, 'hang']), {
		label: 'x',
		now: () => 0,
		random: () => 0.5,
	});
	const reading = read(client.stream(ask('x'), '', controller.signal));
	setTimeout(() => controller.abort(), 20);
	await expect(reading).rejects.toMatchObject({ category: 'cancelled' });
});

describe('tools', () => {
	const TOOLS: Tool[] = [
		{ name: 'add', description: 'Adds', schema: { type: 'object', properties: {} }, strict: true },
	];
	/** Pieces as LangChain's models pass them on. */
	async function toolCallsOf(chunks: ConnectedChunk[], more: Partial<ModelRequest> = {}) {
		const bound: unknown[][] = [];
		const model = chatModel(chunks);
		const client = createConnectedClient(
			{
				stream: () => Promise.reject(new Error('asked without its tools')),
				bindTools: (...args) => {
					bound.push(args);
					return model;
				},
			},
			{ label: 'Chat Model', now: () => 0, random: () => 0.5 },
		);
		const request = ask('Hi', { tools: TOOLS, ...more });
		const answer = await read(client.stream(request, '', new AbortController().signal));
		const calls = answer.parts.flatMap((part) => (part.type === 'toolCall' ? [part] : []));
		return { answer, calls, bound, asked: model.asked };
	}

	test('are bound with every argument in words that all chat models know', async () => {
		const add = { name: 'add', description: 'Adds', parameters: TOOLS[0]!.schema, strict: true };
		const { bound } = await toolCallsOf([], { toolChoice: 'required', parallelToolCalls: false });
		expect(bound).toEqual([
			[
				[{ type: 'function', function: add }],
				{ tool_choice: 'any', parallel_tool_calls: false, strict: true },
			],
		]);
		expect((await toolCallsOf([], { toolChoice: { name: 'add' } })).bound[0]![1]).toEqual({
			tool_choice: 'add',
			strict: true,
		});
	});

	test('are refused in words where a chat model takes none, so that the next one is asked', async () => {
		const error = call([], ask('Hi', { tools: TOOLS }));
		await expect(error).rejects.toMatchObject({
			category: 'invalidRequest',
			message: 'Ollama Chat Model cannot be given tools.',
		});
	});

	test('calls in pieces, whole calls, and those that LangChain could not read', async () => {
		const pieces = await toolCallsOf([
			{ tool_call_chunks: [{ index: 0, id: 'a', name: 'add', args: '' }] },
			{ tool_call_chunks: [{ index: 0, args: '{"a"' }], tool_calls: [{ id: 'a', name: 'add', args: {} }] },
			{ tool_call_chunks: [{ index: 0, args: ':1}' }] },
			{ response_metadata: { finish_reason: 'stop' } },
		]);
		expect(pieces.calls.map(({ input }) => input).join('')).toBe('{"a":1}');
		expect(pieces.answer.end).toMatchObject({ finishReason: 'toolCalls' });
		const whole = await toolCallsOf([{ tool_calls: [{ name: 'add', args: { a: 1 } }] }]);
		expect(whole.calls).toMatchObject([{ name: 'add', input: '{"a":1}' }]);
		expect(whole.calls[0]!.id).toMatch(/^call_/);
		const broken = await toolCallsOf([{ invalid_tool_calls: [{ id: 'a', name: 'add', args: '{"a"' }] }]);
		expect(broken.calls).toMatchObject([{ id: 'a', input: '{"a"' }]);
	});

	test('thoughts go back to the model that had them, with the calls that they led to', async () => {
		const { answer } = await toolCallsOf([
			{ content: [{ type: 'thinking', index: 0, thinking: 'Let ' } as never] },
			{ content: [{ type: 'thinking', index: 0, thinking: 'me see' } as never] },
			{ content: [{ type: 'thinking', index: 0, signature: 'sig' } as never] },
			{ tool_calls: [{ id: 'a', name: 'add', args: {} }] },
		]);
		const kept = answer.parts.flatMap((part) => (part.type === 'reasoning' && part.keep ? [part.keep] : []));
		const messages = [
			userMessage('Hi'),
			{
				role: 'assistant' as const,
				parts: [...kept, { type: 'toolCall' as const, id: 'a', name: 'add', input: '{}' }],
			},
		];
		const { asked } = await toolCallsOf([], { messages });
		expect(asked[0]![1]).toEqual({
			role: 'assistant',
			content: [
				{ type: 'thinking', thinking: 'Let me see', signature: 'sig' },
				{ type: 'tool_use', id: 'a', name: 'add', input: {} },
			],
			tool_calls: [{ type: 'tool_call', id: 'a', name: 'add', args: {} }],
		});
		const foreign = kept.map((thought) => ({ ...thought, maker: 'anthropic other' }));
		const others = [messages[0]!, { ...messages[1]!, parts: [...foreign, ...messages[1]!.parts.slice(1)] }];
		expect((await toolCallsOf([], { messages: others })).asked[0]![1]!.content).toBe('');
	});
});
