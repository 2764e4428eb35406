/** Conversations and tools in the form of generateContent. */
import type { Content, FunctionCallingConfigMode, GenerateContentConfig, Part } from '@google/genai';
import { filesIn } from '../../text/parts';
import type { Attachment, Message, ModelRequest, Part as OurPart, Tool, ToolResultPart } from '../../types';
import { filesFirst, inputOf, mended, startOfTurn, thoughtsByCall, thoughtsOf } from '../conversation';
import type { IdForm } from '../conversation';
import { makerOf } from '../maker';
import { geminiSchema, hasProperties } from '../toolSchema';

/** Any id will do, because calls and results are matched by their order. */
const IDS: IdForm = { fits: /^[^]+$/, make: (letters) => `call_${letters.slice(0, 24)}` };

/**
 * Gemini 3 refuses tool calls of the current turn that it has not signed. Google documents this value for calls made
 * by another model ("Thought signatures", FAQ).
 */
const FOREIGN_SIGNATURE = 'skip_thought_signature_validator';

/** NaN if the id contains no version. */
export function versionOf(modelId: string): number {
	return Number(/gemini-(\d+(?:\.\d+)?)/.exec(modelId)?.[1] ?? NaN);
}

export function contentsOf(modelId: string, messages: readonly Message[]): Content[] {
	const maker = makerOf('gemini', modelId);
	// Ids without a version (`gemini-flash-latest`) mean the newest.
	const signs = !(versionOf(modelId) < 3);
	const conversation = mended(messages, { ids: IDS, takesTurns: true });
	const turn = startOfTurn(conversation);
	return conversation.flatMap(({ role, parts }, at): Content[] => {
		if (role === 'assistant') return [{ role: 'model', parts: modelParts(parts, maker, signs, at >= turn) }];
		if (role === 'user') return [{ role: 'user', parts: filesFirst(parts).flatMap(userPart) }];
		const results = parts.filter((part) => part.type === 'toolResult');
		const files = filesIn(parts).map(filePart);
		return [
			{ role: 'user', parts: results.map((result) => responsePart(result, signs)) },
			// Nothing else may stand beside function responses.
			...(files.length > 0 ? [{ role: 'user', parts: [{ text: 'From the tools:' }, ...files] }] : []),
		];
	});
}

type Opaque = { thoughtSignature: string };

function modelParts(parts: readonly OurPart[], maker: string, signs: boolean, isOfTurn: boolean): Part[] {
	const own = thoughtsOf(parts, maker);
	const thoughts = thoughtsByCall(own, () => true);
	const result = own.flatMap((part): Part[] => {
		if (part.type === 'text') return [{ text: part.text }];
		if (part.type !== 'toolCall') return [];
		const { id, name } = part;
		const functionCall = { ...(signs && { id }), name, args: inputOf(part) };
		return [{ functionCall, ...(thoughts.get(part)?.opaque as Opaque | undefined) }];
	});
	const first = result.find(({ functionCall }) => functionCall);
	// The first of several calls carries the signature for all.
	if (first && signs && isOfTurn) first.thoughtSignature ??= FOREIGN_SIGNATURE;
	return result;
}

function userPart(part: OurPart): Part[] {
	if (part.type === 'text') return [{ text: part.text }];
	return part.type === 'file' ? [filePart(part.file)] : [];
}

function filePart({ mediaType, data }: Attachment): Part {
	return { inlineData: { mimeType: mediaType, data } };
}

function responsePart({ id, name, output, isError }: ToolResultPart, signs: boolean): Part {
	return {
		functionResponse: { ...(signs && { id }), name, response: isError ? { error: output } : { output } },
	};
}

/** Gemini has no setting against several calls at once. */
export function toolConfig({ tools = [], toolChoice }: ModelRequest): Partial<GenerateContentConfig> {
	if (tools.length === 0) return {};
	const mode = toolChoice && MODES[typeof toolChoice === 'string' ? toolChoice : 'required'];
	const only = typeof toolChoice === 'object' ? { allowedFunctionNames: [toolChoice.name] } : {};
	return {
		tools: [{ functionDeclarations: tools.map(declaration) }],
		...(mode && {
			toolConfig: { functionCallingConfig: { mode: mode as FunctionCallingConfigMode, ...only } },
		}),
	};
}

const MODES = { auto: 'AUTO', none: 'NONE', required: 'ANY' } as const;

function declaration(tool: Tool): NonNullable<NonNullable<ToolUnion['functionDeclarations']>>[number] {
	const { name, description, schema } = tool;
	return {
		name,
		description: description ?? name,
		// A schema without properties is refused.
		...(hasProperties(tool) && { parametersJsonSchema: geminiSchema(schema) }),
	};
}

type ToolUnion = Extract<
	NonNullable<GenerateContentConfig['tools']>[number],
	{ functionDeclarations?: unknown }
>;
