/** What is asked. */
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

/** Only in messages of the user. */
export interface FilePart {
	type: 'file';
	file: Attachment;
}

/** Only in messages of the assistant. */
export interface ToolCallPart {
	type: 'toolCall';
	/** Joins the call and its result, and means nothing else: whoever sends it to a provider may rewrite both. */
	id: string;
	name: string;
	/** JSON, of an object. */
	input: string;
}

/** Only in messages of the tool. */
export interface ToolResultPart {
	type: 'toolResult';
	/** Of the call. */
	id: string;
	/** Of the tool. */
	name: string;
	output: string;
	files?: readonly Attachment[];
	isError?: boolean;
}

/**
 * What a model wants to get back of its thoughts when the conversation goes on, such as a signature. Only in messages
 * of the assistant, before the part that it led to.
 */
export interface ReasoningPart {
	type: 'reasoning';
	/** Protocol and model id. For others it is left out: they refuse what another model has signed. */
	maker: string;
	/** JSON as the provider sent it, for its own eyes. It must come back unchanged. */
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
	/** Says how a value does not fit, null where it does; in the place of a validator made of the schema. */
	check?: (value: unknown) => string | null;
}

/** What a model may ask for to be done. */
export interface Tool {
	name: string;
	description?: string;
	/** Of its input, an object. */
	schema: JsonSchema;
	/** The provider makes sure that inputs fit the schema, where it can. */
	strict?: boolean;
}

/** `required`: any tool, but one at least. */
export type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

export interface AnswerLimits {
	/** Tokens the answer may have; absent: the provider's own default. */
	maxOutputTokens?: number;
	temperature?: number;
}

/** The part of a request that a provider's cache is to keep. */
export interface CacheHints {
	/** The same for all requests that begin alike: hexadecimal digits. */
	key: string;
	/** Our estimate of its tokens. */
	tokens: number;
	/** It holds the system message, the tools and so many messages. */
	messages: number;
	/** For how long, where the provider leaves the choice. */
	keep: 'minutes' | 'hour';
}

/** One question in a provider's neutral form. The last message is the prompt, or the results of tools. */
export interface ChatRequest {
	system?: string;
	messages: readonly Message[];
	/** Absent and empty: none. Names are unique. */
	tools?: readonly Tool[];
	/** Absent: `auto`. */
	toolChoice?: ToolChoice;
	/** False: one call an answer. Absent: the provider's own default. */
	parallelToolCalls?: boolean;
	/** Of an answer without tool calls. */
	format: TextFormat | JsonFormat;
	limits: AnswerLimits;
	/**
	 * What other requests will begin with too; `off`: nothing, so that keeping any of it is not worth what it costs.
	 * Absent: left to the provider.
	 */
	cache?: CacheHints | 'off';
}

export const REASONING_EFFORTS = ['none', 'minimal', 'low', 'medium', 'high'] as const;
export type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

/** A `ChatRequest` as one model gets it: the model's own temperature, limit and effort already applied. */
export interface ModelRequest extends ChatRequest {
	reasoningEffort?: ReasoningEffort;
	/** Absent: what the provider takes for its standard. */
	serviceTier?: ServiceTier;
	/** Where it must be computed, where that can be asked for. */
	region?: string;
}
