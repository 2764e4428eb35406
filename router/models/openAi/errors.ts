import type { ErrorDialect } from '../wire/errors';
import type { OpenAiFlavour } from './request';

/** How errors are named by OpenAI and by the servers that follow it. */
export function dialectOf({ flavour, baseUrl }: { flavour: OpenAiFlavour; baseUrl: string }): ErrorDialect {
	return { label: flavour === 'openAi' ? 'OpenAI' : new URL(baseUrl).host, names: ERROR_NAMES };
}

const ERROR_NAMES: ErrorDialect['names'] = {
	rate_limit_exceeded: 'rateLimited',
	rate_limit_error: 'rateLimited',
	insufficient_quota: 'quotaExhausted',
	billing_hard_limit_reached: 'quotaExhausted',
	billing_not_active: 'quotaExhausted',
	exceeded_current_quota_error: 'quotaExhausted', // Moonshot
	context_length_exceeded: 'contextOverflow',
	exceed_context_size_error: 'contextOverflow', // llama.cpp
	string_above_max_length: 'contextOverflow',
	content_policy_violation: 'contentFiltered',
	content_filter: 'contentFiltered', // Azure
	moderation_blocked: 'contentFiltered',
	invalid_prompt: 'contentFiltered',
	data_inspection_failed: 'contentFiltered', // Qwen
	model_not_found: 'modelNotFound',
	model_decommissioned: 'modelNotFound', // Groq
	DeploymentNotFound: 'modelNotFound', // Azure
	invalid_api_key: 'authentication',
	authentication_error: 'authentication',
	account_deactivated: 'authentication',
	unsupported_country_region_territory: 'authentication',
	overloaded: 'overloaded',
	overloaded_error: 'overloaded',
	engine_overloaded_error: 'overloaded', // Moonshot
	slow_down: 'overloaded',
	insufficient_system_resource: 'overloaded', // DeepSeek
	server_error: 'serverError',
	internal_server_error: 'serverError',
};
