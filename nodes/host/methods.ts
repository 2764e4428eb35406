import {
	NodeOperationError,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { PROVIDER_REGISTRY, type CredentialProviderId } from '../../router/models/registry';
import type { PanelValues } from '../../router/models/catalogue/catalogue';
import type { ProviderId } from '../../router/types';
import { aliasOf } from './alias';
import { accessOf } from './credentials';
import { toNodeError } from './errors';

/** Longest wait for a provider's list, in ms: someone is looking at the drop-down. */
const LIST_TIMEOUT = 15_000;

interface ListedEntry {
	name?: string;
	provider?: ProviderId;
	model?: { value?: string } | string;
	input?: number;
	options?: PanelValues;
}

/** The names of the models in the list, for the drop-downs of rules, each with what is known of it. */
export async function getAliases(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const { describeModel } = await import('./modelWords');
	const entries = (this.getCurrentNodeParameter('models.values') ?? []) as ListedEntry[];
	const options = new Map<string, INodePropertyOptions>();
	for (const [index, entry] of entries.entries()) {
		const { name = '', provider = 'openAi', model = '', input = 1, options: values = {} } = entry;
		const modelId = (typeof model === 'string' ? model : (model.value ?? '')).trim();
		const alias = aliasOf({ name, provider, model: modelId, input }, index);
		const isNamed = name.trim() !== '' || provider === 'connected' || modelId !== '';
		// An ID by an expression is another one for each item.
		if (!isNamed || options.has(alias) || alias.startsWith('=')) continue;
		const description = describeModel({ provider, modelId, values, now: Date.now() });
		options.set(alias, { name: alias, value: alias, ...(description && { description }) });
	}
	return [...options.values()];
}

/** Who may judge: the models in the list, or whichever stands first there. */
export async function getJudges(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return [{ name: 'First Model in the List', value: '' }, ...(await getAliases.call(this))];
}

/** The models that the provider of the entry at hand offers, from its own list. */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const { hostEngine } = await import('./engine');
	const { http, surroundings } = hostEngine();
	const provider = String(this.getCurrentNodeParameter('&provider') ?? 'openAi') as CredentialProviderId;
	const row = PROVIDER_REGISTRY[provider];
	if (!row) return { results: [] };
	try {
		if (this.getNode().credentials?.[row.credential] === undefined) {
			// The editor shows only the message, under a title of its own.
			throw new NodeOperationError(
				this.getNode(),
				`Choose a credential for ${row.label} at the top of the panel to see its models`,
			);
		}
		const { keys, allows, ...access } = accessOf(row, await this.getCredentials(row.credential));
		const models = await row.listModels(
			{ ...access, key: keys[0], fetch: http.fetch, now: surroundings.now, sleep: surroundings.sleep },
			AbortSignal.timeout(LIST_TIMEOUT),
		);
		const wanted = (filter ?? '').toLowerCase();
		return {
			results: models
				.filter(({ id }) => allows(id))
				.map(({ id, name }) => ({ name: name && name !== id ? `${name} (${id})` : id, value: id }))
				.filter(({ name }) => name.toLowerCase().includes(wanted)),
		};
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}
