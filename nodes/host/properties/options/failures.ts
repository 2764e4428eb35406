import type { INodeProperties } from 'n8n-workflow';

import { CONDUCT, FALLBACK_CHOICES, FALLBACK_DEFAULT } from '../../../../router/failover/conduct';
import type { ErrorCategory } from '../../../../router/types';

/** Kinds of failures as the panel lists them. */
export function failureOptions(
	categories: readonly ErrorCategory[],
): Array<{ name: string; value: ErrorCategory }> {
	return categories
		.map((value) => ({ name: CONDUCT[value].label, value }))
		.sort((one, other) => one.name.localeCompare(other.name));
}

/** Without a precision the editor shows a number as it was typed, not 8 as 8.000. */
export const seconds = { minValue: 0 };

/** When another model answers, and how long one is waited for. */
export const failureOptionProperties: INodeProperties[] = [
	{
		displayName: 'Fallback On',
		name: 'fallbackOn',
		type: 'multiOptions',
		options: failureOptions(FALLBACK_CHOICES),
		default: [...FALLBACK_DEFAULT],
		description: 'After which failures the next model is asked',
	},
	{
		displayName: 'Max Retries',
		name: 'maxRetries',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 10 },
		default: 2,
		description:
			'How often one model is asked again before the next one is. After an answer that was cut, broken or empty: once at most.',
	},
	{
		displayName: 'Fallback Items',
		name: 'fallbackOutput',
		type: 'options',
		options: [
			{ name: 'Leave by the Output Fallback', value: 'separate' },
			{ name: 'Leave Where the First Choice Would Have', value: 'sameAsAnswered' },
		],
		default: 'separate',
		description: 'Where items go that another model than the first choice answered',
	},
	{
		displayName: 'First Token Timeout (Seconds)',
		name: 'firstTokenTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 30,
		description:
			'Seconds to wait for the first sign of an answer. Models that reason get 180 unless you set this.',
	},
	{
		displayName: 'Stall Timeout (Seconds)',
		name: 'stallTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 15,
		description:
			'Seconds that an answer may pause before it counts as broken. Models that reason get 60 unless you set this.',
	},
	{
		displayName: 'Attempt Timeout (Seconds)',
		name: 'attemptTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 0,
		description: 'How long one request may take. 0: as long as Total Timeout allows.',
	},
	{
		displayName: 'Total Timeout (Seconds)',
		name: 'totalTimeout',
		type: 'number',
		typeOptions: seconds,
		default: 600,
		description: 'Seconds that one item may take with all its retries and fallbacks',
	},
	{
		displayName: 'Hedge After (Seconds)',
		name: 'hedgeAfter',
		type: 'number',
		typeOptions: seconds,
		default: 8,
		description:
			'Seconds of silence after which the next model is asked as well; the first whole answer counts, and both may cost. 0 is off. Models that reason get 45 unless you set this.',
	},
	{
		displayName: 'Retry-After Patience (Seconds)',
		name: 'retryAfterPatience',
		type: 'number',
		typeOptions: seconds,
		default: 3,
		description:
			'Seconds to wait when a provider asks for it. If it asks for more, the next model answers at once.',
	},
	{
		displayName: 'Breaker Threshold',
		name: 'breakerThreshold',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 5,
		description: 'After how many failures in a row a model is left alone for a while; 0 is never',
	},
	{
		displayName: 'Breaker Cooldown (Seconds)',
		name: 'breakerCooldown',
		type: 'number',
		typeOptions: seconds,
		default: 15,
		description:
			'Seconds that a model is left alone after Breaker Threshold, before one request tries it again',
	},
];
