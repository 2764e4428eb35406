/** When a model ends, and what comes after it. */
import type { ProviderId } from '../../types';
import { predecessorOf } from './lines';
import { RETIREMENTS } from './retirements';
import { DAY_MS } from '../../types/time';

/** Days before the end at which people are told. */
export const NOTICE_DAYS = [90, 30, 7] as const;

/** What a provider's own list says about a model. Times in ISO 8601. */
export interface ListedLifecycle {
	retiresAt?: string;
	deprecatedAt?: string;
	/** It can no longer be called. */
	isRetired?: boolean;
	contextWindow?: number;
	maxOutputTokens?: number;
}

export interface Lifecycle {
	deprecatedAt: string | null;
	/** YYYY-MM-DD. */
	retiresAt: string | null;
	/** Whole days until then, 0 or less from that day on; null if no end is known. */
	daysLeft: number | null;
	/** Id of the recommended replacement. */
	successor: string | null;
	isRetired: boolean;
	/** The provider redirects calls to the successor from then on. */
	redirects: boolean;
}

/** @param listed what the provider's own list says, if it was read @param now ms since the epoch */
export function lifecycleOf(
	provider: ProviderId,
	modelId: string,
	now: number,
	listed: ListedLifecycle = {},
): Lifecycle {
	const known = tableRow(provider, modelId.trim().replace(/^models\//, ''));
	const retiresAt = dayOf(listed.retiresAt) ?? known?.retiresAt ?? null;
	const daysLeft =
		retiresAt === null ? null : Math.ceil((Date.parse(`${retiresAt}T00:00:00Z`) - now) / DAY_MS);
	return {
		deprecatedAt: dayOf(listed.deprecatedAt) ?? known?.deprecatedAt ?? null,
		retiresAt,
		daysLeft,
		successor: known?.successor ?? null,
		isRetired: listed.isRetired ?? (daysLeft !== null && daysLeft <= 0),
		redirects: known?.redirects ?? false,
	};
}

/** A dated snapshot ends with its model. */
function tableRow(provider: ProviderId, modelId: string) {
	const table = RETIREMENTS[provider] ?? {};
	const model = modelId.toLowerCase().replace(/-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest|00\d)$/, '');
	return table[model];
}

function dayOf(time: string | undefined): string | undefined {
	return time !== undefined && !Number.isNaN(Date.parse(time))
		? new Date(time).toISOString().slice(0, 10)
		: undefined;
}

/** The recommended successor, or else the newest model of the same line among `offered`. */
export function successorOf(
	modelId: string,
	{ successor }: Lifecycle,
	offered: readonly string[],
): string | null {
	if (successor !== null) return successor;
	const newer = offered.filter((id) => predecessorOf(id, [modelId]) !== null);
	return newer.sort((a, b) => (predecessorOf(a, [b]) !== null ? -1 : 1))[0] ?? null;
}

/** A clause for users; null while the end is more than 90 days away. */
export function endInWords({
	daysLeft,
	retiresAt,
	successor,
	isRetired,
	redirects,
}: Lifecycle): string | null {
	if (retiresAt === null && !isRetired) return null;
	const instead = successor === null ? '' : ` Its provider recommends ${successor}.`;
	if (isRetired) {
		return redirects && successor !== null
			? `was retired on ${retiresAt}; ${successor} answers in its place, at its own price.`
			: `was retired${retiresAt === null ? '' : ` on ${retiresAt}`}.${instead}`;
	}
	if (daysLeft === null || daysLeft > NOTICE_DAYS[0]) return null;
	return `retires on ${retiresAt}, in ${daysLeft} ${daysLeft === 1 ? 'day' : 'days'}.${instead}`;
}
