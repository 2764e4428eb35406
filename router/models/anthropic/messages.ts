/** Conversations and tools in the form of Anthropic's Messages. */
import type { Anthropic } from '@anthropic-ai/sdk';
import { toolCallsIn } from '../../text/parts';
import { ModelError } from '../../types';
import type { Attachment, Message, ModelRequest, Part, Tool, ToolResultPart } from '../../types';
import { filesFirst, inputOf, mended, startOfTurn, thoughtsOf } from '../conversation';
import type { IdForm } from '../conversation';
import { meetsStrictDemands } from '../jsonOutput';
import { makerOf } from '../maker';
import { objectSchema } from '../toolSchema';

type ContentBlock = Anthropic.ContentBlockParam;
type Role = 'user' | 'assistant';

const IDS: IdForm = {
	fits: /^[a-zA-Z0-9_-]{1,64}$/,
	make: (letters) => `toolu_${letters.slice(0, 24)}`,
};

export interface Conversation {
	messages: Anthropic.MessageParam[];
	/**
	 * A tool call of the current turn came without thoughts of this model; some models refuse that if they must
	 * think.
	 */
	lacksThoughts: boolean;
}

export function conversationOf(modelId: string, messages: readonly Message[]): Conversation {
	const maker = makerOf('anthropic', modelId);
	const conversation = mended(messages, { ids: IDS, takesTurns: true });
	const params: Array<{ role: Role; content: ContentBlock[] }> = [];
	for (const { role, parts } of conversation) {
		const content = role === 'assistant' ? assistantBlocks(parts, maker) : userBlocks(parts);
		const turn: Role = role === 'assistant' ? role : 'user';
		const last = params.at(-1);
		// Tool results and what the user then says are one turn, results first.
		if (last?.role === turn) last.content.push(...content);
		else params.push({ role: turn, content });
	}
	return {
		messages: params.map(plainText),
		lacksThoughts: conversation
			.slice(startOfTurn(conversation))
			.some(({ parts }) => toolCallsIn(parts).length > 0 && !beginsWithThought(parts, maker)),
	};
}

function beginsWithThought(parts: readonly Part[], maker: string): boolean {
	return thoughtsOf(parts, maker)[0]?.type === 'reasoning';
}

function plainText({ role, content }: { role: Role; content: ContentBlock[] }): Anthropic.MessageParam {
	const [only] = content;
	return { role, content: content.length === 1 && only?.type === 'text' ? only.text : content };
}

function assistantBlocks(parts: readonly Part[], maker: string): ContentBlock[] {
	return thoughtsOf(parts, maker).flatMap((part): ContentBlock[] => {
		if (part.type === 'text') return [{ type: 'text', text: part.text }];
		// Unchanged, because it is signed.
		if (part.type === 'reasoning') return [part.opaque as Anthropic.ThinkingBlockParam];
		if (part.type !== 'toolCall') return [];
		return [{ type: 'tool_use', id: part.id, name: part.name, input: inputOf(part) }];
	});
}

function userBlocks(parts: readonly Part[]): ContentBlock[] {
	return filesFirst(parts).flatMap((part): ContentBlock[] => {
		if (part.type === 'text') return [{ type: 'text', text: part.text }];
		if (part.type === 'file') return [fileBlock(part.file)];
		return part.type === 'toolResult' ? [resultBlock(part)] : [];
	});
}

function resultBlock({ id, output, files = [], isError }: ToolResultPart): Anthropic.ToolResultBlockParam {
	const text = output.trim() === '' ? [] : [{ type: 'text' as const, text: output }];
	const content = [...text, ...files.map(fileBlock)];
	return {
		type: 'tool_result',
		tool_use_id: id,
		...(content.length > 0 && { content: files.length > 0 ? content : output }),
		...(isError && { is_error: true }),
	};
}

/** Calls in the history are refused if the request has no tools. */
export function toolParams(
	request: ModelRequest,
): Pick<Anthropic.MessageCreateParams, 'tools' | 'tool_choice'> {
	const { tools = [], toolChoice, parallelToolCalls } = request;
	if (tools.length === 0) return toolsOfHistory(request);
	const alone = parallelToolCalls === false ? { disable_parallel_tool_use: true } : {};
	return {
		tools: tools.map(toolParam),
		...((toolChoice ?? parallelToolCalls === false) && {
			tool_choice: choiceOf(toolChoice ?? 'auto', alone),
		}),
	};
}

function choiceOf(
	choice: NonNullable<ModelRequest['toolChoice']>,
	alone: { disable_parallel_tool_use?: boolean },
): Anthropic.ToolChoice {
	if (choice === 'none') return { type: 'none' };
	if (choice === 'auto') return { type: 'auto', ...alone };
	return choice === 'required' ? { type: 'any', ...alone } : { type: 'tool', name: choice.name, ...alone };
}

function toolsOfHistory({
	messages,
}: ModelRequest): Pick<Anthropic.MessageCreateParams, 'tools' | 'tool_choice'> {
	const names = new Set(messages.flatMap(({ parts }) => toolCallsIn(parts).map(({ name }) => name)));
	if (names.size === 0) return {};
	const tools = [...names].map((name): Anthropic.Tool => ({ name, input_schema: { type: 'object' } }));
	return { tools, tool_choice: { type: 'none' } };
}

function toolParam({ name, description, schema, strict }: Tool): Anthropic.Tool {
	const input_schema = objectSchema(schema) as Anthropic.Tool.InputSchema;
	return {
		name,
		...(description && { description }),
		input_schema,
		...(strict && meetsStrictDemands(input_schema as Record<string, unknown>) && { strict }),
	};
}

/** A model that has to call a tool may not think first. */
export function isForced({ tools, toolChoice }: ModelRequest): boolean {
	return Boolean(tools?.length) && (toolChoice === 'required' || typeof toolChoice === 'object');
}

type FileBlock = Anthropic.ImageBlockParam | Anthropic.DocumentBlockParam;

function fileBlock({ kind, mediaType, data, fileName }: Attachment): FileBlock {
	if (kind === 'image') {
		// The provider refuses any other type with an error message of its own.
		const media_type = mediaType as Anthropic.Base64ImageSource['media_type'];
		return { type: 'image', source: { type: 'base64', media_type, data } };
	}
	const title = fileName ? { title: fileName } : {};
	if (mediaType === 'application/pdf') {
		return { type: 'document', source: { type: 'base64', media_type: mediaType, data }, ...title };
	}
	if (mediaType.startsWith('text/')) {
		const text = Buffer.from(data, 'base64').toString('utf8');
		return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, ...title };
	}
	throw new ModelError('invalidRequest', `Anthropic's models do not take attachments of type ${mediaType}.`);
}
