/** The operation `models`: what is known of every model in use, its end included. */
import { lookUp } from '../../router/models/catalogue/catalogue';
import { usesPublished } from '../../router/models/catalogue/published';
import { modelsUsed } from '../../router/ledger/ledger';
import { PROVIDERS, type PriceSource, type ProviderId } from '../../router/types';
import { refreshCatalogue } from '../host/models/catalogueFile';
import { hostEngine } from '../host/engine';
import { lifecycleAt } from '../host/models/retirement';

export interface ModelRow {
	model: string;
	provider: string;
	modelId: string;
	/** USD per million tokens; null where unknown. What the model's own options say is not in it. */
	inputPrice: number | null;
	outputPrice: number | null;
	priceSource: PriceSource;
	contextWindow: number | null;
	quality: number;
	/** YYYY-MM-DD. */
	deprecatedAt: string | null;
	retiresAt: string | null;
	daysLeft: number | null;
	successor: string | null;
	/** ISO 8601. */
	lastUsedAt: string;
	workflows: string[];
}

/** Those whose end is nearest first. */
export async function modelRows(): Promise<ModelRow[]> {
	await refreshCatalogue();
	const { state, surroundings } = hostEngine();
	const now = surroundings.now();
	const used = await modelsUsed(state.history, now);
	const rows = used.map(({ model, provider, modelId, lastUsedAt, workflows }): ModelRow => {
		const known = (PROVIDERS as readonly string[]).includes(provider)
			? (provider as ProviderId)
			: 'connected';
		const entry = lookUp({ provider: known, modelId, now });
		const { deprecatedAt, retiresAt, daysLeft, successor } = lifecycleAt(known, modelId, now);
		const isUpdate = entry.priceSource === 'catalogue' && usesPublished();
		return {
			model,
			provider,
			modelId,
			inputPrice: entry.prices?.input.base ?? null,
			outputPrice: entry.prices?.output.base ?? null,
			priceSource: isUpdate ? 'update' : entry.priceSource,
			contextWindow: entry.contextWindow,
			quality: entry.quality,
			deprecatedAt,
			retiresAt,
			daysLeft,
			successor,
			lastUsedAt: new Date(lastUsedAt).toISOString(),
			workflows,
		};
	});
	return rows.sort(
		(a, b) => (a.daysLeft ?? Infinity) - (b.daysLeft ?? Infinity) || a.model.localeCompare(b.model),
	);
}
