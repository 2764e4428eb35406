/** Errors inside a 200. */
import { chunk, events, EVENT_STREAM, HALF, message, named, ok, onEach, response } from '../situation';
import type { Situation } from '../situation';
import type { ErrorCategory } from '../../../router/types';

const MINIMAX: ReadonlyArray<[code: number, words: string, category: ErrorCategory]> = [
	[1004, 'login fail: Please carry the API secret key', 'authentication'],
	[1008, 'insufficient balance', 'quotaExhausted'],
	[1002, 'rate limit', 'rateLimited'],
	[1027, 'output new_sensitive', 'contentFiltered'],
	[1039, 'token limit', 'rateLimited'],
	[2049, 'invalid api key', 'authentication'],
];

const error503 = {
	error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' },
};
const error429 = {
	error: { code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED' },
};

export const ERRORS_INSIDE: readonly Situation[] = [
	...onEach((on) => ({
		name: 'bare JSON error after text',
		replies: ok(`${HALF[on]}${JSON.stringify(error503)}`),
		expected: { category: 'overloaded' as const, message: /The model is overloaded/ },
	})),
	...onEach((on) => ({
		name: 'bare JSON error after text, laid out for people',
		replies: ok(`${HALF[on]}${JSON.stringify(error429, null, 2)}\n`),
		expected: { category: 'rateLimited' as const, message: /has been exhausted/ },
	})),
	...onEach((on) => ({
		name: 'the error in a list',
		replies: ok(`${HALF[on]}${JSON.stringify([error503], null, 2)}\n`),
		expected: { category: 'overloaded' as const, message: /The model is overloaded/ },
	})),
	...onEach((on) => ({
		name: 'an error event without a space',
		replies: ok(
			`${HALF[on]}event:error\ndata:{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`,
		),
		expected: { category: 'overloaded' as const },
	})),
	...onEach((on) => ({
		name: 'an error event of plain words',
		replies: ok(`${HALF[on]}event: error\ndata: upstream timed out\n\n`),
		expected: { category: 'serverError' as const, message: /upstream timed out/ },
	})),
	...onEach(() => ({
		name: 'an error line of llama.cpp',
		replies: ok(
			'error: {"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error"}\n\n',
		),
		expected: { category: 'contextOverflow' as const, calls: 1 },
	})),
	...onEach(() => ({
		name: 'a bare context overflow as the whole stream',
		replies: ok(
			JSON.stringify({
				error: { message: "This model's maximum context length is 4096 tokens.", code: 400 },
			}),
		),
		expected: { category: 'contextOverflow' as const },
	})),
	...onEach(() => ({
		name: 'a web page labelled as an event stream',
		replies: ok('<!DOCTYPE html><html><title>Sign in</title></html>'),
		expected: { category: 'serverError' as const, message: /web page/ },
	})),
	...onEach((on) => ({
		name: 'a web page in the middle',
		replies: ok(`${HALF[on]}<html><body>502 Bad Gateway</body></html>`),
		expected: { category: 'serverError' as const },
	})),
	...onEach(() => ({
		name: 'words of a proxy as the whole answer',
		replies: ok(
			'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
			{ headers: { 'content-type': 'text/plain' } },
		),
		expected: { category: 'serverError' as const, message: /upstream connect error/ },
	})),
	...onEach(() => ({
		name: 'words of FastAPI in a 200',
		replies: ok('{"detail":"Rate limit reached"}', { headers: { 'content-type': 'application/json' } }),
		expected: { category: 'serverError' as const, message: /Rate limit reached/ },
	})),
	...MINIMAX.map(([status_code, status_msg, category]): Situation => ({
		name: `MiniMax ${status_code}`,
		on: 'compatible',
		replies: ok(JSON.stringify({ choices: null, base_resp: { status_code, status_msg } }), {
			headers: { 'content-type': 'application/json' },
		}),
		expected: { category, message: new RegExp(status_msg) },
	})),
	{
		name: 'MiniMax 1002 after text',
		on: 'compatible',
		replies: ok(
			`${HALF.compatible}${events({ choices: [], base_resp: { status_code: 1002, status_msg: 'rate limit' } })}`,
		),
		expected: { category: 'rateLimited' },
	},
	{
		name: 'the error inside a choice',
		source: 'genkit-ai/genkit#6259',
		on: 'compatible',
		replies: ok(
			events(chunk({ content: 'It' }), {
				choices: [
					{
						delta: { content: '' },
						finish_reason: 'error',
						error: { message: 'upstream is gone', code: 503 },
					},
				],
			}),
		),
		expected: { category: 'overloaded', message: /upstream is gone/ },
	},
	{
		name: 'an error amid the chunks, the stream goes on to "stop"',
		source: 'genkit-ai/genkit#6259',
		on: 'compatible',
		replies: ok(
			events(
				chunk({ content: 'It' }),
				chunk({}, null, { error: { message: 'one shard failed', code: 500 } }),
				chunk({ content: ' is.' }, 'stop'),
				'[DONE]',
			),
		),
		expected: { category: 'serverError', message: /one shard failed/ },
	},
	{
		name: 'OpenRouter: one chunk that is an error with a name in its metadata',
		source: 'diegosouzapw/OmniRoute#8210',
		on: 'compatible',
		replies: ok(
			events(
				{
					choices: [],
					error: {
						code: 502,
						message: 'Worker local total request limit reached (33/32)',
						metadata: { error_type: 'provider_unavailable' },
					},
				},
				'[DONE]',
			),
		),
		expected: { category: 'overloaded', message: /Worker local/ },
	},
	{
		name: 'a whole answer of no choices',
		source: 'Portkey-AI/gateway#1303',
		on: 'compatible',
		replies: ok(JSON.stringify({ id: '', choices: [], model: '', usage: { completion_tokens: 0 } }), {
			headers: { 'content-type': 'application/json' },
		}),
		expected: { category: 'network' },
	},
];

/** What was said before or after an error counts. */
export const STREAMED_ERRORS: readonly Situation[] = [
	{
		name: 'an error after the finish reason',
		on: 'compatible',
		replies: ok(
			events(chunk({ content: 'It is Paris.' }), chunk({}, 'stop'), {
				error: { message: 'billing failed', code: 500 },
			}),
		),
		expected: { category: 'serverError' },
	},
	{
		name: 'an error after [DONE] is nothing',
		on: 'compatible',
		replies: ok(
			`${events(chunk({ content: 'It is Paris.' }), chunk({}, 'stop'), '[DONE]')}{"error":{"message":"late"}}`,
		),
		expected: { text: 'It is Paris.' },
	},
	{
		name: 'usage named, then an error',
		on: 'compatible',
		replies: ok(
			events(chunk({ content: 'It is' }, null, { usage: { prompt_tokens: 10, completion_tokens: 2 } }), {
				error: { message: 'gone', code: 500 },
			}),
		),
		expected: { category: 'serverError', billing: 'named', usage: { inputTokens: 10, outputTokens: 2 } },
	},
	{
		name: 'usage named, then cut',
		on: 'gemini',
		replies: ok(events(response('It is', undefined, { promptTokenCount: 10, candidatesTokenCount: 2 })), {
			then: 'reset',
		}),
		expected: { category: 'network', billing: 'named', usage: { inputTokens: 10, outputTokens: 2 } },
	},
	{
		name: 'usage named, then cut',
		on: 'compatible',
		replies: ok(
			events(chunk({ content: 'It is' }, null, { usage: { prompt_tokens: 10, completion_tokens: 2 } })),
			{ then: 'reset' },
		),
		expected: { category: 'network', billing: 'named', usage: { inputTokens: 10, outputTokens: 2 } },
	},
	{
		name: 'usage named, then insufficient_system_resource',
		on: 'compatible',
		replies: ok(
			events(
				chunk({ content: 'It is' }),
				chunk({}, 'insufficient_system_resource', { usage: { prompt_tokens: 10, completion_tokens: 2 } }),
				'[DONE]',
			),
		),
		expected: { category: 'overloaded', billing: 'named', usage: { inputTokens: 10, outputTokens: 2 } },
	},
	{
		name: 'the input named at the start, then cut',
		on: 'anthropic',
		replies: ok(named(message.start(), message.open, message.text('It is')), { then: 'reset' }),
		expected: { category: 'network', billing: 'estimated', usage: { inputTokens: 10 } },
	},
	{
		name: 'usage named at the end, then cut',
		on: 'anthropic',
		replies: {
			headers: EVENT_STREAM,
			body: named(
				message.start(),
				message.open,
				message.text('It is'),
				message.delta(null, { output_tokens: 2 }),
			),
			then: 'reset',
		},
		expected: { category: 'network', billing: 'named', usage: { inputTokens: 10, outputTokens: 2 } },
	},
];
