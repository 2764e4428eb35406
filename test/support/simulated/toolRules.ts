/**
 * What real providers refuse of a conversation with tools, in their own words. From public documentation: Anthropic "How to
 * implement tool use" and "Extended thinking"; OpenAI "Function calling"; Google "Function calling" and "Thought
 * signatures"; Mistral's error 3230 and 3280.
 */
import { asJson, asList, asText, isJson, type Json } from './wire';

type Fault = string | null;

// ── OpenAI and those that speak its protocol ─────────────────────────────────────────────────

export function openAiFault(
	body: Json,
	{ isMistral, isStrict }: { isMistral: boolean; isStrict: boolean },
): Fault {
	const messages = asList(body.messages);
	let open: string[] = [];
	let hasResults = false;
	for (const [at, message] of messages.entries()) {
		const role = asText(message.role);
		const place = `messages.[${at}]`;
		if (open.length > 0 && role !== 'tool') {
			return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`;
		}
		if (role === 'tool') {
			const id = asText(message.tool_call_id);
			if (!open.includes(id)) {
				return `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'. (${place}: ${id})`;
			}
			if (typeof message.content !== 'string' && !isMistral) return `${place}.content: expected a string`;
			open = open.filter((known) => known !== id);
			hasResults = open.length === 0;
			continue;
		}
		if (isMistral && hasResults && role !== 'assistant') return `Unexpected role '${role}' after role 'tool'`;
		hasResults = false;
		if (role === 'assistant') {
			const fault = openAiCalls(message, place, { isMistral, isStrict });
			if (fault !== null) return fault;
			open = asList(message.tool_calls).map(({ id }) => asText(id));
		} else if (role !== 'user' && role !== 'system') return `${place}: Invalid role '${role}'`;
		else if (message.content === null || message.content === undefined)
			return `${place}.content: Field required`;
	}
	if (open.length > 0) {
		return `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${open.join(', ')}`;
	}
	return openAiTools(body);
}

function openAiCalls(
	message: Json,
	place: string,
	customs: { isMistral: boolean; isStrict: boolean },
): Fault {
	const calls = asList(message.tool_calls);
	if (message.tool_calls !== undefined && calls.length === 0)
		return `Invalid '${place}.tool_calls': empty array.`;
	if (calls.length === 0)
		return typeof message.content === 'string' ? null : `${place}.content: Field required`;
	const unknown = Object.keys(message).find(
		(field) =>
			customs.isStrict && !['role', 'content', 'tool_calls', 'refusal', 'name', 'audio'].includes(field),
	);
	if (unknown) return `Unrecognized request argument supplied: ${place}.${unknown}`;
	const ids = calls.map(({ id }) => asText(id));
	if (new Set(ids).size < ids.length) return `Duplicate value for 'tool_call_id' in ${place}`;
	for (const { id, type, function: called } of calls) {
		const { name, arguments: input } = asJson(called);
		if (type !== 'function') return `${place}.tool_calls: Invalid type`;
		if (customs.isMistral && !/^[a-zA-Z0-9]{9}$/.test(asText(id))) {
			return `Tool call id was ${asText(id)} but must be a-z, A-Z, 0-9, with a length of 9.`;
		}
		if (asText(id) === '' || asText(id).length > 40) {
			return `Invalid '${place}.tool_calls[0].id': string too long. Expected a string with maximum length 40, but got a string with length ${asText(id).length} instead.`;
		}
		if (!/^[a-zA-Z0-9_-]{1,64}$/.test(asText(name))) return `Invalid '${place}.tool_calls[0].function.name'`;
		if (!isObjectText(input)) return `Value looks like object, but can't find closing '}' symbol`;
	}
	return null;
}

function openAiTools(body: Json): Fault {
	if (body.tools === undefined) {
		if (body.tool_choice !== undefined) return "'tool_choice' is only allowed when 'tools' are specified.";
		return body.parallel_tool_calls === undefined
			? null
			: "'parallel_tool_calls' is only allowed when 'tools' are specified.";
	}
	const tools = asList(body.tools).map((tool) => asJson(tool.function));
	if (tools.length === 0) return "[] is too short - 'tools'";
	for (const { name, parameters } of tools) {
		const fault = rootFault(asJson(parameters));
		if (fault) return `Invalid schema for function '${asText(name)}': ${fault}`;
	}
	const named = asText(asJson(asJson(body.tool_choice).function).name);
	const isKnown = named === '' || tools.some(({ name }) => name === named);
	if (!isKnown) return `Tool choice '${named}' not found in 'tools' parameter.`;
	const choice = body.tool_choice;
	if (typeof choice === 'string' && !['auto', 'none', 'required'].includes(choice)) {
		return `Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`;
	}
	return null;
}

/** Of OpenAI and Anthropic alike. */
function rootFault(schema: Json): Fault {
	if (schema.type !== 'object')
		return `schema must be a JSON Schema of 'type: "object"', got 'type: "${asText(schema.type)}"'.`;
	const choice = ['oneOf', 'anyOf', 'allOf', 'enum', 'not'].find((keyword) => keyword in schema);
	return choice ? `schema must have type 'object' and not have '${choice}' at the top level.` : null;
}

// ── Anthropic ────────────────────────────────────────────────────────────────────────────────

export function anthropicFault(body: Json): Fault {
	const messages = asList(body.messages);
	let open: string[] = [];
	let role = '';
	for (const [at, message] of messages.entries()) {
		const place = `messages.${at}`;
		const blocks = blocksOf(message.content);
		if (at === 0 && message.role !== 'user') return 'messages: first message must use the "user" role';
		if (message.role === role) {
			return 'messages: roles must alternate between "user" and "assistant", but found multiple in a row';
		}
		role = asText(message.role);
		if (role !== 'user' && role !== 'assistant')
			return `${place}.role: Input should be 'user' or 'assistant'`;
		if (blocks.length === 0) return `${place}: all messages must have non-empty content`;
		if (blocks.some(({ type, text }) => type === 'text' && asText(text).trim() === '')) {
			return `${place}: text content blocks must contain non-whitespace text`;
		}
		const fault = role === 'user' ? answersFault(blocks, open, place) : anthropicCalls(blocks, place);
		if (fault) return fault;
		open =
			role === 'assistant'
				? blocks.filter(({ type }) => type === 'tool_use').map(({ id }) => asText(id))
				: [];
	}
	if (open.length > 0) return missingResults(`messages.${messages.length - 1}`, open);
	return thinkingFault(body, messages) ?? anthropicTools(body, messages);
}

const blocksOf = (content: unknown): Json[] =>
	typeof content === 'string' ? [{ type: 'text', text: content }] : asList(content);

const missingResults = (place: string, ids: string[]): string =>
	`${place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;

function answersFault(blocks: Json[], open: string[], place: string): Fault {
	const results = blocks
		.filter(({ type }) => type === 'tool_result')
		.map(({ tool_use_id }) => asText(tool_use_id));
	const missing = open.filter((id) => !results.includes(id));
	if (missing.length > 0) return missingResults(place, missing);
	const unexpected = results.find((id) => !open.includes(id));
	if (unexpected !== undefined) {
		return `${place}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${unexpected}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
	}
	if (new Set(results).size < results.length) return `${place}: each tool_use must have a single result.`;
	const firstOther = blocks.findIndex(({ type }) => type !== 'tool_result');
	const isMixed = results.length > 0 && firstOther !== -1 && firstOther < results.length;
	return isMixed ? `${place}: \`tool_result\` blocks must come first` : null;
}

function anthropicCalls(blocks: Json[], place: string): Fault {
	const calls = blocks.filter(({ type }) => type === 'tool_use');
	const ids = calls.map(({ id }) => asText(id));
	const odd = ids.find((id) => !/^[a-zA-Z0-9_-]+$/.test(id));
	if (odd !== undefined)
		return `${place}.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`;
	if (new Set(ids).size < ids.length) return `${place}: \`tool_use\` ids must be unique`;
	if (calls.some(({ input }) => !isJson(input)))
		return `${place}.content.0.tool_use.input: Input should be a valid dictionary`;
	const signed = blocks.filter(({ type }) => type === 'thinking');
	return signed.some(({ signature }) => signature !== SIGNATURE)
		? `${place}.content.0: Invalid \`signature\` in \`thinking\` block`
		: null;
}

/** What the simulated provider signs with. */
export const SIGNATURE = 'c2lnbmF0dXJl';

function thinkingFault(body: Json, messages: Json[]): Fault {
	const { type } = asJson(body.thinking);
	const choice = asJson(body.tool_choice).type;
	if ((type === 'enabled' || type === 'adaptive') && (choice === 'any' || choice === 'tool')) {
		return 'Thinking may not be enabled when tool_choice forces tool use.';
	}
	if (type !== 'enabled') return null;
	const lastWords = messages.findLastIndex(
		({ role, content }) => role === 'user' && blocksOf(content).some((block) => block.type === 'text'),
	);
	for (const { role, content } of messages.slice(lastWords + 1)) {
		const [first] = blocksOf(content);
		if (role !== 'assistant' || first?.type === 'thinking' || first?.type === 'redacted_thinking') continue;
		return `messages.${messages.length - 2}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${asText(first?.type)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`;
	}
	return null;
}

function anthropicTools(body: Json, messages: Json[]): Fault {
	const tools = asList(body.tools);
	const usesTools = messages.some(({ content }) => blocksOf(content).some(({ type }) => type === 'tool_use'));
	if (usesTools && tools.length === 0)
		return 'Requests which include `tool_use` or `tool_result` blocks must define tools.';
	if (body.tool_choice !== undefined && tools.length === 0)
		return 'tool_choice: may only be specified while providing tools.';
	for (const [at, { name, input_schema }] of tools.entries()) {
		if (!/^[a-zA-Z0-9_-]{1,128}$/.test(asText(name)))
			return `tools.${at}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`;
		const schema = asJson(input_schema);
		if (schema.type !== 'object') return `tools.${at}.custom.input_schema.type: Field required`;
		if (['oneOf', 'anyOf', 'allOf'].some((keyword) => keyword in schema)) {
			return `tools.${at}.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`;
		}
	}
	return null;
}

// ── Gemini ───────────────────────────────────────────────────────────────────────────────────

export function geminiFault(body: Json, modelId: string): Fault {
	const contents = asList(body.contents);
	let open: string[] = [];
	let before = '';
	for (const [at, content] of contents.entries()) {
		const parts = asList(content.parts);
		if (parts.length === 0)
			return `* GenerateContentRequest.contents[${at}].parts: contents.parts must not be empty.\n`;
		const calls = parts.filter((part) => part.functionCall).map((part) => asJson(part.functionCall));
		const responses = parts
			.filter((part) => part.functionResponse)
			.map((part) => asJson(part.functionResponse));
		if (at === 0 && content.role !== 'user')
			return 'Please ensure that single turn requests end with a user role or the role field is empty.';
		if (responses.length !== open.length) {
			return 'Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.';
		}
		if (responses.some(({ name }, index) => asText(name) !== open[index])) {
			return 'Please ensure that the function response names match the function call names.';
		}
		if (responses.length > 0 && responses.length < parts.length)
			return 'A function response turn may hold function responses only.';
		if (responses.some(({ response }) => !isJson(response)))
			return 'Invalid value at function_response.response (Struct)';
		if (calls.length > 0 && (content.role !== 'model' || before !== 'user')) {
			return 'Please ensure that function call turn comes immediately after a user turn or after a function response turn.';
		}
		if (calls.some(({ args }) => args !== undefined && !isJson(args)))
			return 'Invalid value at function_call.args (Struct)';
		open = calls.map(({ name }) => asText(name));
		before = asText(content.role);
	}
	if (open.length > 0) {
		return 'Please ensure that function response turn comes immediately after a function call turn.';
	}
	return signatureFault(contents, modelId) ?? geminiTools(body, modelId);
}

/** Gemini 3 wants a signature on the first call of each step of the turn under way. */
function signatureFault(contents: Json[], modelId: string): Fault {
	if (!/gemini-3/.test(modelId)) return null;
	const lastWords = contents.findLastIndex(
		({ role, parts }) => role === 'user' && asList(parts).some((part) => part.text !== undefined),
	);
	for (const [at, { parts }] of contents.entries()) {
		const first = asList(parts).find((part) => part.functionCall);
		if (at < lastWords || !first) continue;
		const signature = asText(first.thoughtSignature);
		if (signature !== SIGNATURE && signature !== 'skip_thought_signature_validator') {
			return `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly. Function call \`default_api:${asText(asJson(first.functionCall).name)}\`, position ${at + 1}.`;
		}
	}
	return null;
}

const GEMINI_KEYWORDS = new Set(
	(
		'$id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems minimum maximum ' +
		'anyOf oneOf properties additionalProperties required propertyOrdering'
	).split(' '),
);

function geminiTools(body: Json, modelId: string): Fault {
	const declared = asList(body.tools).flatMap((tool) => asList(tool.functionDeclarations));
	const config = asJson(body.generationConfig);
	if (declared.length > 0 && config.responseMimeType === 'application/json' && !/gemini-3/.test(modelId)) {
		return "Function calling with a response mime type: 'application/json' is unsupported";
	}
	for (const { name, parametersJsonSchema } of declared) {
		if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$/.test(asText(name))) {
			return `Invalid function name. Must start with a letter or an underscore. (${asText(name)})`;
		}
		const unknown = isJson(parametersJsonSchema) ? unknownKeyword(parametersJsonSchema) : null;
		if (isJson(parametersJsonSchema) && hasOddChoice(parametersJsonSchema))
			return "Invalid value at 'tools[0].function_declarations[0].parameters.properties[0].value.enum[0]' (TYPE_STRING), true";
		if (unknown)
			return `Invalid JSON payload received. Unknown name "${unknown}" at 'tools[0].function_declarations[0].parameters': Cannot find field.`;
		if (isJson(parametersJsonSchema) && Object.keys(asJson(parametersJsonSchema.properties)).length === 0) {
			return 'parameters.properties: should be non-empty for OBJECT type';
		}
	}
	const { mode, allowedFunctionNames } = asJson(asJson(body.toolConfig).functionCallingConfig);
	if (allowedFunctionNames !== undefined && mode !== 'ANY') {
		return 'Function calling mode should be ANY when allowed_function_names is specified.';
	}
	return null;
}

/** Choices are texts or numbers. */
function hasOddChoice(schema: Json): boolean {
	const choices = Array.isArray(schema.enum) ? (schema.enum as unknown[]) : [];
	if (choices.some((choice) => !['string', 'number'].includes(typeof choice))) return true;
	return innerSchemas(schema).some(hasOddChoice);
}

function innerSchemas(schema: Json): Json[] {
	return [
		...Object.values(asJson(schema.properties)),
		...Object.values(asJson(schema.$defs)),
		...asList(schema.anyOf),
		...asList(schema.oneOf),
		schema.items,
		schema.additionalProperties,
	].filter(isJson);
}

function unknownKeyword(schema: Json): string | null {
	const own = Object.keys(schema).find((keyword) => !GEMINI_KEYWORDS.has(keyword));
	if (own) return own;
	for (const part of innerSchemas(schema)) {
		const found = unknownKeyword(part);
		if (found) return found;
	}
	return null;
}

function isObjectText(value: unknown): boolean {
	if (typeof value !== 'string') return false;
	try {
		return isJson(JSON.parse(value));
	} catch {
		return false;
	}
}
