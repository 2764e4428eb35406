import type { ErrorDialect } from '../wire/errors';

export const DIALECT: ErrorDialect = {
	label: 'Anthropic',
	// A 400 `invalid_request_error` may be anything (no credit, too long, filtered): its words tell.
	names: {
		rate_limit_error: 'rateLimited',
		billing_error: 'quotaExhausted',
		overloaded_error: 'overloaded',
		api_error: 'serverError',
		timeout_error: 'serverError',
		authentication_error: 'authentication',
		permission_error: 'authentication',
		not_found_error: 'modelNotFound',
		request_too_large: 'contextOverflow',
	},
	// Some 503s come as `api_error`.
	judge: ({ status }) => (status === 503 ? 'overloaded' : undefined),
};
