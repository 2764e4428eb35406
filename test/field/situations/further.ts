/** A second look at public reports: accounts, budgets, models that are not served, servers of the user's own, ids of calls. */
import { events, GOOD, json, ok, PARIS } from '../situation';
import type { Situation } from '../situation';
import { refused, said } from './refused';

const TOOLS = [{ name: 'look', schema: { type: 'object' } }];

/** A call of a tool by another model, with its result. */
const CONVERSATION: Situation['request'] = {
	tools: TOOLS,
	messages: [
		{ role: 'user', parts: [{ type: 'text', text: 'What is the capital of France?' }] },
		{ role: 'assistant', parts: [{ type: 'toolCall', id: 'call_49c89af0', name: 'look', input: '{}' }] },
		{ role: 'tool', parts: [{ type: 'toolResult', id: 'call_49c89af0', name: 'look', output: 'Paris' }] },
	],
};

const SPENT: readonly Situation[] = [
	refused(
		'Gemini: a quota of nothing, though a wait is named',
		429,
		{
			error: {
				code: 429,
				message:
					'You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-3.1-pro\nPlease retry in 25.465784708s.',
				status: 'RESOURCE_EXHAUSTED',
				details: [
					{
						'@type': 'type.googleapis.com/google.rpc.QuotaFailure',
						violations: [{ quotaId: 'GenerateContentInputTokensPerModelPerMinute-FreeTier' }],
					},
					{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '25s' },
				],
			},
		},
		'quotaExhausted',
		{ on: 'gemini', source: 'google-gemini/gemini-cli#22486' },
	),
	refused(
		'LiteLLM: the key’s budget, as a 400',
		400,
		{
			error: {
				message: 'Budget has been exceeded! Current cost: 14.01, Max budget: 10.0',
				type: null,
				param: null,
				code: '400',
			},
		},
		'quotaExhausted',
		{ source: 'BerriAI/litellm#14144' },
	),
	refused(
		'LiteLLM: the key’s budget, as a 429',
		429,
		{
			error: { message: 'Your AI usage allowance has been reached.', type: 'budget_exceeded', code: '429' },
		},
		'quotaExhausted',
		{ source: 'BerriAI/litellm#36729' },
	),
	refused(
		'LiteLLM: the budget of a deployment',
		429,
		said(
			'No deployments available - crossed budget: Exceeded budget for deployment model_name: m, 0.363 >= 0.1',
		),
		'quotaExhausted',
		{ source: 'BerriAI/litellm#14144' },
	),
	refused(
		'OpenRouter: the limit of a key, as a 403',
		403,
		{
			error: {
				message: 'Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys',
				code: 403,
			},
		},
		'quotaExhausted',
		{ source: 'MCPJam/inspector#1287' },
	),
	refused(
		'Fireworks: a suspended account, as a 412',
		412,
		{
			error: {
				message:
					'Account x is suspended, possibly due to reaching the monthly spending limit or failure to pay past invoices.',
				param: null,
				code: 'PRECONDITION_FAILED',
				type: 'error',
			},
		},
		'quotaExhausted',
		{ source: 'pollinations/pollinations#12136' },
	),
	refused(
		'Cloudflare: a day’s neurons',
		429,
		{
			errors: [
				{
					code: 4006,
					message:
						"AiError: you have used up your daily free allocation of 10,000 neurons, please upgrade to Cloudflare's Workers Paid plan",
				},
			],
			success: false,
			result: {},
			messages: [],
		},
		'quotaExhausted',
		{ source: 'diegosouzapw/OmniRoute#6980' },
	),
	refused(
		'Azure API Management: a volume of calls, as a 403',
		403,
		{ statusCode: 403, message: 'Out of call volume quota. Quota will be replenished in 5.03:23:11' },
		'quotaExhausted',
		{ source: 'MicrosoftDocs/azure-docs#16282' },
	),
	refused(
		'Volcengine: a limit that the user has set',
		429,
		{
			error: {
				code: 'SetLimitExceeded',
				message:
					'Your account [2100] has reached the set inference limit for the [doubao-seed] model, and the model service has been paused.',
				type: 'TooManyRequests',
			},
		},
		'quotaExhausted',
		{ source: 'volcengine/MineContext#328' },
	),
	{
		name: 'Baidu: a day’s requests, in a 200',
		source: 'songquanpeng/one-api#1503',
		on: 'compatible',
		replies: json(200, { error_code: 17, error_msg: 'Open api daily request limit reached', id: 'as-1' }),
		expected: { category: 'quotaExhausted', calls: 1 },
	},
];

const PACED: readonly Situation[] = [
	refused(
		'Baidu: requests a minute, by a code of its own',
		429,
		{
			error: {
				code: 'rpm_rate_limit_exceeded',
				message: 'Rate limit reached for RPM',
				type: 'rate_limit_exceeded',
			},
		},
		'rateLimited',
		{ source: 'PaddlePaddle/ERNIE#1031' },
	),
	refused(
		'Moonshot: calls at a time, with a wait "after"',
		429,
		{
			error: {
				message:
					'Your account org-e6<ak-f3> request reached max organization concurrency: 1, please try again after 1 seconds',
				type: 'rate_limit_reached_error',
			},
		},
		'rateLimited',
		{ source: 'LLM-Red-Team/kimi-cc#16', expected: { retryAfterMs: 1_000 } },
	),
	refused(
		'LiteLLM: all deployments cool down',
		429,
		said('No deployments available for selected model, Try again in 60 seconds. Passed model=m.'),
		'rateLimited',
		{ source: 'BerriAI/litellm#5634', expected: { retryAfterMs: 60_000 } },
	),
	refused(
		'Azure: a wait of a day',
		429,
		{
			error: {
				code: '429',
				message:
					'Requests to the ChatCompletions_Create Operation have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 86400 seconds.',
			},
		},
		'rateLimited',
		{ source: 'alex-wolf-ps/dbchatprov2#2', expected: { retryAfterMs: 86_400_000 } },
	),
	refused(
		'Groq: more than a minute’s tokens, as a 413',
		413,
		{
			error: {
				message:
					'Request too large for model `llama-3.1-8b-instant` in organization `org_x` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 12328, please reduce your message size and try again.',
				type: 'tokens',
				code: 'rate_limit_exceeded',
			},
		},
		'invalidRequest',
		{ source: 'HunorLaczko/ha-groq-cloud-api#27' },
	),
	refused(
		'OpenRouter: its provider’s words as an object',
		429,
		{
			error: {
				message: 'Provider returned error',
				code: 429,
				metadata: {
					raw: {
						__kind: 'OK',
						data: '{"error":{"code":null,"message":"Rate limit exceeded","type":"rate_limit_exceeded"}}\n',
					},
					provider_name: 'SambaNova',
				},
			},
		},
		'rateLimited',
		{ source: 'CherryHQ/cherry-studio#733' },
	),
];

const NOT_SERVED: readonly Situation[] = [
	refused(
		'Bedrock: only by an inference profile, with a curly apostrophe',
		400,
		{
			message:
				'Invocation of model ID anthropic.claude-sonnet-4-6 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
		},
		'modelNotFound',
		{ source: 'gethouston/houston#1381' },
	),
	refused(
		'Bedrock: the same in the detail of a gateway',
		500,
		{
			detail:
				"An error occurred (ValidationException) when calling the Converse operation: Invocation of model ID anthropic.claude-3-5-sonnet-20240620-v1:0 with on-demand throughput isn't supported.",
		},
		'modelNotFound',
		{ source: 'aws-samples/bedrock-access-gateway#73' },
	),
	refused(
		'Together: no serverless model',
		400,
		said(
			'Unable to access non-serverless model x/y. Please visit https://api.together.ai/models/x/y to create a new dedicated endpoint.',
			{
				code: 'model_not_available',
			},
		),
		'modelNotFound',
		{ source: 'HeyPuter/puter#3168' },
	),
	refused(
		'Together: an endpoint of its own that is not running',
		400,
		said('The dedicated endpoint for x/y is not running.', { code: 'dedicated_endpoint_not_running' }),
		'modelNotFound',
		{ source: 'HeyPuter/puter#3168' },
	),
	refused(
		'OpenRouter: all its providers are ruled out',
		404,
		{ error: { message: 'No allowed providers are available for the selected model.', code: 404 } },
		'modelNotFound',
		{ source: 'maximhq/bifrost#4141' },
	),
	refused(
		'Anthropic: the organization is disabled, as a 400',
		400,
		{
			type: 'error',
			error: { type: 'invalid_request_error', message: 'This organization has been disabled.' },
		},
		'authentication',
		{ on: 'anthropic', source: 'anthropics/claude-code#19028' },
	),
	refused(
		'xAI: a wrong key, as a 400',
		400,
		{
			code: 'Client specified an invalid argument',
			error: 'Incorrect API key provided: na***ys. You can obtain an API key from https://console.x.ai.',
		},
		'authentication',
		{ source: 'continuedev/continue#10778' },
	),
];

const OWN_SERVERS: readonly Situation[] = [
	refused(
		'LM Studio: the model crashed, as a 400',
		400,
		{ error: 'The model has crashed without additional information. (Exit code: 18446744072635812000)' },
		'serverError',
		{ source: 'lmstudio-ai/lmstudio-bug-tracker#1347' },
	),
	refused(
		'LM Studio: the model cannot be loaded',
		400,
		{ error: 'Failed to load model "gpt-oss-20b". Error: Error loading model.' },
		'overloaded',
		{ source: 'continuedev/continue#10150' },
	),
	refused(
		'LM Studio: none is loaded',
		400,
		said('No models loaded. Please load a model in the developer page.', { param: 'model' }),
		'overloaded',
		{ source: 'tinyhumansai/openhuman#4181' },
	),
	refused(
		'Ollama: not enough memory',
		500,
		said('model requires more system memory (2.7 GiB) than is available (2.3 GiB)', { type: 'api_error' }),
		'serverError',
		{ source: 'continuedev/continue#11478', expected: { message: /more system memory/ } },
	),
	...[
		'image input is not supported by this server',
		'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
	].map((words, at) =>
		refused(
			`llama.cpp: no images, as a 500, ${at === 0 ? 'older' : 'newer'} words`,
			500,
			{ error: { code: 500, message: words, type: 'server_error' } },
			'invalidRequest',
			{ source: at === 0 ? 'ggml-org/llama.cpp#13566' : 'ggml-org/llama.cpp#19917' },
		),
	),
	refused(
		'vLLM: started without a parser of tool calls',
		400,
		{
			object: 'error',
			message: '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
			type: 'BadRequestError',
			param: null,
			code: 400,
		},
		'invalidRequest',
		{ source: 'mike-nott/mcp-assist#21', request: { tools: TOOLS } },
	),
	{
		name: 'HuggingFace: a wrong value, told in a 200',
		source: 'BerriAI/litellm#2180',
		on: 'compatible',
		replies: ok(
			events({ error: 'Input validation error: `top_p` must be > 0.0 and < 1.0', error_type: 'validation' }),
		),
		expected: { category: 'invalidRequest', calls: 1 },
	},
];

const REFUSED_FORMS: readonly Situation[] = [
	...[
		['charmbracelet/crush#386', 'Argument not supported on this model: reasoningEffort'],
		[
			'neavo/LinguaGacha#771',
			'Model grok-4.20-0309-non-reasoning does not support parameter reasoningEffort.',
		],
	].map(([source, words]): Situation => ({
		name: `xAI: "${words!.slice(0, 24)}…", in a spelling of its own`,
		source,
		on: 'compatible',
		request: { reasoningEffort: 'low' },
		replies: [json(400, { code: 'Client specified an invalid argument', error: words }), ok(GOOD.compatible)],
		expected: {
			...PARIS,
			calls: 2,
			sent: (requests) => expect(requests[1]!.body).not.toHaveProperty('reasoning_effort'),
		},
	})),
	...[
		['anomalyco/opencode#1680', 400],
		['jundot/omlx#1997', 500],
	].map(([source, status]): Situation => ({
		name: `a template of Mistral behind another name wants short ids of calls, as a ${status}`,
		source: String(source),
		on: 'compatible',
		modelId: 'house-model',
		request: CONVERSATION,
		replies: [
			json(Number(status), {
				object: 'error',
				message: 'Tool call id was call_49c89af0 but must be a-z, A-Z, 0-9, with a length of 9.',
				type: 'invalid_function_call',
				code: '3280',
			}),
			ok(GOOD.compatible),
		],
		expected: {
			...PARIS,
			calls: 2,
			sent: (requests) => {
				const ids = JSON.stringify(requests[1]!.body).match(/"(?:id|tool_call_id)":"[^"]*"/g) ?? [];
				expect(ids).toHaveLength(2);
				expect(new Set(ids.map((each) => each.split(':')[1])).size).toBe(1);
				expect(ids[0]).toMatch(/:"[a-zA-Z0-9]{9}"$/);
			},
		},
	})),
];

export const FURTHER: readonly Situation[] = [
	...SPENT,
	...PACED,
	...NOT_SERVED,
	...OWN_SERVERS,
	...REFUSED_FORMS,
];
