/** LangChain's messages, as structural types. */

/** One of the forms that LangChain accepts as a message. */
export interface ConnectedMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | ConnectedContent[];
	tool_calls?: Array<{ type: 'tool_call'; id: string; name: string; args: Record<string, unknown> }>;
	/** Fields kept from the answer this message was made of. */
	additional_kwargs?: Record<string, unknown>;
	/** Only with the role `tool`. */
	tool_call_id?: string;
	name?: string;
	status?: 'success' | 'error';
}

export type ConnectedContent = { type: string; [field: string]: unknown };

/** A chat model's thoughts, as they came in the content of its chunks and beside it. */
export interface ConnectedThought {
	blocks: ConnectedContent[];
	aside: Record<string, unknown>;
}

/** The fields of an `AIMessageChunk` that we read. Any may be missing. */
export interface ConnectedChunk {
	content?: string | Array<string | { type?: string; text?: string }>;
	usage_metadata?: {
		input_tokens?: number;
		output_tokens?: number;
		input_token_details?: { cache_read?: number };
		output_token_details?: { reasoning?: number };
	};
	response_metadata?: Record<string, unknown>;
	additional_kwargs?: Record<string, unknown>;
	/** In a message that comes in pieces; `args` is a piece of JSON. */
	tool_call_chunks?: Array<{ index?: number; id?: string; name?: string; args?: string }>;
	/** In a whole message, or assembled by LangChain from the pieces. */
	tool_calls?: Array<{ id?: string; name: string; args: unknown }>;
	invalid_tool_calls?: Array<{ id?: string; name?: string; args?: string }>;
}
