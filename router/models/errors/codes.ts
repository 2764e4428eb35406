import type { ErrorCategory } from '../../types';

/**
 * Providers' own names for errors (`code`, `type`, `status`, `reason`). One table for all protocols, because gateways
 * pass on the names of the provider behind them. Names that say no more than their status are left out.
 */
export const ERROR_CODES: Readonly<Record<string, ErrorCategory>> = {
	rate_limit_exceeded: 'rateLimited',
	rate_limit_error: 'rateLimited',
	too_many_requests: 'rateLimited',
	RESOURCE_EXHAUSTED: 'rateLimited',
	too_many_tokens_error: 'rateLimited', // Cerebras, a minute's limit
	token_quota_exceeded: 'rateLimited', // Cerebras, likewise
	ThrottlingException: 'rateLimited', // Bedrock
	Throttling: 'rateLimited', // DashScope
	'Throttling.RateQuota': 'rateLimited',
	'Throttling.AllocationQuota': 'rateLimited',

	insufficient_quota: 'quotaExhausted',
	insufficient_user_quota: 'quotaExhausted', // OneAPI
	pre_consume_token_quota_failed: 'quotaExhausted', // OneAPI
	billing_hard_limit_reached: 'quotaExhausted',
	billing_not_active: 'quotaExhausted',
	billing_error: 'quotaExhausted',
	budget_exceeded: 'quotaExhausted', // LiteLLM
	SetLimitExceeded: 'quotaExhausted', // Volcengine, a limit that the user has set
	exceeded_current_quota_error: 'quotaExhausted', // Moonshot
	Arrearage: 'quotaExhausted', // DashScope

	context_length_exceeded: 'contextOverflow',
	context_window_exceeded: 'contextOverflow',
	context_exceeded: 'contextOverflow',
	exceed_context_size_error: 'contextOverflow', // llama.cpp
	model_max_prompt_tokens_exceeded: 'contextOverflow', // GitHub
	tokens_limit_reached: 'contextOverflow', // GitHub
	request_too_large: 'contextOverflow', // Anthropic

	tool_use_failed: 'invalidOutput', // Groq, as the next
	json_validate_failed: 'invalidOutput',

	content_policy_violation: 'contentFiltered',
	content_filter: 'contentFiltered', // Azure
	moderation_blocked: 'contentFiltered',
	invalid_prompt: 'contentFiltered',
	data_inspection_failed: 'contentFiltered', // Qwen
	DataInspectionFailed: 'contentFiltered',

	model_not_found: 'modelNotFound',
	model_not_supported: 'modelNotFound',
	model_decommissioned: 'modelNotFound', // Groq
	model_not_available: 'modelNotFound', // Together, as the next
	dedicated_endpoint_not_running: 'modelNotFound',
	DeploymentNotFound: 'modelNotFound', // Azure
	unsupported_api_for_model: 'modelNotFound', // GitHub
	not_found_error: 'modelNotFound', // Anthropic
	NOT_FOUND: 'modelNotFound',

	invalid_api_key: 'authentication',
	InvalidApiKey: 'authentication', // DashScope
	authentication_error: 'authentication',
	invalid_authentication_error: 'authentication', // Moonshot
	permission_error: 'authentication',
	account_deactivated: 'authentication',
	unsupported_country_region_territory: 'authentication',
	API_KEY_INVALID: 'authentication',
	UNAUTHENTICATED: 'authentication',
	PERMISSION_DENIED: 'authentication',

	overloaded: 'overloaded',
	overloaded_error: 'overloaded',
	engine_overloaded_error: 'overloaded', // Moonshot
	service_tier_capacity_exceeded: 'overloaded', // Mistral
	slow_down: 'overloaded',
	server_is_overloaded: 'overloaded', // OpenAI, as the next, in a 200 too
	service_unavailable_error: 'overloaded',
	unavailable_error: 'overloaded', // llama.cpp, while it loads
	provider_unavailable: 'overloaded', // OpenRouter
	insufficient_system_resource: 'overloaded', // DeepSeek
	UNAVAILABLE: 'overloaded',

	validation: 'invalidRequest', // TGI, in a 200 too

	server_error: 'serverError',
	api_error: 'serverError',
	timeout_error: 'serverError',
	internal_server_error: 'serverError',

	// Zhipu (GLM)
	'1001': 'authentication',
	'1002': 'authentication',
	'1003': 'authentication',
	'1113': 'quotaExhausted',
	'1211': 'modelNotFound',
	'1261': 'contextOverflow',
	'1301': 'contentFiltered',
	'1302': 'rateLimited',
	'1303': 'rateLimited',
	'1304': 'quotaExhausted',
	'1305': 'overloaded',
	'1308': 'quotaExhausted',
	'1309': 'quotaExhausted',
	'1310': 'quotaExhausted',
	'1312': 'overloaded',
	'1313': 'quotaExhausted', // lifted on request only

	// MiniMax, whose codes are in `base_resp`
	'base_resp 1001': 'serverError',
	'base_resp 1002': 'rateLimited',
	'base_resp 1004': 'authentication',
	'base_resp 1008': 'quotaExhausted',
	'base_resp 1013': 'serverError',
	'base_resp 1024': 'serverError',
	'base_resp 1026': 'contentFiltered',
	'base_resp 1027': 'contentFiltered',
	'base_resp 1033': 'serverError',
	'base_resp 1039': 'rateLimited',
	'base_resp 1041': 'rateLimited',
	'base_resp 2013': 'invalidRequest',
	'base_resp 2045': 'rateLimited',
	'base_resp 2049': 'authentication',
	'base_resp 2056': 'quotaExhausted',

	// SiliconFlow
	'20012': 'modelNotFound',
	'50508': 'overloaded',
};
