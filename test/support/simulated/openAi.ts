/** OpenAI's chat completions, and what compatible servers (vLLM, DeepSeek, OpenRouter, Azure) do differently. */
import { error } from './openAiErrors';
import { openAiFault } from './toolRules';
import {
	asJson,
	asList,
	asNumber,
	asText,
	inputObject,
	data,
	isJson,
	type ErrorReply,
	type EventStream,
	type Json,
	type SimulatedCall,
	type SimulatedMessage,
	type SimulatedReply,
	type SimulatedToolCall,
	type Wire,
} from './wire';

const FINISH = { stop: 'stop', length: 'length', filter: 'content_filter', refusal: 'stop' } as const;

const REFUSAL = "I'm sorry, but I can't assist with that request.";

export const openAi: Wire = {
	protocol: 'openAi',
	keyOf: (headers) => /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '',
	target: (path, body) =>
		path === '/chat/completions' ? { model: asText(body.model), streaming: body.stream === true } : null,
	read,
	objection,
	whole,
	stream,
	error,
	errorEvent: () =>
		data({
			error: {
				message: 'The server had an error while processing your request. Sorry about that!',
				type: 'server_error',
				param: null,
				code: null,
			},
		}),
	ping: (call, reply) =>
		call.endpoint === 'openai'
			? data(chunk(call, reply, [choice({ role: 'assistant', content: '' })]))
			: ': PROCESSING\n\n',
	blockedPrompt: () => null,
	models: (ids, _query, ends) => ({
		object: 'list',
		data: ids.map((id, index) => ({
			id,
			object: 'model',
			created: 1_715_367_049 + index,
			owned_by: 'system',
			...(ends[id] !== undefined && { shutdown_date: ends[id] }),
		})),
	}),
};

function read(body: Json): ReturnType<Wire['read']> {
	const all = asList(body.messages);
	const isSystem = (message: Json): boolean => message.role === 'system' || message.role === 'developer';
	const format = asJson(body.response_format);
	const schema = asJson(format.json_schema).schema;
	return {
		system: all.filter(isSystem).map(textOf).join('\n'),
		messages: all.filter((message) => !isSystem(message)).map(messageOf),
		wantsJson: format.type === 'json_object' || format.type === 'json_schema',
		schema: isJson(schema) ? schema : null,
		maxOutputTokens: asNumber(body.max_completion_tokens) ?? asNumber(body.max_tokens),
		showThoughts: false,
		includeUsage: asJson(body.stream_options).include_usage === true,
		tools: asList(body.tools).map((tool) => asText(asJson(tool.function).name)),
	};
}

const textOf = (message: Json): string =>
	typeof message.content === 'string'
		? message.content
		: asList(message.content)
				.map((part) => asText(part.text))
				.join('');

const messageOf = (message: Json): SimulatedMessage => ({
	role: asText(message.role),
	text: textOf(message),
	attachments: asList(message.content).filter((part) => part.type !== 'text').length,
	calls: asList(message.tool_calls).map(({ id, function: called }) => ({
		id: asText(id),
		name: asText(asJson(called).name),
		input: asText(asJson(called).arguments),
	})),
	results:
		message.role === 'tool'
			? [{ id: asText(message.tool_call_id), name: asText(message.name), output: textOf(message) }]
			: [],
});

/** What OpenAI itself refuses and compatible servers mostly take. */
function objection(call: SimulatedCall, body: Json): ErrorReply | null {
	const no = (message: string, param: string | null, code: string | null): ErrorReply =>
		error({ kind: 'invalid', message, param, code }, call);
	if (call.requestedModel === '') return no('you must provide a model parameter', null, null);
	if (asList(body.messages).length === 0) {
		return no(
			"Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
			'messages',
			'empty_array',
		);
	}
	const isMistral = /mistral/.test(call.modelId);
	const fault = openAiFault(body, { isMistral, isStrict: call.endpoint === 'openai' });
	if (fault !== null) return no(fault, 'messages', null);
	if (call.endpoint !== 'openai') return null;
	if (/^(o\d|gpt-5)/.test(call.modelId)) {
		if (body.max_tokens !== undefined) {
			return no(
				"Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
				'max_tokens',
				'unsupported_parameter',
			);
		}
		if (typeof body.temperature === 'number' && body.temperature !== 1) {
			return no(
				`Unsupported value: 'temperature' does not support ${body.temperature} with this model. Only the default (1) value is supported.`,
				'temperature',
				'unsupported_value',
			);
		}
	}
	return formatObjection(call, asJson(body.response_format), no);
}

function formatObjection(
	call: SimulatedCall,
	format: Json,
	no: (message: string, param: string | null, code: string | null) => ErrorReply,
): ErrorReply | null {
	const said = `${call.system}\n${call.messages.map((message) => message.text).join('\n')}`;
	if (format.type === 'json_object' && !/json/i.test(said)) {
		return no(
			"'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
			'messages',
			null,
		);
	}
	if (format.type !== 'json_schema') return null;
	const { name, strict } = asJson(format.json_schema);
	if (typeof name !== 'string' || !/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
		return no(
			"Invalid 'response_format.json_schema.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.",
			'response_format.json_schema.name',
			'invalid_value',
		);
	}
	const fault = strict === true ? strictFault(asJson(call.schema), []) : null;
	return fault === null
		? null
		: no(`Invalid schema for response_format '${name}': ${fault}`, 'response_format', null);
}

/** Strict schemas: every object closed, every property required. */
function strictFault(schema: Json, context: string[]): string | null {
	const place = `In context=(${context.map((step) => `'${step}'`).join(', ')}), `;
	const properties = Object.entries(asJson(schema.properties));
	if (context.length === 0 && schema.type !== 'object') {
		return `schema must be a JSON Schema of 'type: "object"', got 'type: "${asText(schema.type) || 'None'}"'.`;
	}
	if (schema.type === 'object' || properties.length > 0) {
		if (schema.additionalProperties !== false) {
			return `${place}'additionalProperties' is required to be supplied and to be false.`;
		}
		const required = Array.isArray(schema.required) ? schema.required : [];
		const missing = properties.find(([name]) => !required.includes(name));
		if (missing !== undefined) {
			return `${place}'required' is required to be supplied and to be an array including every key in properties. Missing '${missing[0]}'.`;
		}
	}
	for (const [name, part] of properties) {
		const fault = strictFault({ type: 'any', ...asJson(part) }, [...context, 'properties', name]);
		if (fault !== null) return fault;
	}
	return isJson(schema.items) ? strictFault({ type: 'any', ...schema.items }, [...context, 'items']) : null;
}

const usage = ({ usage: { input, cached, output, reasoning } }: SimulatedReply): Json => ({
	prompt_tokens: input,
	completion_tokens: output,
	total_tokens: input + output,
	prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
	completion_tokens_details: {
		reasoning_tokens: reasoning,
		audio_tokens: 0,
		accepted_prediction_tokens: 0,
		rejected_prediction_tokens: 0,
	},
});

function whole(call: SimulatedCall, reply: SimulatedReply): Json {
	const refused = reply.finish === 'refusal';
	return {
		id: `chatcmpl-${reply.id}`,
		object: 'chat.completion',
		created: reply.created,
		model: call.modelId,
		choices: [
			{
				index: 0,
				message: {
					role: 'assistant',
					content:
						refused || (reply.calls.length > 0 && reply.parts.length === 0) ? null : reply.parts.join(''),
					...(reply.calls.length > 0
						? { tool_calls: reply.calls.map((one, at) => callOf(one, at, reply)) }
						: {}),
					refusal: refused ? REFUSAL : null,
					annotations: [],
					...(thinksAloud(call, reply) ? { reasoning_content: reply.thought } : {}),
				},
				logprobs: null,
				finish_reason: finishOf(reply),
			},
		],
		usage: usage(reply),
		service_tier: 'default',
		system_fingerprint: 'fp_simulated',
	};
}

const finishOf = (reply: SimulatedReply): string =>
	reply.finishReason ??
	(reply.calls.length > 0 && reply.finish === 'stop' && !reply.callForm.has('stopwithcalls')
		? 'tool_calls'
		: FINISH[reply.finish]);

/** A call in one piece, in the form that the faults ask for. */
function callOf({ id, name, input }: SimulatedToolCall, index: number, { callForm }: SimulatedReply): Json {
	const isObject = callForm.has('objectargs');
	return {
		...(callForm.has('noindex') ? {} : { index }),
		...(callForm.has('noids') ? {} : { id: callForm.has('sameids') ? 'call_same' : `call_${id}` }),
		type: 'function',
		function: { name, arguments: isObject ? inputObject(input) : input },
	};
}

/** Head, then the input in two pieces. */
function callPieces(reply: SimulatedReply): Json[] {
	const { callForm, calls } = reply;
	return calls.flatMap((one, index) => {
		const whole = callOf(one, index, reply);
		if (['objectargs', 'noids'].some((form) => callForm.has(form))) return [whole];
		const middle = Math.ceil(one.input.length / 2);
		const pieces = [one.input.slice(0, middle), one.input.slice(middle)];
		const { id: _, type: __, ...bare } = whole;
		const head = callForm.has('namedpieces') ? whole : bare;
		const named = callForm.has('namedpieces') ? { name: one.name } : {};
		return [
			{ ...whole, function: { name: one.name, arguments: '' } },
			...pieces.map((piece) => ({ ...head, function: { ...named, arguments: piece } })),
		];
	});
}

function stream(call: SimulatedCall, reply: SimulatedReply): EventStream {
	const one = (delta: Json, finish: string | null = null): string =>
		data(chunk(call, reply, [choice(delta, finish)]));
	const refused = reply.finish === 'refusal';
	const words = refused ? [REFUSAL.slice(0, 12), REFUSAL.slice(12)] : reply.parts;
	return {
		opening: [one({ role: 'assistant', content: '', refusal: null })],
		parts: [
			...(thinksAloud(call, reply) ? [one({ content: null, reasoning_content: reply.thought })] : []),
			...words.map((word) => one(refused ? { refusal: word } : { content: word })),
			...callPieces(reply).map((piece) => one({ tool_calls: [piece] })),
		],
		closing: [
			one({}, finishOf(reply)),
			...(call.includeUsage ? [data({ ...chunk(call, reply, []), usage: usage(reply) })] : []),
			'data: [DONE]\n\n',
		],
	};
}

/** OpenAI hides the thoughts of its models; DeepSeek and vLLM show them. */
const thinksAloud = (call: SimulatedCall, reply: SimulatedReply): boolean =>
	reply.thought !== null && call.endpoint !== 'openai';

const choice = (delta: Json, finish: string | null = null): Json => ({
	index: 0,
	delta,
	logprobs: null,
	finish_reason: finish,
});

const chunk = (call: SimulatedCall, reply: SimulatedReply, choices: Json[]): Json => ({
	id: `chatcmpl-${reply.id}`,
	object: 'chat.completion.chunk',
	created: reply.created,
	model: call.modelId,
	service_tier: 'default',
	system_fingerprint: 'fp_simulated',
	choices,
	...(call.includeUsage ? { usage: null } : {}),
});
