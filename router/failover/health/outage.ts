/**
 * Outages of a whole provider: when the circuits of two models of one base URL are open and none of it answers. Only a
 * route's own models are looked at: what other workflows ask for at the same address may fail for reasons of its own.
 */
import type { Store } from '../../state/store';
import type { Model } from '../../types';

/** One model may be down by itself. */
const MODELS_DOWN = 2;

/** An outage that nobody has noticed for this long is taken to be over, in ms: several cooldowns of a circuit. */
const REMEMBERED_MS = 60_000;

/** @param sign `opened`: the model's circuit has opened for an outage; `answered`: the provider is there */
export async function noteSite(
	store: Store,
	{ site, endpoint }: Model,
	sign: 'opened' | 'answered',
	now: number,
): Promise<void> {
	if (site === undefined) return;
	await store.update('outage', site, (before) => {
		if (sign === 'answered') return null;
		return { opened: { ...before?.opened, [endpoint]: now } };
	});
}

/**
 * The same models, those of a provider that is down last. Models whose own circuit showed it keep their place: their
 * circuits say when they are tried, and one of them has to find out when it is over.
 * @param route all candidates of the route
 */
export async function outagesLast(
	store: Store,
	models: readonly Model[],
	route: readonly Model[],
	now: number,
): Promise<readonly Model[]> {
	const endpoints = new Set(route.map(({ endpoint }) => endpoint));
	const last = new Set<Model>();
	const sites = new Map<string, Array<[endpoint: string, at: number]>>();
	for (const { site } of models) {
		if (site === undefined || sites.has(site)) continue;
		const outage = await store.read('outage', site);
		const down = Object.entries(outage?.opened ?? {});
		sites.set(
			site,
			down.filter(([endpoint, at]) => endpoints.has(endpoint) && at > now - REMEMBERED_MS),
		);
	}
	for (const model of models) {
		const down = sites.get(model.site ?? '') ?? [];
		if (down.length >= MODELS_DOWN && !down.some(([endpoint]) => endpoint === model.endpoint))
			last.add(model);
	}
	if (last.size === 0) return models;
	return [...models.filter((model) => !last.has(model)), ...last];
}
