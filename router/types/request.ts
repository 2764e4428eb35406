/** Requests: the conversation, its tools and its limits. */
import type { ServiceTier } from './money';

export const ATTACHMENT_KINDS = ['image', 'document', 'audio'] as const;
export type AttachmentKind = (typeof ATTACHMENT_KINDS)[number];

export interface Attachment {
	kind: AttachmentKind;
	/** For example `image/png` or `application/pdf`. */
	mediaType: string;
	/** Base64, without a `data:` prefix. */
	data: string;
	fileName?: string;
}

export interface TextPart {
	type: 'text';
	text: string;
}

/** In user messages only. */
export interface FilePart {
	type: 'file';
	file: Attachment;
}

/** In assistant messages only. */
export interface ToolCallPart {
	type: 'toolCall';
	/** Ties the result to the call. Clients may rewrite it on both for their provider. */
	id: string;
	name: string;
	/** A JSON object as text. */
	input: string;
}

/** In tool messages only. */
export interface ToolResultPart {
	type: 'toolResult';
	/** Id of the call. */
	id: string;
	/** Name of the tool. */
	name: string;
	output: string;
	files?: readonly Attachment[];
	isError?: boolean;
}

/**
 * Reasoning that a model needs back on the next turn, such as a signature. In assistant messages only, before the
 * part that it led to.
 */
export interface ReasoningPart {
	type: 'reasoning';
	/** Protocol and model id. It is left out for any other model, which would refuse the signature. */
	maker: string;
	/** The provider's own JSON, to be sent back unchanged. */
	opaque: unknown;
}

export type Part = TextPart | FilePart | ToolCallPart | ToolResultPart | ReasoningPart;

export interface Message {
	/** `tool`: results of calls in the message of the assistant before it. */
	role: 'user' | 'assistant' | 'tool';
	parts: readonly Part[];
}

export type JsonSchema = Record<string, unknown>;
export type TextFormat = { type: 'text' };
export interface JsonFormat {
	type: 'json';
	schema?: JsonSchema;
	/** Used instead of validating against the schema. Returns what is wrong, or null. */
	check?: (value: unknown) => string | null;
}

/** A tool that the model may call. */
export interface Tool {
	name: string;
	description?: string;
	/** JSON schema of the input, which is an object. */
	schema: JsonSchema;
	/** Asks the provider to enforce the schema, where it can. */
	strict?: boolean;
}

/** `required`: at least one call, to any tool. */
export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

export interface AnswerLimits {
	/** Most tokens of the answer; absent: the provider's default. 0: the model writes nothing, as one that embeds. */
	maxOutputTokens?: number;
	temperature?: number;
}

/** The prompt prefix that the provider should cache. */
export interface CacheHints {
	/** Hexadecimal; the same for all requests with this prefix. */
	key: string;
	/** Estimated tokens. */
	tokens: number;
	/** Number of messages in the prefix, after the system message and the tools. */
	messages: number;
	/** Lifetime, for providers that offer a choice. */
	keep: 'minutes' | 'hour';
}

/** One request in a form that fits all providers. The last message is the prompt or the results of tools. */
export interface ChatRequest {
	system?: string;
	messages: readonly Message[];
	/** Absent and empty: none. Names are unique. */
	tools?: readonly Tool[];
	/** Absent: `auto`. */
	toolChoice?: ToolChoice;
	/** False: one call an answer. Absent: the provider's own default. */
	parallelToolCalls?: boolean;
	/** Format of an answer without tool calls. */
	format: TextFormat | JsonFormat;
	limits: AnswerLimits;
	/**
	 * The prefix that other requests share. `off`: none do, so caching would cost more than it saves. Absent: up to
	 * the provider.
	 */
	cache?: CacheHints | 'off';
}

export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** A `ChatRequest` as one model gets it: the model's own temperature, limit and effort already applied. */
export interface ModelRequest extends ChatRequest {
	reasoningEffort?: ReasoningEffort;
	/** Absent: the provider's standard tier. */
	serviceTier?: ServiceTier;
	/** Region to ask for, where the provider's API lets us. */
	region?: string;
}
