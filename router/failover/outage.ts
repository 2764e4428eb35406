/** Outages of a whole provider: when the circuits of two models of one base URL are open and none of it answers. */
import type { Store } from '../state/store';
import type { Model } from '../types';

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
 */
export async function outagesLast(
	store: Store,
	models: readonly Model[],
	now: number,
): Promise<readonly Model[]> {
	const last = new Set<Model>();
	for (const model of models) {
		if (model.site === undefined) continue;
		const outage = await store.read('outage', model.site);
		const down = Object.entries(outage?.opened ?? {}).filter(([, at]) => at > now - REMEMBERED_MS);
		if (down.length >= MODELS_DOWN && !down.some(([endpoint]) => endpoint === model.endpoint))
			last.add(model);
	}
	if (last.size === 0) return models;
	return [...models.filter((model) => !last.has(model)), ...last];
}
