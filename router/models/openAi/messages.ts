/** Conversations and tools in the form of chat completions. */
import type { OpenAI } from 'openai';
import { filesIn, textOf, toolCallsIn } from '../../text/parts';
import { ModelError } from '../../types';
import type { Attachment, Message, ModelRequest, Part, Tool, ToolResultPart } from '../../types';
import { inputOf, mended, startOfTurn, thoughtsByCall, thoughtsOf } from '../conversation';
import type { IdForm } from '../conversation';
import { meetsStrictDemands } from '../jsonOutput';
import { makerOf } from '../maker';
import { objectSchema } from '../toolSchema';

type Body = OpenAI.ChatCompletionCreateParamsStreaming;
type MessageParam = OpenAI.ChatCompletionMessageParam;
type ContentPart = OpenAI.ChatCompletionContentPart;

export type OpenAiFlavour = 'openAi' | 'compatible';

/** What a server refuses although others accept it. */
interface Customs {
	ids: IdForm;
	/** Only the model may speak after results, and files from tools are part of the result. */
	isMistral: boolean;
	/** Content of a message without any: the protocol says null, but templates of other servers need a string. */
	noContent: null | '';
	/** DeepSeek refuses tool calls without the thoughts that led to them, in all turns. */
	wantsThoughts: boolean;
}

/** OpenAI refuses longer ids. */
const OPENAI_IDS: IdForm = { fits: /^[^]{1,40}$/, make: (letters) => `call_${letters.slice(0, 24)}` };

/** "Tool call id … must be a-z, A-Z, 0-9, with a length of 9." */
const MISTRAL_IDS: IdForm = { fits: /^[a-zA-Z0-9]{9}$/, make: (letters) => letters.slice(0, 9) };

const MISTRAL = /(?:mis|minis|magis|codes|devs|vox)tral|mixtral|pixtral/i;

function customsOf(modelId: string, flavour: OpenAiFlavour): Customs {
	const isMistral = flavour === 'compatible' && MISTRAL.test(modelId);
	return {
		ids: isMistral ? MISTRAL_IDS : OPENAI_IDS,
		isMistral,
		noContent: flavour === 'openAi' ? null : '',
		wantsThoughts: flavour === 'compatible' && /deepseek/i.test(modelId),
	};
}

export function messagesOf(
	modelId: string,
	flavour: OpenAiFlavour,
	system: string | undefined,
	messages: readonly Message[],
): Body['messages'] {
	const customs = customsOf(modelId, flavour);
	const conversation = mended(messages, { ids: customs.ids, answersResults: customs.isMistral });
	const turn = startOfTurn(conversation);
	return [
		...(system ? [{ role: 'system' as const, content: system }] : []),
		...conversation.flatMap(({ role, parts }, at) => {
			if (role === 'assistant')
				return [assistantParam(parts, makerOf('openAi', modelId), customs, at >= turn)];
			return role === 'tool' ? resultParams(parts, customs) : [userParam(parts)];
		}),
	];
}

function userParam(parts: readonly Part[]): MessageParam {
	if (filesIn(parts).length === 0) return { role: 'user', content: textOf(parts) };
	return { role: 'user', content: parts.flatMap(contentOf) };
}

function contentOf(part: Part): ContentPart[] {
	if (part.type === 'text') return [part];
	return part.type === 'file' ? [contentPart(part.file)] : [];
}

/** Placeholder for the thoughts of another model: DeepSeek refuses both a missing and an empty text. */
const NO_THOUGHT = { reasoning_content: ' ' };

/** @param isOfTurn part of the current turn; thoughts of earlier turns are of no use, and some servers refuse them */
function assistantParam(
	parts: readonly Part[],
	maker: string,
	{ noContent, wantsThoughts }: Customs,
	isOfTurn: boolean,
): MessageParam {
	const calls = toolCallsIn(parts);
	const content = textOf(parts);
	if (calls.length === 0) return { role: 'assistant', content };
	const thoughts = isOfTurn || wantsThoughts ? thoughtFields(parts, maker) : {};
	return {
		role: 'assistant',
		content: content === '' ? noContent : content,
		...(wantsThoughts && NO_THOUGHT),
		...thoughts,
		tool_calls: toolCallParams(thoughtsOf(parts, maker)),
	};
}

type Opaque = Record<string, unknown> | undefined;

function thoughtFields(parts: readonly Part[], maker: string): Record<string, unknown> {
	const own = thoughtsOf(parts, maker).flatMap((part) =>
		part.type === 'reasoning' ? [part.opaque as Opaque] : [],
	);
	const fields = own.filter((opaque) => opaque && !('extra_content' in opaque));
	return Object.assign({}, ...fields) as Record<string, unknown>;
}

function toolCallParams(parts: readonly Part[]): OpenAI.ChatCompletionMessageFunctionToolCall[] {
	const thoughts = thoughtsByCall(parts, (opaque) => (opaque as Opaque)?.extra_content !== undefined);
	return toolCallsIn(parts).map((part) => {
		const { id, name } = part;
		const opaque = thoughts.get(part)?.opaque as Opaque;
		const extra = opaque?.extra_content === undefined ? {} : { extra_content: opaque.extra_content };
		const call = { name, arguments: JSON.stringify(inputOf(part)) };
		return { id, type: 'function' as const, function: call, ...extra };
	});
}

/** A result cannot contain files, so they follow in a message of the user. */
function resultParams(parts: readonly Part[], { isMistral }: Customs): MessageParam[] {
	const results = parts.filter((part) => part.type === 'toolResult');
	const params = results.map((part): MessageParam => {
		const { id: tool_call_id } = part;
		const content = resultText(part);
		if (!isMistral || !part.files?.length) return { role: 'tool', tool_call_id, content };
		const chunks = [{ type: 'text' as const, text: content }, ...part.files.map(contentPart)];
		// A Mistral extension: the protocol allows only text here.
		return { role: 'tool', tool_call_id, content: chunks as OpenAI.ChatCompletionContentPartText[] };
	});
	const files = isMistral ? [] : results.flatMap(filesOfResult);
	return files.length > 0 ? [...params, { role: 'user', content: files }] : params;
}

function filesOfResult({ name, files = [] }: ToolResultPart): ContentPart[] {
	return files.length === 0
		? []
		: [{ type: 'text', text: `From the tool ${name}:` }, ...files.map(contentPart)];
}

/** The protocol has no field for `isError`. */
function resultText({ output, isError }: ToolResultPart): string {
	return isError && !/^\W*error/i.test(output) ? `Error: ${output}` : output;
}

/** @param takesParallel false for o-models, which refuse `parallel_tool_calls` */
export function toolParams(
	{ tools = [], toolChoice, parallelToolCalls }: ModelRequest,
	takesParallel: boolean,
): Partial<Body> {
	if (tools.length === 0) return {};
	return {
		tools: tools.map(toolParam),
		...(toolChoice && {
			tool_choice: typeof toolChoice === 'string' ? toolChoice : namedChoice(toolChoice.name),
		}),
		...(parallelToolCalls !== undefined && takesParallel && { parallel_tool_calls: parallelToolCalls }),
	};
}

function namedChoice(name: string): OpenAI.ChatCompletionNamedToolChoice {
	return { type: 'function', function: { name } };
}

function toolParam({ name, description, schema, strict }: Tool): OpenAI.ChatCompletionFunctionTool {
	const parameters = objectSchema(schema);
	return {
		type: 'function',
		function: {
			name,
			...(description && { description }),
			parameters,
			...(strict && meetsStrictDemands(parameters) && { strict }),
		},
	};
}

function contentPart({ kind, mediaType, data, fileName }: Attachment): ContentPart {
	const url = `data:${mediaType};base64,${data}`;
	if (kind === 'image') return { type: 'image_url', image_url: { url } };
	if (mediaType === 'application/pdf') {
		return { type: 'file', file: { filename: fileName ?? 'document.pdf', file_data: url } };
	}
	if (mediaType.startsWith('text/')) return { type: 'text', text: textFile(data, fileName) };
	const format = AUDIO_FORMATS[mediaType];
	if (kind === 'audio' && format) return { type: 'input_audio', input_audio: { data, format } };
	throw new ModelError('invalidRequest', `This model does not take attachments of type ${mediaType}.`);
}

const AUDIO_FORMATS: Readonly<Record<string, 'wav' | 'mp3'>> = {
	'audio/wav': 'wav',
	'audio/x-wav': 'wav',
	'audio/wave': 'wav',
	'audio/mpeg': 'mp3',
	'audio/mp3': 'mp3',
};

/** A plain-text document as a part of the prompt. */
function textFile(data: string, fileName: string | undefined): string {
	const text = Buffer.from(data, 'base64').toString('utf8');
	return fileName ? `${fileName}:\n${text}` : text;
}
