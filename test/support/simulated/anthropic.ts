/** Anthropic's messages. */
import { anthropicFault, SIGNATURE } from './toolRules';
import {
	asJson,
	asList,
	asNumber,
	asText,
	inputObject,
	gatewayPage,
	isJson,
	type ErrorKind,
	type ErrorReply,
	type EventStream,
	type Json,
	type SimulatedCall,
	type SimulatedReply,
	type SimulatedToolCall,
	type Wire,
} from './wire';

// A content filter after the fact does not exist here: the provider refuses.
const STOP = { stop: 'end_turn', length: 'max_tokens', filter: 'refusal', refusal: 'refusal' } as const;

const event = (name: string, value: Json): string =>
	`event: ${name}\ndata: ${JSON.stringify({ type: name, ...value })}\n\n`;

export const anthropic: Wire = {
	protocol: 'anthropic',
	keyOf: (headers) =>
		headers.get('x-api-key') ?? /^Bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? '',
	target: (path, body) =>
		path === '/v1/messages' ? { model: asText(body.model), streaming: body.stream === true } : null,
	read,
	objection,
	whole,
	stream,
	error,
	errorEvent: (kind) =>
		event('error', {
			error:
				kind === 'api'
					? { type: 'api_error', message: 'Internal server error', details: null }
					: { type: 'overloaded_error', message: 'Overloaded', details: null },
			request_id: 'req_simulated',
		}),
	ping: () => event('ping', {}),
	blockedPrompt: () => null,
	models,
};

function read(body: Json): ReturnType<Wire['read']> {
	// `output_format` is the name it had in the beta.
	const format = isJson(body.output_format) ? body.output_format : asJson(asJson(body.output_config).format);
	return {
		system: textOf(body.system),
		messages: asList(body.messages).map((message) => ({
			role: asText(message.role),
			text: textOf(message.content),
			attachments: asList(message.content).filter(({ type }) => type === 'image' || type === 'document')
				.length,
			calls: blocksOf(message, 'tool_use').map(({ id, name, input }) => ({
				id: asText(id),
				name: asText(name),
				input: JSON.stringify(input),
			})),
			results: blocksOf(message, 'tool_result').map(({ tool_use_id, content }) => ({
				id: asText(tool_use_id),
				name: '',
				output: textOf(content),
			})),
		})),
		wantsJson: format.type === 'json_schema',
		schema: isJson(format.schema) ? format.schema : null,
		maxOutputTokens: asNumber(body.max_tokens),
		showThoughts: ['enabled', 'adaptive'].includes(asText(asJson(body.thinking).type)),
		includeUsage: true,
		tools: asList(body.tools).map(({ name }) => asText(name)),
	};
}

const blocksOf = (message: Json, type: string): Json[] =>
	asList(message.content).filter((block) => block.type === type);

const textOf = (content: unknown): string =>
	typeof content === 'string'
		? content
		: asList(content)
				.map((block) => asText(block.text))
				.join('');

function objection(call: SimulatedCall, body: Json, headers: Headers): ErrorReply | null {
	const no = (message: string): ErrorReply =>
		error({ kind: 'invalid', message, param: null, code: null }, call);
	if (headers.get('anthropic-version') === null) return no('anthropic-version: header is required');
	if (call.requestedModel === '') return no('model: Field required');
	if (body.max_tokens === undefined) return no('max_tokens: Field required');
	if (call.messages.length === 0) return no('messages: at least one message is required');
	const empty = call.messages.findIndex(
		({ text, attachments, calls, results }) =>
			text === '' && attachments + calls.length + results.length === 0,
	);
	if (empty !== -1) return no(`messages.${empty}: user messages must have non-empty content`);
	const fault = anthropicFault(body);
	if (fault !== null) return no(fault);
	const budget = asNumber(asJson(body.thinking).budget_tokens);
	if (budget !== null && budget >= (call.maxOutputTokens ?? 0)) {
		return no('`max_tokens` must be greater than `thinking.budget_tokens`.');
	}
	if (call.showThoughts && typeof body.temperature === 'number' && body.temperature !== 1) {
		return no('`temperature` may only be set to 1 when thinking is enabled.');
	}
	return call.schema !== null && isOpenObject(call.schema)
		? no(
				"output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
			)
		: null;
}

/** The provider takes closed objects only, at any depth. */
function isOpenObject(schema: Json): boolean {
	if (schema.type === 'object' && schema.additionalProperties !== false) return true;
	const inner = [...Object.values(asJson(schema.properties)), schema.items, ...asList(schema.anyOf)];
	return inner.some((part) => isJson(part) && isOpenObject(part));
}

/** `input_tokens` leaves out what was read from the cache. */
const usage = (
	{ usage: { input, cached, output, reasoning } }: SimulatedReply,
	outputSoFar = output,
): Json => ({
	input_tokens: input - cached,
	cache_creation_input_tokens: 0,
	cache_read_input_tokens: cached,
	cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
	output_tokens: outputSoFar,
	...(outputSoFar === output ? { output_tokens_details: { thinking_tokens: reasoning } } : {}),
	service_tier: 'standard',
});

const stopReason = (reply: SimulatedReply): string =>
	reply.finishReason ??
	(reply.calls.length > 0 && reply.finish === 'stop' && !reply.callForm.has('stopwithcalls')
		? 'tool_use'
		: STOP[reply.finish]);

const stopDetails = (reply: SimulatedReply): Json | null =>
	stopReason(reply) === 'refusal'
		? {
				type: 'refusal',
				category: 'general_harms',
				explanation: 'The request was declined by a safety classifier.',
			}
		: null;

const messageOf = (call: SimulatedCall, reply: SimulatedReply): Json => ({
	id: `msg_${reply.id}`,
	type: 'message',
	role: 'assistant',
	model: call.modelId,
	content: [],
	stop_reason: null,
	stop_sequence: null,
	usage: usage(reply, 1),
});

function whole(call: SimulatedCall, reply: SimulatedReply): Json {
	const thought =
		call.showThoughts && reply.thought !== null
			? [{ type: 'thinking', thinking: reply.thought, signature: SIGNATURE }]
			: [];
	const text = reply.parts.join('');
	return {
		...messageOf(call, reply),
		content: [
			...thought,
			...(text === '' ? [] : [{ type: 'text', text }]),
			...reply.calls.map(({ id, name, input }) => ({
				type: 'tool_use',
				id: `toolu_${id}`,
				name,
				input: inputObject(input),
			})),
		],
		stop_reason: stopReason(reply),
		stop_details: stopDetails(reply),
		usage: usage(reply),
	};
}

/** The start, an empty piece as the provider sends it, the input in two pieces, the end. */
function callEvents({ id, name, input }: SimulatedToolCall, index: number): string[] {
	const piece = (partial_json: string): string =>
		event('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } });
	const middle = Math.ceil(input.length / 2);
	return [
		event('content_block_start', {
			index,
			content_block: { type: 'tool_use', id: `toolu_${id}`, name, input: {} },
		}),
		piece(''),
		...(input === '' ? [] : [piece(input.slice(0, middle)), piece(input.slice(middle))]),
		event('content_block_stop', { index }),
	];
}

function stream(call: SimulatedCall, reply: SimulatedReply): EventStream {
	const thinks = call.showThoughts && reply.thought !== null;
	const index = thinks ? 1 : 0;
	const delta = (at: number, value: Json): string =>
		event('content_block_delta', { index: at, delta: value });
	const words = reply.parts.map((text) => delta(index, { type: 'text_delta', text }));
	return {
		opening: [event('message_start', { message: messageOf(call, reply) })],
		parts: [
			...(thinks
				? [
						event('content_block_start', {
							index: 0,
							content_block: { type: 'thinking', thinking: '', signature: '' },
						}),
						delta(0, { type: 'thinking_delta', thinking: reply.thought }),
						delta(0, { type: 'signature_delta', signature: SIGNATURE }),
						event('content_block_stop', { index: 0 }),
					]
				: []),
			...(words.length > 0
				? [event('content_block_start', { index, content_block: { type: 'text', text: '' } })]
				: []),
			event('ping', {}),
			...words,
			...(words.length > 0 ? [event('content_block_stop', { index })] : []),
			...reply.calls.flatMap((one, at) => callEvents(one, index + at + Number(words.length > 0))),
		],
		closing: [
			event('message_delta', {
				delta: {
					stop_reason: stopReason(reply),
					stop_sequence: null,
					stop_details: stopDetails(reply),
				},
				usage: usage(reply),
			}),
			event('message_stop', {}),
		],
	};
}

const TYPES: Record<number, [type: string, message: string]> = {
	401: ['authentication_error', 'invalid x-api-key'],
	403: ['permission_error', 'Your API key does not have permission to use the specified resource.'],
	404: ['not_found_error', 'Not found'],
	413: ['request_too_large', 'Request exceeds the maximum size'],
	429: ['rate_limit_error', 'This request would exceed the rate limit for your organization.'],
	500: ['api_error', 'Internal server error'],
	503: ['api_error', 'Service temporarily unavailable'],
	529: ['overloaded_error', 'Overloaded'],
};

function error(fault: ErrorKind, { modelId }: { modelId: string }): ErrorReply {
	const say = (status: number, type: string, message: string): ErrorReply => ({
		status,
		headers: { 'request-id': 'req_simulated' },
		body: { type: 'error', error: { type, message }, request_id: 'req_simulated' },
	});
	const invalid = (message: string): ErrorReply => say(400, 'invalid_request_error', message);

	switch (fault.kind) {
		case 'missingKey':
			return say(401, 'authentication_error', 'x-api-key header is required');
		case 'wrongKey':
			return say(401, 'authentication_error', 'invalid x-api-key');
		case 'rateLimit':
			return say(429, 'rate_limit_error', TYPES[429]![1]);
		case 'quota':
			return invalid(
				'You have reached your specified API usage limits. You will regain access on 2030-01-01 at 00:00 UTC.',
			);
		case 'credit':
			return invalid(
				'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
			);
		case 'context':
			return invalid('prompt is too long: 215000 tokens > 200000 maximum');
		case 'filter':
			return invalid('Output blocked by content filtering policy');
		case 'badRequest':
			return invalid('top_k: Input should be greater than or equal to 0');
		case 'invalid':
			return invalid(fault.message);
		case 'modelNotFound':
			return say(404, 'not_found_error', `model: ${modelId}`);
		case 'status': {
			if (fault.status === 502 || fault.status === 504) {
				return { status: fault.status, headers: {}, body: gatewayPage(fault.status) };
			}
			const [type, message] = TYPES[fault.status] ?? [
				fault.status < 500 ? 'invalid_request_error' : 'api_error',
				`Simulated status ${fault.status}`,
			];
			return say(fault.status, type, message);
		}
	}
}

function models(ids: string[], query: URLSearchParams): Json {
	const limit = Number(query.get('limit') ?? 20);
	const after = query.get('after_id');
	const from = after === null ? 0 : ids.indexOf(after) + 1;
	const page = ids.slice(from, from + limit);
	return {
		data: page.map((id) => ({
			type: 'model',
			id,
			display_name: id.replace(
				/(^|-)([a-z])/g,
				(_, dash: string, letter: string) => `${dash === '' ? '' : ' '}${letter.toUpperCase()}`,
			),
			created_at: '2025-10-15T00:00:00Z',
		})),
		has_more: from + limit < ids.length,
		first_id: page[0] ?? null,
		last_id: page.at(-1) ?? null,
	};
}
