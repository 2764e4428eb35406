/** The error bodies of OpenAI, and where compatible servers word them differently. */
import { gatewayPage, type ErrorKind, type ErrorReply } from './wire';

export function error(
	fault: ErrorKind,
	{ endpoint, modelId }: { endpoint: string; modelId: string },
): ErrorReply {
	const own = endpoint === 'openai';
	const say = (
		status: number,
		message: string,
		type: string | null,
		code: string | number | null = null,
		param: string | null = null,
	): ErrorReply => ({ status, headers: {}, body: { error: { message, type, param, code } } });

	switch (fault.kind) {
		case 'missingKey':
			return say(
				401,
				"You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). You can obtain an API key from https://platform.openai.com/account/api-keys.",
				'invalid_request_error',
			);
		case 'wrongKey':
			return say(
				401,
				`Incorrect API key provided: ${masked(fault.key)}. You can find your API key at https://platform.openai.com/account/api-keys.`,
				'invalid_request_error',
				'invalid_api_key',
			);
		case 'rateLimit':
			return say(
				429,
				`Rate limit reached for ${modelId} in organization org-simulated on requests per min (RPM): Limit 3, Used 3, Requested 1.${
					fault.retryAfterSeconds === null ? '' : ` Please try again in ${fault.retryAfterSeconds}s.`
				} Visit https://platform.openai.com/account/rate-limits to learn more.`,
				'requests',
				'rate_limit_exceeded',
			);
		case 'quota':
			return say(
				429,
				'You exceeded your current quota, please check your plan and billing details. For more information on this error, read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors.',
				'insufficient_quota',
				'insufficient_quota',
			);
		case 'credit':
			return own
				? say(
						429,
						'Your account is not active, please check your billing details on our website.',
						'billing_not_active',
						'billing_not_active',
					)
				: say(402, 'Insufficient Balance', 'unknown_error', 'invalid_request_error');
		case 'context':
			return own
				? say(
						400,
						"This model's maximum context length is 8192 tokens. However, your messages resulted in 10211 tokens. Please reduce the length of the messages.",
						'invalid_request_error',
						'context_length_exceeded',
						'messages',
					)
				: say(
						400,
						"This model's maximum context length is 8192 tokens. However, you requested 10211 tokens (9699 in the messages, 512 in the completion). Please reduce the length of the messages or completion.",
						'BadRequestError',
						400,
					);
		case 'filter':
			return own
				? say(
						400,
						'Your request was rejected as a result of our safety system. Your prompt may contain text that is not allowed by our safety system.',
						'invalid_request_error',
						'content_policy_violation',
					)
				: say(
						400,
						"The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
						null,
						'content_filter',
						'prompt',
					);
		case 'badRequest':
			return say(
				400,
				"Unsupported parameter: 'logit_bias' is not supported with this model.",
				'invalid_request_error',
				'unsupported_parameter',
				'logit_bias',
			);
		case 'invalid':
			return say(400, fault.message, 'invalid_request_error', fault.code, fault.param);
		case 'modelNotFound':
			return say(
				404,
				`The model \`${modelId}\` does not exist or you do not have access to it.`,
				'invalid_request_error',
				'model_not_found',
			);
		case 'status':
			return byStatus(fault.status, say);
	}
}

function byStatus(
	status: number,
	say: (status: number, message: string, type: string | null, code?: string) => ErrorReply,
): ErrorReply {
	switch (status) {
		case 403:
			return say(
				403,
				'Country, region, or territory not supported',
				'request_forbidden',
				'unsupported_country_region_territory',
			);
		case 413:
			return say(413, 'Maximum content size limit (26214400) exceeded.', 'invalid_request_error');
		case 500:
			return say(
				500,
				'The server had an error while processing your request. Sorry about that!',
				'server_error',
			);
		case 503:
		case 529:
			return say(
				status,
				'The engine is currently overloaded, please try again later.',
				'service_unavailable_error',
			);
		case 502:
		case 504:
			return { status, headers: {}, body: gatewayPage(status) };
		default:
			return say(
				status,
				`Simulated status ${status}`,
				status < 500 ? 'invalid_request_error' : 'server_error',
			);
	}
}

/** OpenAI repeats the ends of a rejected key; callers must not pass them on. */
const masked = (key: string): string => `${key.slice(0, 8)}${'*'.repeat(8)}${key.slice(-4)}`;
