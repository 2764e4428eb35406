/**
 * Outages of a whole provider: when the circuits of two models of one base URL are open and none of it answers. Only a
 * route's own models are looked at: what other workflows ask for at the same address may fail for reasons of its own.
 */
import type { FactChange, KeyOf, Outage } from '../../state/state';
import type { Model } from '../../types';

/** One model may be down by itself. */
const MODELS_DOWN = 2;

/** An outage that nobody has noticed for this long is taken to be over, in ms: several cooldowns of a circuit. */
const REMEMBERED_MS = 60_000;

/** `opened`: the model's circuit has opened for an outage; `answered`: the provider is there; null: neither. */
export type Sign = 'opened' | 'answered' | null;

/** @param sign asked when the change is made */
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

/** Of each site once. */
export function siteKeys(models: readonly Model[]): Array<KeyOf<'outage'>> {
	const sites = new Set(models.flatMap(({ site }) => (site === undefined ? [] : [site])));
	return [...sites].map((key) => ({ kind: 'outage', key }));
}

/**
 * The same models, those of a provider that is down last. Models whose own circuit showed it keep their place: their
 * circuits say when they are tried, and one of them has to find out when it is over.
 * @param outages what is known by each of `siteKeys(models)` @param route all candidates of the route
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
