/**
 * Requests for OpenAI's Responses interface, used only for what chat completions refuse: tools together with
 * reasoning, and from GPT-5.6 on tools at all.
 */
import type { OpenAI } from 'openai';
import { filesIn, textOf } from '../../../text/parts';
import { ModelError } from '../../../types';
import type { Attachment, Message, ModelRequest, Part, Tool, ToolResultPart } from '../../../types';
import { inputOf, mended, thoughtsOf } from '../../conversation';
import type { IdForm } from '../../conversation';
import { meetsStrictDemands, systemWithJsonInstruction, withoutDialect } from '../../jsonOutput';
import { makerOf } from '../../maker';
import { objectSchema } from '../../toolSchema';
import type { OpenAiFlavour } from '../messages';

type Body = OpenAI.Responses.ResponseCreateParamsStreaming;
type InputItem = OpenAI.Responses.ResponseInputItem;
type InputContent = OpenAI.Responses.ResponseInputContent;

/** Whether only this interface can answer the request. Other vendors' OpenAI-compatible servers seldom have it. */
export function needsResponses(
	{ flavour, baseUrl, modelId }: { flavour: OpenAiFlavour; baseUrl: string; modelId: string },
	{ tools, reasoningEffort }: ModelRequest,
): boolean {
	const isOpenAi = flavour === 'openAi' && /(?:^|\.)api\.openai\.com$/.test(new URL(baseUrl).hostname);
	if (!isOpenAi || !tools?.length) return false;
	const [, major, minor = '0'] = /^(?:ft:)?gpt-(\d+)(?:\.(\d+))?(?!.*chat)/.exec(modelId) ?? [];
	const generation = Number(major) * 100 + Number(minor);
	if (generation >= 506) return true;
	return generation >= 502 && reasoningEffort !== undefined && reasoningEffort !== 'none';
}

const IDS: IdForm = { fits: /^[^]{1,40}$/, make: (letters) => `call_${letters.slice(0, 24)}` };

export function responsesBody(modelId: string, request: ModelRequest): Body {
	const { limits, reasoningEffort, toolChoice, parallelToolCalls, tools = [] } = request;
	const format = formatOf(request);
	const instructions = format ? request.system : systemWithJsonInstruction(request);
	return {
		model: modelId,
		input: itemsOf(modelId, request.messages),
		stream: true,
		// Nothing is stored at OpenAI: the thoughts we need come back with the answer, encrypted.
		store: false,
		include: ['reasoning.encrypted_content'],
		...(instructions && { instructions }),
		tools: tools.map(toolParam),
		...(toolChoice && {
			tool_choice: typeof toolChoice === 'string' ? toolChoice : { type: 'function', name: toolChoice.name },
		}),
		...(parallelToolCalls !== undefined && { parallel_tool_calls: parallelToolCalls }),
		...(limits.maxOutputTokens !== undefined && { max_output_tokens: limits.maxOutputTokens }),
		...(reasoningEffort && {
			reasoning: { effort: reasoningEffort === 'minimal' ? 'low' : reasoningEffort },
		}),
		...(format && { text: { format } }),
	};
}

/** undefined: only an instruction can ask for this format. */
function formatOf({ format }: ModelRequest): OpenAI.Responses.ResponseFormatTextConfig | undefined {
	if (format.type !== 'json' || format.schema?.type !== 'object') return undefined;
	const schema = withoutDialect(format.schema);
	return { type: 'json_schema', name: 'answer', schema, strict: meetsStrictDemands(schema) };
}

function toolParam({ name, description, schema, strict }: Tool): OpenAI.Responses.FunctionTool {
	const parameters = objectSchema(schema);
	// Strict is the default of this interface, and would refuse most schemas.
	const isStrict = strict === true && meetsStrictDemands(parameters);
	return { type: 'function', name, ...(description && { description }), parameters, strict: isStrict };
}

function itemsOf(modelId: string, messages: readonly Message[]): InputItem[] {
	const maker = makerOf('openAiResponses', modelId);
	return mended(messages, { ids: IDS }).flatMap(({ role, parts }): InputItem[] => {
		if (role === 'user') return [{ role, content: contentOf(parts) }];
		if (role === 'assistant') return thoughtsOf(parts, maker).flatMap(assistantItem);
		return parts.flatMap((part) => (part.type === 'toolResult' ? [resultItem(part)] : []));
	});
}

function assistantItem(part: Part): InputItem[] {
	switch (part.type) {
		case 'text':
			return [{ role: 'assistant', content: part.text }];
		case 'reasoning':
			return [part.opaque as OpenAI.Responses.ResponseReasoningItem];
		case 'toolCall': {
			const { id, name } = part;
			return [{ type: 'function_call', call_id: id, name, arguments: JSON.stringify(inputOf(part)) }];
		}
		default:
			return [];
	}
}

function resultItem({ id, output, files = [], isError }: ToolResultPart): InputItem {
	const text = isError && !/^\W*error/i.test(output) ? `Error: ${output}` : output;
	const content = [{ type: 'input_text' as const, text }, ...files.map(fileContent)];
	return { type: 'function_call_output', call_id: id, output: files.length > 0 ? content : text };
}

function contentOf(parts: readonly Part[]): string | InputContent[] {
	if (filesIn(parts).length === 0) return textOf(parts);
	return parts.flatMap((part): InputContent[] => {
		if (part.type === 'text') return [{ type: 'input_text', text: part.text }];
		return part.type === 'file' ? [fileContent(part.file)] : [];
	});
}

type FileContent =
	| OpenAI.Responses.ResponseInputText
	| OpenAI.Responses.ResponseInputImage
	| OpenAI.Responses.ResponseInputFile;

function fileContent({ kind, mediaType, data, fileName }: Attachment): FileContent {
	const url = `data:${mediaType};base64,${data}`;
	if (kind === 'image') return { type: 'input_image', image_url: url, detail: 'auto' };
	if (mediaType === 'application/pdf') {
		return { type: 'input_file', filename: fileName ?? 'document.pdf', file_data: url };
	}
	if (mediaType.startsWith('text/')) {
		const text = Buffer.from(data, 'base64').toString('utf8');
		return { type: 'input_text', text: fileName ? `${fileName}:\n${text}` : text };
	}
	throw new ModelError('invalidRequest', `This model does not take attachments of type ${mediaType}.`);
}
