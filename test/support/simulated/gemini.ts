/** Google's generateContent. */
import { geminiFault, SIGNATURE } from './toolRules';
import {
	asJson,
	asList,
	asNumber,
	asText,
	inputObject,
	data,
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

const FINISH = {
	stop: 'STOP',
	length: 'MAX_TOKENS',
	filter: 'SAFETY',
	refusal: 'PROHIBITED_CONTENT',
} as const;

const TYPE = 'type.googleapis.com/google.rpc.';

export const gemini: Wire = {
	protocol: 'gemini',
	keyOf: (headers, query) => headers.get('x-goog-api-key') ?? query.get('key') ?? '',
	target: (path) => {
		const match = /^\/v1(?:beta)?\/models\/(.+):(streamGenerateContent|generateContent)$/.exec(path);
		return match === null
			? null
			: { model: decodeURIComponent(match[1]!), streaming: match[2] === 'streamGenerateContent' };
	},
	read,
	objection,
	whole: (call, reply) => answer(call, reply, reply.parts.join(''), true),
	stream,
	error,
	errorEvent: () => data(error({ kind: 'status', status: 503 }, { modelId: '' }).body),
	ping: (call, reply) => data({ ...identity(call, reply), usageMetadata: usage(reply, false) }),
	blockedPrompt: (call, reply) => ({
		promptFeedback: { blockReason: 'PROHIBITED_CONTENT' },
		usageMetadata: {
			promptTokenCount: reply.usage.input,
			totalTokenCount: reply.usage.input,
			promptTokensDetails: [{ modality: 'TEXT', tokenCount: reply.usage.input }],
		},
		...identity(call, reply),
	}),
	models,
};

function read(body: Json): ReturnType<Wire['read']> {
	// The REST interface takes both spellings.
	const config = asJson(body.generationConfig ?? body.generation_config);
	const schema = config.responseJsonSchema ?? config.responseSchema;
	return {
		system: textOf(asJson(body.systemInstruction ?? body.system_instruction)),
		messages: asList(body.contents).map((content) => ({
			role: asText(content.role) === 'model' ? 'assistant' : 'user',
			text: textOf(content),
			attachments: asList(content.parts).filter((part) => part.inlineData !== undefined).length,
			calls: partsWith(content, 'functionCall').map(({ id, name, args }) => ({
				id: asText(id),
				name: asText(name),
				input: JSON.stringify(args ?? {}),
			})),
			results: partsWith(content, 'functionResponse').map(({ id, name, response }) => ({
				id: asText(id),
				name: asText(name),
				output: asText(asJson(response).output ?? asJson(response).error),
			})),
		})),
		wantsJson: config.responseMimeType === 'application/json',
		schema: isJson(schema) ? schema : null,
		maxOutputTokens: asNumber(config.maxOutputTokens),
		showThoughts: asJson(config.thinkingConfig).includeThoughts === true,
		includeUsage: true,
		tools: asList(body.tools).flatMap((tool) =>
			asList(tool.functionDeclarations).map(({ name }) => asText(name)),
		),
	};
}

const partsWith = (content: Json, field: string): Json[] =>
	asList(content.parts).flatMap((part) => (isJson(part[field]) ? [part[field]] : []));

const textOf = (content: Json): string =>
	asList(content.parts)
		.map((part) => asText(part.text))
		.join('');

function objection(call: SimulatedCall, body: Json): ErrorReply | null {
	const no = (message: string): ErrorReply =>
		error({ kind: 'invalid', message, param: null, code: null }, call);
	if (call.messages.length === 0) return no('* GenerateContentRequest.contents: contents is not specified\n');
	const odd = asList(body.contents).find((content) => !['user', 'model', ''].includes(asText(content.role)));
	if (odd !== undefined) return no('Please use a valid role: user, model.');
	const fault = geminiFault(body, call.modelId);
	return fault === null ? null : no(fault);
}

const identity = (call: SimulatedCall, reply: SimulatedReply): Json => ({
	modelVersion: call.modelId,
	responseId: reply.id,
});

/** `candidatesTokenCount` leaves the thoughts out; `promptTokenCount` counts cached input. */
function usage({ usage: { input, cached, output, reasoning } }: SimulatedReply, ended: boolean): Json {
	return {
		promptTokenCount: input,
		...(ended ? { candidatesTokenCount: output - reasoning } : {}),
		totalTokenCount: input + (ended ? output : reasoning),
		...(cached > 0
			? {
					cachedContentTokenCount: cached,
					cacheTokensDetails: [{ modality: 'TEXT', tokenCount: cached }],
				}
			: {}),
		promptTokensDetails: [{ modality: 'TEXT', tokenCount: input }],
		...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
	};
}

/** What Gemini says of a call that is no JSON. */
const MALFORMED = 'MALFORMED_FUNCTION_CALL';

const finishOf = (reply: SimulatedReply): string =>
	reply.finishReason ??
	(reply.callForm.has('badargs') && reply.calls.length > 0 ? MALFORMED : FINISH[reply.finish]);

function answer(call: SimulatedCall, reply: SimulatedReply, text: string, last: boolean): Json {
	const finish = finishOf(reply);
	const thought = last && showsThoughts(call, reply) ? [{ text: reply.thought, thought: true }] : [];
	const calls = last && finish !== MALFORMED ? reply.calls.map((one, at) => callPart(call, one, at)) : [];
	const parts = [...thought, ...(text === '' ? [] : [{ text }]), ...calls];
	return {
		candidates: [
			{
				...(parts.length > 0 ? { content: { parts, role: 'model' } } : {}),
				...(last ? { finishReason: finish } : {}),
				index: 0,
				...(last && finish === 'SAFETY'
					? {
							safetyRatings: [
								{
									category: 'HARM_CATEGORY_DANGEROUS_CONTENT',
									probability: 'HIGH',
									blocked: true,
								},
							],
						}
					: {}),
			},
		],
		usageMetadata: usage(reply, last),
		...identity(call, reply),
	};
}

/** Gemini 3 names ids and signs the first call; earlier ones do neither. */
function callPart({ modelId }: SimulatedCall, { id, name, input }: SimulatedToolCall, at: number): Json {
	const isNew = /gemini-3/.test(modelId);
	return {
		functionCall: { ...(isNew ? { id } : {}), name, args: inputObject(input) },
		...(isNew && at === 0 ? { thoughtSignature: SIGNATURE } : {}),
	};
}

const showsThoughts = (call: SimulatedCall, reply: SimulatedReply): boolean =>
	call.showThoughts && reply.thought !== null;

function stream(call: SimulatedCall, reply: SimulatedReply): EventStream {
	const thought = {
		candidates: [{ content: { parts: [{ text: reply.thought, thought: true }], role: 'model' }, index: 0 }],
		usageMetadata: usage(reply, false),
		...identity(call, reply),
	};
	const blocked = reply.finish === 'filter' || reply.finish === 'refusal';
	const words = blocked ? [] : reply.parts;
	// The finish reason comes with the last text, as here, or on a chunk of its own.
	const lastWord = words.at(-1) ?? '';
	return {
		opening: [],
		parts: [
			...(showsThoughts(call, reply) ? [data(thought)] : []),
			...words.slice(0, -1).map((text) => data(answer(call, reply, text, false))),
		],
		closing: [data(answer({ ...call, showThoughts: false }, reply, lastWord, true))],
	};
}

const STATUS: Record<number, [status: string, message: string]> = {
	400: ['INVALID_ARGUMENT', 'Request contains an invalid argument.'],
	401: [
		'UNAUTHENTICATED',
		'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
	],
	403: ['PERMISSION_DENIED', 'The caller does not have permission'],
	404: ['NOT_FOUND', 'Requested entity was not found.'],
	413: ['INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.'],
	429: ['RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'],
	500: [
		'INTERNAL',
		'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
	],
	503: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
	529: ['UNAVAILABLE', 'The model is overloaded. Please try again later.'],
	504: ['DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'],
};

function error(fault: ErrorKind, { modelId }: { modelId: string }): ErrorReply {
	const say = (code: number, status: string, message: string, details: Json[] = []): ErrorReply => ({
		status: code,
		headers: {},
		body: { error: { code, message, status, ...(details.length > 0 ? { details } : {}) } },
	});
	const invalid = (message: string): ErrorReply => say(400, 'INVALID_ARGUMENT', message);

	switch (fault.kind) {
		case 'missingKey':
			return say(
				403,
				'PERMISSION_DENIED',
				"Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
			);
		case 'wrongKey':
			return say(400, 'INVALID_ARGUMENT', 'API key not valid. Please pass a valid API key.', [
				{
					'@type': `${TYPE}ErrorInfo`,
					reason: 'API_KEY_INVALID',
					domain: 'googleapis.com',
					metadata: { service: 'generativelanguage.googleapis.com' },
				},
				{
					'@type': `${TYPE}LocalizedMessage`,
					locale: 'en-US',
					message: 'API key not valid. Please pass a valid API key.',
				},
			]);
		case 'rateLimit': {
			const seconds = fault.retryAfterSeconds;
			return seconds === null
				? say(429, ...STATUS[429]!)
				: say(429, 'RESOURCE_EXHAUSTED', quotaText(modelId, seconds), quotaDetails('PerMinute', seconds));
		}
		case 'quota':
			return say(429, 'RESOURCE_EXHAUSTED', quotaText(modelId, 37), quotaDetails('PerDay', 37));
		case 'credit':
			return say(
				429,
				'RESOURCE_EXHAUSTED',
				'Your prepayment credits are depleted. Please go to AI Studio at https://ai.studio/projects to manage your project and billing.',
			);
		case 'context':
			return invalid(
				'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
			);
		case 'filter':
			return invalid('The prompt could not be submitted. This prompt contains sensitive words.');
		case 'badRequest':
			return invalid(
				'* GenerateContentRequest.generation_config.top_p: top_p must be in the range [0.0, 1.0]\n',
			);
		case 'invalid':
			return invalid(fault.message);
		case 'modelNotFound':
			return say(
				404,
				'NOT_FOUND',
				`models/${modelId} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
			);
		case 'status': {
			if (fault.status === 502) return { status: 502, headers: {}, body: gatewayPage(502) };
			return say(fault.status, ...(STATUS[fault.status] ?? ['UNKNOWN', `Simulated status ${fault.status}`]));
		}
	}
}

/** The same sentence for a minute's and a day's quota: only `quotaId` tells them apart. */
const quotaText = (modelId: string, seconds: number): string =>
	'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.\n' +
	`* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 10, model: ${modelId}\nPlease retry in ${seconds}s.`;

const quotaDetails = (period: 'PerMinute' | 'PerDay', seconds: number): Json[] => [
	{
		'@type': `${TYPE}Help`,
		links: [
			{
				description: 'Learn more about Gemini API quotas',
				url: 'https://ai.google.dev/gemini-api/docs/rate-limits',
			},
		],
	},
	{
		'@type': `${TYPE}QuotaFailure`,
		violations: [
			{
				quotaMetric: 'generativelanguage.googleapis.com/generate_content_free_tier_requests',
				quotaId: `GenerateRequests${period}PerProjectPerModel-FreeTier`,
				quotaDimensions: { location: 'global' },
				quotaValue: '10',
			},
		],
	},
	{ '@type': `${TYPE}RetryInfo`, retryDelay: `${seconds}s` },
];

function models(ids: string[], query: URLSearchParams): Json {
	const size = Number(query.get('pageSize') ?? 50);
	const from = Number(query.get('pageToken') ?? 0);
	const page = ids.slice(from, from + size);
	return {
		models: page.map((id) => ({
			name: `models/${id}`,
			version: '001',
			displayName: id,
			description: `Simulated ${id}`,
			inputTokenLimit: 1_048_576,
			outputTokenLimit: 65_536,
			supportedGenerationMethods: /embed/.test(id)
				? ['embedContent', 'countTokens']
				: ['generateContent', 'countTokens', 'createCachedContent', 'batchGenerateContent'],
			temperature: 1,
			topP: 0.95,
			topK: 64,
			maxTemperature: 2,
		})),
		...(from + size < ids.length ? { nextPageToken: String(from + size) } : {}),
	};
}
