/** What a server does on the wire, and what has to come of it. */
import type { ErrorCategory, ModelRequest, Usage } from '../../router/types';

export type Protocol = 'openAi' | 'compatible' | 'anthropic' | 'gemini';

/** What a server sends for one request. Bytes come as they are written here, a list in pieces of its own. */
export interface Reply {
	status?: number;
	headers?: Record<string, string>;
	body?: string | Buffer | ReadonlyArray<string | Buffer | { pauseMs: number }>;
	/** After the last piece: closed in order, cut, left open, or open with comments every so often. */
	then?: 'close' | 'reset' | 'open' | 'heartbeats';
}

export interface Request {
	path: string;
	headers: Record<string, string>;
	body: Record<string, unknown>;
}

export interface Expected {
	/** Of an answer. */
	text?: string | RegExp;
	finishReason?: string;
	/** Name and input of each tool call. */
	toolCalls?: ReadonlyArray<readonly [name: string, input: string]>;
	/** Of a failure; absent: an answer is expected. */
	category?: ErrorCategory;
	message?: RegExp;
	/** Never in the message. */
	notSaid?: RegExp;
	usage?: Partial<Usage>;
	billing?: 'none' | 'named' | 'estimated';
	retryAfterMs?: number;
	/** Requests that the server got. */
	calls?: number;
	withinMs?: number;
	/** What the last request held or left out. */
	sent?: (requests: readonly Request[]) => void;
	/** The text as a chat would have shown it. */
	shown?: string;
}

export interface Situation {
	/** What a reader of the log looks for. */
	name: string;
	/** Where it was met in public. */
	source?: string;
	on: Protocol;
	modelId?: string;
	request?: Partial<ModelRequest>;
	/** Prompt, unless `request` says otherwise. */
	prompt?: string;
	/** One a call; the last one is repeated. */
	replies: Reply | readonly Reply[] | ((request: Request, call: number) => Reply);
	/** Calls by one client each, one after another: what is learned by one holds for the next. */
	items?: number;
	expected: Expected;
}

export const EVENT_STREAM = { 'content-type': 'text/event-stream' };
export const JSON_TYPE = { 'content-type': 'application/json' };

/** Server-sent events; a text is data as it is. */
export function events(...all: Array<object | string>): string {
	return all
		.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
		.join('');
}

/** Anthropic's, with their names. */
export function named(...all: Array<{ type: string }>): string {
	return all.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('');
}

/** One chunk of a chat completion. */
export const chunk = (delta: object, finish_reason: string | null = null, more: object = {}): object => ({
	id: 'c1',
	object: 'chat.completion.chunk',
	model: 'm',
	choices: [{ index: 0, delta, finish_reason }],
	...more,
});

export const openAiUsage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
export const usageChunk = (usage: object = openAiUsage): object => ({ id: 'c1', choices: [], usage });

/** Anthropic's events of an answer. */
export const message = {
	start: (usage: object = { input_tokens: 10, output_tokens: 1 }) => ({
		type: 'message_start',
		message: { id: 'm1', type: 'message', role: 'assistant', model: 'm', content: [], usage },
	}),
	open: { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
	text: (text: string) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } }),
	shut: { type: 'content_block_stop', index: 0 },
	delta: (stop_reason: string | null = 'end_turn', usage: object = { output_tokens: 4 }) => ({
		type: 'message_delta',
		delta: { stop_reason, stop_sequence: null },
		usage,
	}),
	stop: { type: 'message_stop' },
};

/** One response of generateContent. */
export const response = (text: string | null, finishReason?: string, usageMetadata?: object): object => ({
	candidates: [
		{
			index: 0,
			content: { role: 'model', parts: text === null ? [] : [{ text }] },
			...(finishReason && { finishReason }),
		},
	],
	...(usageMetadata && { usageMetadata }),
});

export const geminiUsage = { promptTokenCount: 10, candidatesTokenCount: 4, totalTokenCount: 14 };

/** "It is Paris." in two pieces, as each protocol says it. */
export const GOOD: Readonly<Record<Protocol, string>> = {
	openAi: events(
		chunk({ role: 'assistant' }),
		chunk({ content: 'It is ' }),
		chunk({ content: 'Paris.' }),
		chunk({}, 'stop'),
		usageChunk(),
		'[DONE]',
	),
	compatible: events(
		chunk({ role: 'assistant' }),
		chunk({ content: 'It is ' }),
		chunk({ content: 'Paris.' }),
		chunk({}, 'stop'),
		usageChunk(),
		'[DONE]',
	),
	anthropic: named(
		message.start(),
		message.open,
		message.text('It is '),
		message.text('Paris.'),
		message.shut,
		message.delta(),
		message.stop,
	),
	gemini: events(response('It is '), response('Paris.', 'STOP', geminiUsage)),
};

/** A whole answer for a server that takes no notice of `stream: true`. */
export const WHOLE: Readonly<Record<Protocol, object>> = {
	openAi: {
		id: 'c1',
		choices: [{ index: 0, message: { role: 'assistant', content: 'It is Paris.' }, finish_reason: 'stop' }],
		usage: openAiUsage,
	},
	compatible: {
		id: 'c1',
		choices: [{ index: 0, message: { role: 'assistant', content: 'It is Paris.' }, finish_reason: 'stop' }],
		usage: openAiUsage,
	},
	anthropic: {
		id: 'm1',
		type: 'message',
		role: 'assistant',
		content: [{ type: 'text', text: 'It is Paris.' }],
		stop_reason: 'end_turn',
		usage: { input_tokens: 10, output_tokens: 4 },
	},
	gemini: response('It is Paris.', 'STOP', geminiUsage),
};

/** The same answer without its last words: half a stream. */
export const HALF: Readonly<Record<Protocol, string>> = {
	openAi: events(chunk({ content: 'It is ' })),
	compatible: events(chunk({ content: 'It is ' })),
	anthropic: named(message.start(), message.open, message.text('It is ')),
	gemini: events(response('It is ')),
};

export const PROTOCOLS: readonly Protocol[] = ['openAi', 'compatible', 'anthropic', 'gemini'];

/** The same situation on each protocol. */
export function onEach(
	make: (on: Protocol) => Omit<Situation, 'on'>,
	protocols: readonly Protocol[] = ['compatible', 'anthropic', 'gemini'],
): Situation[] {
	return protocols.map((on) => ({ ...make(on), on }));
}

export const ok = (body: Reply['body'], more: Partial<Reply> = {}): Reply => ({
	headers: EVENT_STREAM,
	body,
	...more,
});
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
	status,
	headers: { ...JSON_TYPE, ...headers },
	body: JSON.stringify(body),
});
export const PARIS = { text: 'It is Paris.', finishReason: 'stop' } as const;
