import type { Policy } from '../../router/walk/walk';
import type { Options } from './panel/parameters';

/** The panel's settings on caches, tiers and regions, in the engine's terms. */
export function savingsOf({
	promptCaching,
	flexPatience,
	allowedRegions,
}: Options): Pick<Policy, 'promptCaching' | 'flexPatienceMs' | 'allowedRegions'> {
	return {
		...(promptCaching === 'auto' && { promptCaching }),
		flexPatienceMs: flexPatience * 1000,
		allowedRegions,
	};
}
