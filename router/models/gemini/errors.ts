import type { ErrorCategory } from '../../types';
import type { ErrorDialect } from '../wire/errors';
import type { ErrorFacts } from '../wire/rejection';

export const DIALECT: ErrorDialect = {
	label: 'Gemini',
	// Those that are not here (INTERNAL, UNKNOWN, INVALID_ARGUMENT, …) say no more than their status.
	names: {
		API_KEY_INVALID: 'authentication',
		RESOURCE_EXHAUSTED: 'rateLimited',
		UNAVAILABLE: 'overloaded',
		UNAUTHENTICATED: 'authentication',
		PERMISSION_DENIED: 'authentication',
		NOT_FOUND: 'modelNotFound',
	},
	judge,
};

/**
 * A rejected key is an `INVALID_ARGUMENT` like any other but for its reason. A day's quota or a credit that is used up
 * comes as a rate limit; "You exceeded your current quota" is said of a minute's limit too.
 */
function judge({ details, words }: ErrorFacts): ErrorCategory | undefined {
	if (details.some(({ reason }) => reason === 'API_KEY_INVALID' || reason === 'API_KEY_EXPIRED')) {
		return 'authentication';
	}
	const quotas = details.flatMap(({ violations }) => violations ?? []);
	const isUsedUp = quotas.some(({ quotaId }) => quotaId?.includes('PerDay'));
	return isUsedUp || /credits are depleted/i.test(words) ? 'quotaExhausted' : undefined;
}
