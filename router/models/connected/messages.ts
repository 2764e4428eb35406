/** Conversations and tools in the form of LangChain's chat models. */
import { filesIn, textOf, toolCallsIn } from '../../text/parts';
import { ModelError } from '../../types';
import type { Attachment, ModelRequest, Part, ToolResultPart } from '../../types';
import { inputOf, mended, thoughtsOf } from '../conversation';
import type { IdForm } from '../conversation';
import { systemWithJsonInstruction } from '../jsonOutput';
import { objectSchema } from '../toolSchema';
import type { ConnectedContent, ConnectedMessage, ConnectedThought } from './terms';

/** Every provider behind LangChain accepts these, or LangChain rewrites them (Mistral's). */
const IDS: IdForm = {
	fits: /^[a-zA-Z0-9_-]{1,40}$/,
	make: (letters) => `call_${letters.slice(0, 24)}`,
};

export function messagesOf(request: ModelRequest, maker: string): ConnectedMessage[] {
	const system = systemWithJsonInstruction(request);
	return [
		...(system ? [{ role: 'system' as const, content: system }] : []),
		...mended(request.messages, { ids: IDS }).flatMap(({ role, parts }): ConnectedMessage[] => {
			if (role === 'user') return [{ role, content: contentOf(parts) }];
			return role === 'assistant' ? [assistantMessage(parts, maker)] : resultMessages(parts);
		}),
	];
}

function contentOf(parts: readonly Part[]): ConnectedMessage['content'] {
	if (filesIn(parts).length === 0) return textOf(parts);
	return parts.flatMap((part): ConnectedContent[] => {
		if (part.type === 'text') return [{ type: 'text', text: part.text }];
		return part.type === 'file' ? [fileContent(part.file)] : [];
	});
}

function assistantMessage(parts: readonly Part[], maker: string): ConnectedMessage {
	const calls = toolCallsIn(parts).map((call) => ({
		type: 'tool_call' as const,
		id: call.id,
		name: call.name,
		args: inputOf(call),
	}));
	const thoughts = thoughtsOf(parts, maker).flatMap((part) =>
		part.type === 'reasoning' ? [part.opaque as ConnectedThought] : [],
	);
	const blocks = thoughts.flatMap((thought) => thought.blocks);
	const aside = Object.assign({}, ...thoughts.map((thought) => thought.aside)) as Record<string, unknown>;
	return {
		role: 'assistant',
		content: blocks.length > 0 ? withBlocks(blocks, parts, calls) : textOf(parts),
		...(calls.length > 0 && { tool_calls: calls }),
		...(Object.keys(aside).length > 0 && { additional_kwargs: aside }),
	};
}

/** If content is a list, LangChain's Anthropic model only sees the calls in that list. */
function withBlocks(
	blocks: readonly ConnectedContent[],
	parts: readonly Part[],
	calls: NonNullable<ConnectedMessage['tool_calls']>,
): ConnectedContent[] {
	const text = textOf(parts);
	return [
		...blocks,
		...(text === '' ? [] : [{ type: 'text', text }]),
		...calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args })),
	];
}

/** Not all providers accept files in a result, so they follow in a message of the user. */
function resultMessages(parts: readonly Part[]): ConnectedMessage[] {
	const results = parts.filter((part) => part.type === 'toolResult');
	const files = results.flatMap(({ files: sent = [] }) => sent.map(fileContent));
	return [
		...results.map(resultMessage),
		...(files.length > 0
			? [{ role: 'user' as const, content: [{ type: 'text', text: 'From the tools:' }, ...files] }]
			: []),
	];
}

function resultMessage({ id, name, output, isError }: ToolResultPart): ConnectedMessage {
	return {
		role: 'tool',
		content: output,
		tool_call_id: id,
		name,
		...(isError && { status: 'error' as const }),
	};
}

function fileContent({ kind, mediaType, data }: Attachment): ConnectedContent {
	if (kind === 'image') return { type: 'image_url', image_url: { url: `data:${mediaType};base64,${data}` } };
	throw new ModelError('invalidRequest', `A connected model does not take attachments of type ${mediaType}.`);
}

/** OpenAI's form, which all of LangChain's chat models accept. */
export interface ConnectedTool {
	type: 'function';
	function: { name: string; description?: string; parameters: Record<string, unknown>; strict?: boolean };
}

/** Arguments of `bindTools`. */
export interface ToolBinding {
	tools: ConnectedTool[];
	options: { tool_choice?: string; parallel_tool_calls?: boolean; strict?: boolean };
}

/** null: no tools are bound. */
export function bindingOf({ tools = [], toolChoice, parallelToolCalls }: ModelRequest): ToolBinding | null {
	// Not all chat models know `none`.
	if (tools.length === 0 || toolChoice === 'none') return null;
	const isStrict = tools.every(({ strict }) => strict === true);
	return {
		tools: tools.map(({ name, description, schema, strict }) => ({
			type: 'function',
			function: {
				name,
				...(description && { description }),
				parameters: objectSchema(schema),
				...(strict && { strict }),
			},
		})),
		options: {
			...(toolChoice && { tool_choice: choiceOf(toolChoice) }),
			...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
			...(isStrict && { strict: true }),
		},
	};
}

/** LangChain's own values: a tool's name is a choice too. */
function choiceOf(choice: NonNullable<ModelRequest['toolChoice']>): string {
	if (typeof choice === 'object') return choice.name;
	return choice === 'required' ? 'any' : choice;
}
