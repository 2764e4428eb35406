/**
 * Outages of a whole provider: the circuits of two models at one base URL are open and no model there answers. Only
 * the route's own models are considered, because models of other workflows at the same address may fail for their own
 * reasons.
 */
import type { FactChange, KeyOf, Outage } from '../../state/state';
import type { Model } from '../../types';

/** A single model may be down by itself. */
const MODELS_DOWN = 2;

/** An outage without a new sign for this long counts as over, in ms: several open times of a circuit. */
const REMEMBERED_MS = 60_000;

/** `opened`: the model's circuit has opened for an outage. `answered`: the provider responds. null: neither. */
export type Sign = 'opened' | 'answered' | null;

/** @param sign called when the change is made */
export function noteSite({ site, endpoint }: Model, sign: () => Sign, now: number): FactChange[] {
	if (site === undefined) return [];
	return [
		{
			kind: 'outage',
			key: site,
			change(before) {
				const found = sign();
				if (found === null) return before;
				return found === 'answered' ? null : { opened: { ...before?.opened, [endpoint]: now } };
			},
		},
	];
}

/** Each site once. */
export function siteKeys(models: readonly Model[]): Array<KeyOf<'outage'>> {
	const sites = new Set(models.flatMap(({ site }) => (site === undefined ? [] : [site])));
	return [...sites].map((key) => ({ kind: 'outage', key }));
}

/**
 * The same models, with those of a provider that is down last. Models whose own circuit showed the outage keep their
 * place: their circuits decide when they are tried, and one of them has to find out when it is over.
 * @param outages facts for each of `siteKeys(models)`
 * @param route all candidates of the route
 */
export function outagesLast(
	models: readonly Model[],
	outages: ReadonlyArray<Readonly<Outage> | null>,
	route: readonly Model[],
	now: number,
): readonly Model[] {
	const endpoints = new Set(route.map(({ endpoint }) => endpoint));
	const last = new Set<Model>();
	const sites = new Map(
		siteKeys(models).map(({ key }, index) => [
			key,
			Object.entries(outages[index]?.opened ?? {}).filter(
				([endpoint, at]) => endpoints.has(endpoint) && at > now - REMEMBERED_MS,
			),
		]),
	);
	for (const model of models) {
		const down = sites.get(model.site ?? '') ?? [];
		if (down.length >= MODELS_DOWN && !down.some(([endpoint]) => endpoint === model.endpoint))
			last.add(model);
	}
	if (last.size === 0) return models;
	return [...models.filter((model) => !last.has(model)), ...last];
}
