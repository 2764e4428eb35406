/** Passing faults, wrong addresses, models, keys, and the forms of their bodies. */
import { json, onEach } from '../situation';
import type { Protocol, Reply, Situation } from '../situation';
import { refused, said } from './refused';

export const REFUSALS: readonly Situation[] = [
	// Passing faults
	...[424, 425, 499].flatMap((status) =>
		onEach(() => ({
			name: String(status),
			replies: json(status, { error: { message: 'try later', status: 'CANCELLED' } }),
			expected: { category: 'serverError' as const },
		})),
	),
	...onEach(() => ({
		name: '498',
		replies: json(498, { error: { message: 'capacity exceeded' } }),
		expected: { category: 'overloaded' as const },
	})),
	...onEach(() => ({
		name: '408',
		replies: json(408, { error: { message: 'timeout' } }),
		expected: { category: 'timeout' as const },
	})),
	...['502', '520', '524'].map((status) =>
		refused(
			`a page of Cloudflare, ${status}`,
			Number(status),
			'<!DOCTYPE html><html><head><title>x | 524</title></head></html>',
			'serverError',
			{
				source: 'ollama/ollama#3694',
				headers: { 'content-type': 'text/html' },
				expected: { notSaid: /<|DOCTYPE/ },
			},
		),
	),
	refused(
		'inner statuses of a chain of gateways',
		502,
		said(
			'All variants failed: glm: 429 Too Many Requests; kimi: 403 Forbidden: your subscription payment is past due',
		),
		'serverError',
		{ source: 'continuedev/continue#13195' },
	),
	...onEach(() => ({
		name: 'a 503 whose body never ends',
		replies: { status: 503, body: '{"error":{"mess', then: 'open' } as Reply,
		expected: { category: 'overloaded' as const, withinMs: 1_600 },
	})),
	...onEach(() => ({
		name: 'a 429 without a body that never ends',
		replies: { status: 429, headers: { 'retry-after': '7' }, then: 'open' } as Reply,
		expected: { category: 'rateLimited' as const, retryAfterMs: 7_000, withinMs: 1_600 },
	})),
	// The address
	...(['compatible', 'anthropic', 'gemini'] as const).flatMap((on: Protocol) => [
		refused('404 page not found', 404, '404 page not found', 'modelNotFound', {
			on,
			expected: { message: /Base URL/ },
		}),
		refused(
			'a 404 of nginx',
			404,
			'<html><head><title>404 Not Found</title></head><body>nginx</body></html>',
			'modelNotFound',
			{ on, headers: { 'content-type': 'text/html' }, expected: { message: /Base URL/ } },
		),
		refused('a 404 without a body', 404, '', 'modelNotFound', { on, expected: { message: /Base URL/ } }),
		refused('a 404 of FastAPI', 404, { detail: 'Not Found' }, 'modelNotFound', {
			on,
			expected: { message: /Base URL/ },
		}),
		refused('405', 405, { detail: 'Method Not Allowed' }, 'modelNotFound', {
			on,
			expected: { message: /Base URL/ },
		}),
		refused(
			'a model that is not there',
			404,
			said('The model `gpt-9` does not exist or you do not have access to it.', { code: 'model_not_found' }),
			'modelNotFound',
			{ on },
		),
	]),
	// The model
	refused(
		'no provider for the model',
		400,
		said("The requested model 'x' is not supported by any provider you have enabled."),
		'modelNotFound',
		{ source: 'n4ze3m/page-assist#727' },
	),
	refused(
		'OneAPI: no channel',
		503,
		said('当前分组 default 下对于模型 gpt-4o 无可用渠道', { type: 'one_api_error' }),
		'modelNotFound',
		{ source: 'songquanpeng/one-api#2340' },
	),
	refused(
		'no chat model',
		404,
		said('This is not a chat model and thus not supported in the v1/chat/completions endpoint.', {
			param: 'model',
		}),
		'modelNotFound',
		{ source: 'docker/docker-agent#313' },
	),
	refused(
		'NVIDIA: a function that is degraded',
		400,
		{ status: 400, title: 'Bad Request', detail: "Function id '87ea': DEGRADED function cannot be invoked" },
		'overloaded',
		{ source: 'decolua/9router#2527' },
	),
	refused(
		'SiliconFlow: no such model',
		400,
		{ code: 20012, message: 'Model does not exist. Please check it carefully.', data: null },
		'modelNotFound',
		{ source: 'CherryHQ/cherry-studio#4541' },
	),
	refused(
		'LM Studio: the model fell out of memory',
		400,
		said('Failed to load model "qwen". Error: Operation canceled.'),
		'overloaded',
		{ source: 'charmbracelet/crush#2546' },
	),
	refused(
		'OpenRouter: no host that takes tools',
		404,
		said('No endpoints found that support tool use.'),
		'invalidRequest',
		{ source: 'anomalyco/opencode#1675' },
	),
	// The key and the place
	refused(
		'the country',
		400,
		{
			error: {
				code: 400,
				message: 'User location is not supported for the API use.',
				status: 'FAILED_PRECONDITION',
			},
		},
		'authentication',
		{ on: 'gemini', source: 'google-gemini/gemini-cli#24641' },
	),
	refused(
		'xAI: a wrong key in a 400',
		400,
		{ code: 'Client specified an invalid argument', error: 'Incorrect API key provided: gs***tF.' },
		'authentication',
	),
	// Forms of bodies
	refused(
		'an error that is JSON in a text',
		400,
		{
			error: {
				message: JSON.stringify({
					error: {
						code: 400,
						message:
							'The input token count (3475108) exceeds the maximum number of tokens allowed (1048576).',
						status: 'INVALID_ARGUMENT',
					},
				}),
				code: 400,
			},
		},
		'contextOverflow',
		{ source: 'google-gemini/gemini-cli#4231', expected: { notSaid: /[{}]/ } },
	),
	refused(
		'a bare number in an echoed body',
		400,
		{
			error: { message: '`tools` must not be an empty array', code: 400 },
			prompt_token_ids: [9906, 429, 1234],
		},
		'invalidRequest',
		{ source: 'BerriAI/litellm#36705' },
	),
	refused(
		'words at the top level',
		429,
		{ code: '429', message: 'Error from provider (Xiaomi): Too many requests', type: 'limitation' },
		'rateLimited',
		{ source: 'anomalyco/opencode#29912', expected: { message: /Xiaomi/ } },
	),
	refused(
		'Cloudflare: a list of errors',
		400,
		{
			result: null,
			success: false,
			errors: [{ code: 7009, message: 'Upstream service unavailable' }],
			messages: [],
		},
		'invalidRequest',
		{ expected: { message: /Upstream service unavailable/ } },
	),
	refused(
		'a limit in the place of the name',
		416,
		{ error: { message: 'max_completion_tokens is limited for this model' } },
		'invalidRequest',
		{ source: 'scaleway/docs-content#4858' },
	),
];
