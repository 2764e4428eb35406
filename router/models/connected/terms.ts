/** LangChain's messages, by structure. */

/** One of the forms that LangChain takes for a message. */
export interface ConnectedMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | ConnectedContent[];
	tool_calls?: Array<{ type: 'tool_call'; id: string; name: string; args: Record<string, unknown> }>;
	/** Of the answer that it was made of. */
	additional_kwargs?: Record<string, unknown>;
	/** Of a result. */
	tool_call_id?: string;
	name?: string;
	status?: 'success' | 'error';
}

export type ConnectedContent = { type: string; [field: string]: unknown };

/** What a chat model thought, as it stood in the parts of its chunks and beside them. */
export interface ConnectedThought {
	blocks: ConnectedContent[];
	aside: Record<string, unknown>;
}

/** An `AIMessageChunk`, as far as we read it. Any field may be missing. */
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
	/** Of a message in pieces; `args` are a piece of JSON. */
	tool_call_chunks?: Array<{ index?: number; id?: string; name?: string; args?: string }>;
	/** Of a whole message, or what LangChain made of the pieces. */
	tool_calls?: Array<{ id?: string; name: string; args: unknown }>;
	invalid_tool_calls?: Array<{ id?: string; name?: string; args?: string }>;
}
