import type { ChatRequest, JsonSchema, Tool, ToolChoice } from '../../router/types';

/** As `convertToOpenAITool` makes them. */
export interface OpenAiTool {
	type?: string;
	function?: { name?: string; description?: string; parameters?: unknown; strict?: boolean | null };
}

/** What a call of a bound model may say beside its messages. */
export interface CallOptions {
	tools?: readonly OpenAiTool[];
	tool_choice?: unknown;
	parallel_tool_calls?: boolean;
	/** Of all tools that do not say otherwise themselves. */
	strict?: boolean;
	response_format?: unknown;
	/** Texts that end the answer. */
	stop?: readonly string[];
}

/** The tools and the format of a request. @throws Error for a tool that only one provider has */
export function wishesOf(
	options: CallOptions,
): Pick<ChatRequest, 'tools' | 'toolChoice' | 'parallelToolCalls' | 'format'> {
	const tools = (options.tools ?? []).map((tool) => toolOf(tool, options.strict));
	const toolChoice = tools.length > 0 ? choiceOf(options.tool_choice) : undefined;
	const { parallel_tool_calls: parallelToolCalls } = options;
	return {
		...(tools.length > 0 && { tools }),
		...(toolChoice !== undefined && { toolChoice }),
		...(tools.length > 0 && parallelToolCalls !== undefined && { parallelToolCalls }),
		format: formatOf(options.response_format),
	};
}

function toolOf({ function: definition, type }: OpenAiTool, strictByDefault?: boolean): Tool {
	const name = definition?.name;
	if (!definition || !name) {
		throw new Error(
			`The tool "${type ?? 'unknown'}" belongs to one provider and cannot be passed to another. Give the agent tools of n8n.`,
		);
	}
	const { description, parameters } = definition;
	const strict = definition.strict ?? strictByDefault;
	const schema = (parameters ?? { type: 'object', properties: {} }) as JsonSchema;
	return { name, schema, ...(description && { description }), ...(strict && { strict }) };
}

/** `any`, a bare name and the forms of OpenAI and Anthropic are all in use. */
function choiceOf(choice: unknown): ToolChoice | undefined {
	if (typeof choice === 'object' && choice !== null) {
		const {
			type,
			name,
			function: named,
		} = choice as {
			type?: string;
			name?: string;
			function?: { name?: string };
		};
		const chosen = named?.name ?? name;
		return chosen === undefined ? choiceOf(type) : { name: chosen };
	}
	if (typeof choice !== 'string' || choice === '') return undefined;
	if (choice === 'auto' || choice === 'none') return choice;
	return choice === 'any' || choice === 'required' ? 'required' : { name: choice };
}

function formatOf(wanted: unknown): ChatRequest['format'] {
	if (typeof wanted !== 'object' || wanted === null) return { type: 'text' };
	const { type, json_schema: named } = wanted as { type?: string; json_schema?: { schema?: JsonSchema } };
	if (type === 'json_object') return { type: 'json' };
	return type === 'json_schema' ? { type: 'json', schema: named?.schema } : { type: 'text' };
}
