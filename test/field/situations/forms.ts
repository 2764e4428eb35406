/** Odd forms of a good answer. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import {
	chunk,
	events,
	EVENT_STREAM,
	GOOD,
	HALF,
	JSON_TYPE,
	named,
	message,
	ok,
	onEach,
	PARIS,
	usageChunk,
	WHOLE,
} from '../situation';
import type { Protocol, Situation } from '../situation';

const lines = (stream: string, end: string): string => stream.replaceAll('\n', end);
const pulses = (stream: string, pulse: string): string =>
	stream
		.split('\n\n')
		.filter(Boolean)
		.map((event) => `${pulse}${event}\n\n`)
		.join('');
const nameless = (stream: string): string => stream.replace(/^event: .*\n/gm, '');
const bytewise = (stream: string): string[] =>
	[...stream].reduce<string[]>(
		(all, char, at) => (at % 7 ? (all[all.length - 1] += char) : all.push(char), all),
		[],
	);

const FORMS: Record<string, (on: Protocol) => Situation['replies']> = {
	'empty data as keep-alive': (on) => ok(pulses(GOOD[on], 'data: \n\n')),
	'a named ping with empty data': (on) => ok(pulses(GOOD[on], 'event: ping\ndata: \n\n')),
	'comments between all events': (on) => ok(pulses(GOOD[on], ': OPENROUTER PROCESSING\n\n')),
	'no event: names': (on) => ok(nameless(GOOD[on])),
	CRLF: (on) => ok(lines(GOOD[on], '\r\n')),
	'CR alone': (on) => ok(lines(GOOD[on], '\r')),
	'a byte order mark': (on) => ok(`\uFEFF${GOOD[on]}`),
	'no space after the colon': (on) => ok(GOOD[on].replaceAll('data: ', 'data:')),
	'ids, retries and fields of a proxy': (on) => ok(pulses(GOOD[on], 'id: 7\nretry: 3000\nx-proxy: yes\n')),
	'cut at every few bytes': (on) => ok(bytewise(GOOD[on])),
	'an event stream labelled application/json': (on) => ok(GOOD[on], { headers: JSON_TYPE }),
	'an event stream labelled text/plain': (on) => ok(GOOD[on], { headers: { 'content-type': 'text/plain' } }),
	'an event stream labelled text/html': (on) =>
		ok(GOOD[on], { headers: { 'content-type': 'text/html; charset=utf-8' } }),
	'an event stream without a label': (on) => ok(GOOD[on], { headers: {} }),
	'a whole answer labelled text/event-stream': (on) => ok(JSON.stringify(WHOLE[on])),
	'a whole answer labelled text/plain': (on) =>
		ok(JSON.stringify(WHOLE[on]), { headers: { 'content-type': 'text/plain' } }),
	'a whole answer with [DONE] glued on': (on) => ok(`${JSON.stringify(WHOLE[on])}data: [DONE]\n\n`),
	'a whole answer, then [DONE]': (on) => ok(`${JSON.stringify(WHOLE[on])}\n\ndata: [DONE]\n\n`),
	'a whole answer as the one event': (on) => ok(`data: ${JSON.stringify(WHOLE[on])}\n\n`),
	'a whole answer laid out for people': (on) =>
		ok(JSON.stringify(WHOLE[on], null, 2), { headers: JSON_TYPE }),
	'a whole answer after empty lines': (on) =>
		ok(['\n', '\n\n', JSON.stringify(WHOLE[on])], { headers: JSON_TYPE }),
	'[DONE] at the end': (on) => ok(`${GOOD[on].replace('data: [DONE]\n\n', '')}data: [DONE]\n\n`),
	'[DONE] first': (on) => ok(`data: [DONE]\n\n${GOOD[on]}`),
	'a line of JSON each': (on) =>
		ok(
			GOOD[on]
				.replace('data: [DONE]\n\n', '')
				.replace(/^(?:event: .*\n)?data: /gm, '')
				.replaceAll('\n\n', '\n'),
		),
	'one newline between events': (on) => ok(`${nameless(GOOD[on]).replaceAll('\n\n', '\n')}\n`),
	'words after the end': (on) => ok(`${GOOD[on]}: bye\n\n`),
	gzip: (on) => ok(gzipSync(GOOD[on]), { headers: { ...EVENT_STREAM, 'content-encoding': 'gzip' } }),
	'gzip, named twice': (on) =>
		ok(gzipSync(GOOD[on]), { headers: { ...EVENT_STREAM, 'content-encoding': 'gzip, gzip' } }),
	'gzip twice': (on) =>
		ok(gzipSync(gzipSync(GOOD[on])), { headers: { ...EVENT_STREAM, 'content-encoding': 'gzip, gzip' } }),
	'x-gzip': (on) => ok(gzipSync(GOOD[on]), { headers: { ...EVENT_STREAM, 'content-encoding': 'x-gzip' } }),
	'gzip named, not packed': (on) =>
		ok(GOOD[on], { headers: { ...EVENT_STREAM, 'content-encoding': 'gzip' } }),
	brotli: (on) =>
		ok(brotliCompressSync(GOOD[on]), { headers: { ...EVENT_STREAM, 'content-encoding': 'BR' } }),
	'deflate, then identity': (on) =>
		ok(deflateSync(GOOD[on]), { headers: { ...EVENT_STREAM, 'content-encoding': 'deflate, identity' } }),
};

export const ODD_FORMS: readonly Situation[] = [
	...Object.entries(FORMS).flatMap(([name, replies]) =>
		onEach((on) => ({ name, replies: replies(on), expected: PARIS })),
	),
	{
		name: 'null in all fields that are not used',
		source: 'sgl-project/sglang#3912',
		on: 'compatible',
		replies: ok(
			events(
				chunk({ role: null, content: 'It is Paris.', tool_calls: null, reasoning_content: null }, '', {
					usage: null,
					error: null,
					base_resp: null,
				}),
				chunk({ content: null }, 'stop', { usage: null }),
				usageChunk(),
				'[DONE]',
			),
		),
		expected: PARIS,
	},
	{
		name: 'the last chunk has no choices at all',
		source: 'langchain-ai/langchain#28624',
		on: 'compatible',
		replies: ok(
			events(
				chunk({ content: 'It is Paris.' }),
				chunk({}, 'stop'),
				{ usage: { prompt_tokens: 10, completion_tokens: 4 } },
				'[DONE]',
			),
		),
		expected: { ...PARIS, usage: { inputTokens: 10, outputTokens: 4 } },
	},
	{
		name: 'content as a list of parts',
		on: 'compatible',
		replies: ok(
			events(
				chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'Hm' }] }] }),
				chunk({
					content: [
						{ type: 'text', text: 'It is ' },
						{ type: 'text', text: 'Paris.' },
					],
				}),
				chunk({}, 'stop'),
				'[DONE]',
			),
		),
		expected: PARIS,
	},
	{
		name: 'MiniMax: empty counters and flags on every chunk',
		source: 'MiniMax-AI/MiniMax-M2.5#2',
		on: 'compatible',
		replies: ok(
			events(
				chunk({ role: '', reasoning_content: '', content: 'It is Paris.' }, null, {
					usage: { total_tokens: 0, total_characters: 0 },
					input_sensitive: false,
					base_resp: { status_code: 0, status_msg: '' },
				}),
				chunk({}, 'stop'),
				'[DONE]',
			),
		),
		expected: { ...PARIS, billing: 'estimated' },
	},
	{
		name: 'an unknown event among the others',
		on: 'anthropic',
		replies: ok(
			named(
				message.start(),
				{ type: 'vertex_event' },
				message.open,
				message.text('It is Paris.'),
				message.shut,
				message.delta(),
				message.stop,
			),
		),
		expected: PARIS,
	},
	...onEach((on) => ({
		name: 'an event that was cut, in the middle',
		replies: ok(`${HALF[on]}data: {"half":\n\n${GOOD[on]}`),
		expected: { category: 'serverError' as const },
	})),
];
