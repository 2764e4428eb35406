/** When an answer has ended, and when it has not. */
import {
	chunk,
	events,
	EVENT_STREAM,
	GOOD,
	HALF,
	JSON_TYPE,
	message,
	named,
	ok,
	onEach,
	openAiUsage,
	PARIS,
	response,
	usageChunk,
	WHOLE,
} from '../situation';
import type { Situation } from '../situation';

const paris = (finish: string | null, ...after: Array<object | string>): string =>
	events(chunk({ content: 'It is ' }), chunk({ content: 'Paris.' }), chunk({}, finish), ...after);
const message_ = (reason: string | null, ...after: Array<{ type: string }>): string =>
	named(
		message.start(),
		message.open,
		message.text('It is Paris.'),
		message.shut,
		message.delta(reason),
		...after,
	);

const compatible = (
	name: string,
	body: string,
	expected: Situation['expected'],
	more: Partial<Situation> = {},
) => ({
	name,
	on: 'compatible' as const,
	replies: ok(body),
	expected,
	...more,
});

export const ENDINGS: readonly Situation[] = [
	...onEach((on) => ({
		name: 'whole, orderly',
		replies: ok(GOOD[on]),
		expected: { ...PARIS, withinMs: 500 },
	})),
	...onEach((on) => ({
		name: 'whole, the socket stays open and silent',
		replies: ok(GOOD[on], { then: 'open' }),
		expected: { ...PARIS, withinMs: 1_300 },
	})),
	...onEach((on) => ({
		name: 'whole, then nothing but heartbeats',
		replies: ok(GOOD[on].replace('data: [DONE]\n\n', ''), { then: 'heartbeats' }),
		expected: { ...PARIS, withinMs: 1_300 },
	})),
	...onEach((on) => ({
		name: 'whole, then the connection is reset',
		replies: ok(GOOD[on].replace('data: [DONE]\n\n', ''), { then: 'reset' }),
		expected: { ...PARIS, withinMs: 1_300 },
	})),
	{
		name: 'stop_reason, then reset before message_stop',
		on: 'anthropic',
		replies: ok(message_('end_turn'), { then: 'reset' }),
		expected: { ...PARIS },
	},
	compatible(
		'finish without usage, no [DONE], open',
		paris('stop'),
		{ ...PARIS, withinMs: 1_500 },
		{
			replies: ok(paris('stop'), { then: 'open' }),
		},
	),
	...onEach((on) => ({
		name: 'a whole JSON answer, the socket stays open',
		replies: { headers: JSON_TYPE, body: JSON.stringify(WHOLE[on]), then: 'open' },
		expected: { ...PARIS, withinMs: 1_500 },
	})),
	...onEach((on) => ({
		name: 'half, then closed in order',
		replies: ok(HALF[on]),
		expected: { category: 'network' },
	})),
	...onEach((on) => ({
		name: 'half, then reset',
		replies: ok(HALF[on], { then: 'reset' }),
		expected: { category: 'network' },
	})),
	...onEach((on) => ({
		name: 'half, then [DONE] without a finish reason',
		source: 'databricks/unity-gateway#215',
		replies: ok(`${HALF[on]}data: [DONE]\n\n`, { then: 'open' }),
		expected: { category: 'network', withinMs: 2_500 },
	})),
	compatible(
		'the word "null" on every chunk, then cut',
		events(chunk({ content: 'It is ' }, 'null'), chunk({ content: 'Par' }, 'null')),
		{
			category: 'network',
		},
	),
	compatible(
		'an empty reason on every chunk, then cut',
		events(chunk({ content: 'It is ' }, ''), chunk({ content: 'Par' }, '')),
		{
			category: 'network',
		},
	),
	compatible(
		'an empty reason on every chunk, "stop" on the last',
		events(
			chunk({ content: 'It is ' }, ''),
			chunk({ content: 'Paris.' }, ''),
			chunk({}, 'stop'),
			usageChunk(),
			'[DONE]',
		),
		PARIS,
		{ source: 'ollama/ollama#4357' },
	),
	compatible(
		'"stop" on every chunk, closed by [DONE]',
		events(
			chunk({ content: 'It is ' }, 'stop'),
			chunk({ content: 'Paris.' }, 'stop'),
			usageChunk(),
			'[DONE]',
		),
		PARIS,
	),
	compatible(
		'"stop" on every chunk, then cut',
		events(chunk({ content: 'It is ' }, 'stop'), chunk({ content: 'Par' }, 'stop')),
		{
			category: 'network',
		},
	),
	{
		name: '"stop" on every chunk, with a pause between them',
		on: 'compatible',
		replies: ok([
			events(chunk({ content: 'It is ' }, 'stop')),
			{ pauseMs: 1_400 },
			events(chunk({ content: 'Paris.' }, 'stop'), '[DONE]'),
		]),
		expected: PARIS,
	},
	...[
		'network_error',
		'error',
		'error_finish',
		'abort',
		'cancelled',
		'upstream_timeout',
		'insufficient_system_resource',
		'ERROR',
		'engine_crashed',
	].map((word): Situation =>
		compatible(`finish reason ${word}`, events(chunk({ content: 'It is ' }), chunk({}, word), '[DONE]'), {
			category: /insufficient/.test(word) ? 'overloaded' : 'serverError',
			message: new RegExp(word),
		}),
	),
	...['internal_error', 'aborted', 'out_of_resources'].map((word): Situation => ({
		name: `stop_reason ${word}`,
		on: 'anthropic',
		replies: ok(message_(word, message.stop)),
		expected: { category: word === 'out_of_resources' ? 'overloaded' : 'serverError' },
	})),
	...['MALFORMED_FUNCTION_CALL', 'OTHER', 'INTERNAL_ERROR', 'RESOURCE_EXHAUSTED'].map((word): Situation => ({
		name: `finishReason ${word}`,
		on: 'gemini',
		replies: ok(
			events(response('It is '), response(null, word, { promptTokenCount: 10, candidatesTokenCount: 3 })),
		),
		expected: { category: word === 'RESOURCE_EXHAUSTED' ? 'overloaded' : 'serverError', billing: 'named' },
	})),
	...['sensitive', 'SAFETY', 'content_filtered', 'guardrail_intervened', 'ERROR_TOXIC'].map(
		(word): Situation =>
			compatible(
				`finish reason ${word}`,
				events(chunk({ content: 'It is ' }), chunk({}, word), '[DONE]'),
				{ category: 'contentFiltered' },
				{
					source: 'earendil-works/pi#1509',
				},
			),
	),
	...['length', 'MAX_TOKENS', 'model_context_window_exceeded', 'max_output_tokens', 'token_limit'].map(
		(word): Situation =>
			compatible(`finish reason ${word}`, paris(word, '[DONE]'), {
				text: 'It is Paris.',
				finishReason: 'length',
			}),
	),
	...['end', 'COMPLETE', 'eos_token', 'STOP_SEQUENCE', 'completed', 'FINISHED'].map((word): Situation =>
		compatible(`finish reason ${word}`, paris(word, '[DONE]'), PARIS, { source: 'earendil-works/pi#2116' }),
	),
	compatible('an unknown word, closed by [DONE]', paris('zeitgeist', '[DONE]'), {
		text: 'It is Paris.',
		finishReason: 'other',
	}),
	compatible('an unknown word, closed without [DONE]', paris('zeitgeist'), { category: 'network' }),
	{
		name: 'an unknown word, closed by message_stop',
		on: 'anthropic',
		replies: ok(message_('zeitgeist', message.stop)),
		expected: { text: 'It is Paris.', finishReason: 'other' },
	},
	{
		name: 'an unknown word, then reset',
		on: 'anthropic',
		replies: ok(message_('zeitgeist'), { then: 'reset' }),
		expected: { category: 'network' },
	},
	{
		name: 'an unknown word, then reset',
		on: 'gemini',
		replies: ok(events(response('It is '), response('Paris.', 'ZEITGEIST')), { then: 'reset' }),
		expected: { category: 'network' },
	},
	compatible(
		'usage after the finish reason in a chunk of its own, late',
		'',
		{ ...PARIS, usage: { outputTokens: 4 } },
		{ replies: ok([paris('stop'), { pauseMs: 400 }, events(usageChunk(), '[DONE]')]) },
	),
	compatible(
		'the usage chunk is cut in its middle after the finish reason',
		`${paris('stop')}data: {"id":"c1","usa`,
		{ ...PARIS, billing: 'estimated' },
	),
	compatible(
		'"stop" with nothing written beside a refusing upstream',
		events(
			{
				choices: [
					{ index: 0, delta: { content: '' }, finish_reason: 'stop', native_finish_reason: 'SAFETY' },
				],
			},
			'[DONE]',
		),
		{ category: 'contentFiltered' },
		{ source: 'CherryHQ/cherry-studio#16079' },
	),
	compatible(
		'nothing but [DONE]',
		events('[DONE]'),
		{ category: 'network' },
		{ source: 'vllm-project/vllm#40986' },
	),
	{
		name: 'STOP without parts',
		source: 'livekit/agents#4066',
		on: 'gemini',
		replies: ok(
			events({
				candidates: [{ content: { role: 'model' }, finishReason: 'STOP' }],
				usageMetadata: { promptTokenCount: 11280 },
			}),
		),
		expected: { category: 'emptyAnswer', billing: 'named' },
	},
	{
		name: 'a second message spliced into the first',
		source: 'vercel/ai#18331',
		on: 'anthropic',
		replies: ok(
			named(
				message.start(),
				message.open,
				message.text('It is '),
				{ ...message.start(), message: { ...message.start().message, id: 'm2' } } as { type: string },
				message.open,
				message.text('It is Paris.'),
				message.shut,
				message.delta(),
				message.stop,
			),
		),
		expected: { category: 'serverError' },
	},
	{
		name: 'message_start twice with one id',
		source: 'vercel/ai#18332',
		on: 'anthropic',
		replies: ok(
			named(
				message.start(),
				message.start({ input_tokens: 0, output_tokens: 0 }),
				message.open,
				message.text('It is Paris.'),
				message.shut,
				message.delta(),
				message.stop,
			),
		),
		expected: { ...PARIS, usage: { inputTokens: 10, outputTokens: 4 } },
	},
	{
		name: 'a stream longer than 32 MB, nearly all of it thought',
		on: 'compatible',
		replies: () => ({
			headers: EVENT_STREAM,
			body: [
				...Array.from({ length: 90 }, () =>
					events(chunk({ reasoning_content: 'hm' }, null, { padding: 'x'.repeat(400_000) })),
				),
				paris('stop', usageChunk({ ...openAiUsage, completion_tokens: 89_000 }), '[DONE]'),
			],
		}),
		expected: { ...PARIS, calls: 1 },
	},
];
