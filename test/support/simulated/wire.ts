/** What the simulated providers share: a call and a reply in neutral words, and what one wire protocol must say. */

export type Protocol = 'openAi' | 'anthropic' | 'gemini';

export type Json = Record<string, unknown>;

export interface SimulatedMessage {
	role: string;
	text: string;
	/** Images and documents that came with it. */
	attachments: number;
	calls: SimulatedToolCall[];
	results: SimulatedToolResult[];
}

export interface SimulatedToolCall {
	/** Empty where the protocol has none. */
	id: string;
	name: string;
	/** JSON. */
	input: string;
}

export interface SimulatedToolResult {
	id: string;
	/** Empty where the protocol does not say. */
	name: string;
	output: string;
}

/** One chat call as the caller wrote it, in words that hold for every protocol. */
export interface SimulatedCall {
	protocol: Protocol;
	/** First part of the path: `openai`, `anthropic`, `gemini`, `compatible`, `compatible2`, `compatible3`. */
	endpoint: string;
	/** Without the fault. */
	modelId: string;
	/** As the caller wrote it. */
	requestedModel: string;
	streaming: boolean;
	/** Text of the user's last message that has one. */
	prompt: string;
	/** Names of the tools that were offered. */
	tools: string[];
	system: string;
	messages: SimulatedMessage[];
	wantsJson: boolean;
	schema: Json | null;
	maxOutputTokens: number | null;
	/** Whether the caller asked for a visible trace of the model's thinking. */
	showThoughts: boolean;
	/** OpenAI's `stream_options.include_usage`; true for the others. */
	includeUsage: boolean;
}

export type SimulatedFinish = 'stop' | 'length' | 'filter' | 'refusal';

export interface SimulatedUsage {
	/** Cached input included. */
	input: number;
	cached: number;
	/** Reasoning included. */
	output: number;
	reasoning: number;
}

export interface SimulatedReply {
	id: string;
	/** Seconds since the epoch. */
	created: number;
	/** Joined, they are the answer. */
	parts: string[];
	/** After the text. */
	calls: SimulatedToolCall[];
	/** How the calls are written: see the faults of tools. */
	callForm: ReadonlySet<string>;
	/** A thought that comes before the answer, for models that reason in the open. */
	thought: string | null;
	finish: SimulatedFinish;
	/** The provider's own finish reason instead of the usual one for `finish`. */
	finishReason?: string;
	usage: SimulatedUsage;
}

/** `status` is any HTTP status; the others are faults that each provider words in its own way. */
export type ErrorKind =
	| { kind: 'status'; status: number }
	| { kind: 'missingKey' }
	| { kind: 'wrongKey'; key: string }
	| { kind: 'rateLimit'; retryAfterSeconds: number | null }
	| { kind: 'quota' | 'credit' | 'context' | 'filter' | 'badRequest' | 'modelNotFound' }
	| { kind: 'invalid'; message: string; param: string | null; code: string | null };

export interface ErrorReply {
	status: number;
	headers: Record<string, string>;
	/** A string is sent as HTML. */
	body: Json | string;
}

/** A whole event stream, cut where faults strike. Every entry is one event in raw SSE text. */
export interface EventStream {
	/** Role chunk, `message_start`: neither a token nor progress. */
	opening: string[];
	/** Thoughts and text. */
	parts: string[];
	/** Whatever ends the block and names the finish reason and the usage. */
	closing: string[];
}

export interface Wire {
	protocol: Protocol;
	/** The key of the caller; empty where there is none. */
	keyOf(headers: Headers, query: URLSearchParams): string;
	/** Which model is asked, and whether as a stream; null where the path is no chat call. */
	target(path: string, body: Json): { model: string; streaming: boolean } | null;
	read(
		body: Json,
	): Omit<SimulatedCall, 'protocol' | 'endpoint' | 'modelId' | 'requestedModel' | 'streaming' | 'prompt'>;
	/** What the real provider would object to in this request. */
	objection(call: SimulatedCall, body: Json, headers: Headers): ErrorReply | null;
	whole(call: SimulatedCall, reply: SimulatedReply): Json;
	stream(call: SimulatedCall, reply: SimulatedReply): EventStream;
	error(error: ErrorKind, call: { endpoint: string; modelId: string }): ErrorReply;
	/** An error inside a 200 stream. */
	errorEvent(kind: string): string;
	/** Proof of an open connection that is no progress. */
	ping(call: SimulatedCall, reply: SimulatedReply): string;
	/** A 200 that says the prompt was blocked, where the provider has such a thing. */
	blockedPrompt(call: SimulatedCall, reply: SimulatedReply): Json | null;
	/** @param ends the last day of models that have one, YYYY-MM-DD, by id; OpenAI's list names it */
	models(ids: string[], query: URLSearchParams, ends: Readonly<Record<string, string>>): Json;
}

export const data = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;

export const isJson = (value: unknown): value is Json =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

export const asList = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

export const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

export const asNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null);

/** A call's input where a protocol sends it as an object; one that is none comes out empty. */
export function inputObject(input: string): Json {
	try {
		return asJson(JSON.parse(input));
	} catch {
		return {};
	}
}

export const asJson = (value: unknown): Json => (isJson(value) ? value : {});

/** What a proxy before the provider answers; real 502s and 504s are HTML. */
export const gatewayPage = (status: number): string =>
	`<html>\r\n<head><title>${status} ${status === 504 ? 'Gateway Time-out' : 'Bad Gateway'}</title></head>\r\n` +
	`<body>\r\n<center><h1>${status}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n`;
