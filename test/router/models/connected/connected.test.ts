import { assistantMessage, userMessage } from '../../../../router/text/parts';
import {
	createConnectedClient,
	type ConnectedChunk,
	type ConnectedMessage,
} from '../../../../router/models/connected/connected';
import type { ModelRequest } from '../../../../router/types';
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
	const client = createConnectedClient(model, { label: 'x', now: () => 0 });
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
	const client = createConnectedClient(chatModel([{ content: 'a' }, 'hang']), { label: 'x', now: () => 0 });
	const reading = read(client.stream(ask('x'), '', controller.signal));
	setTimeout(() => controller.abort(), 20);
	await expect(reading).rejects.toMatchObject({ category: 'cancelled' });
});
