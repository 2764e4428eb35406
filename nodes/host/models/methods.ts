import {
	NodeOperationError,
	type ILoadOptionsFunctions,
	type INodeListSearchResult,
	type INodePropertyOptions,
} from 'n8n-workflow';

import { PROVIDER_REGISTRY, type CredentialProviderId } from '../../../router/models/registry';
import type { PanelValues } from '../../../router/models/catalogue/catalogue';
import type { ListedModel } from '../../../router/models/settings';
import type { ProviderId } from '../../../router/types';
import { aliasOf } from '../panel/alias';
import { noteListed, refreshCatalogue } from './catalogueFile';
import { accessOf } from '../credentials/credentials';
import { credentialOf } from '../credentials/slots';
import { toNodeError } from '../errors';
import { strategyOptions } from '../properties/strategies';
import type { NamedListedModel } from './preview';

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
	const { describeModel } = await import('./words');
	await refreshCatalogue();
	return namedModels(this).map(({ alias, ...model }) => {
		const description = describeModel(model);
		return { name: alias, value: alias, ...(description && { description }) };
	});
}

/** The models of the list that have a name, each once. */
function namedModels(context: ILoadOptionsFunctions): NamedListedModel[] {
	const entries = (context.getCurrentNodeParameter('models.values') ?? []) as ListedEntry[];
	const named = new Map<string, NamedListedModel>();
	for (const [index, entry] of entries.entries()) {
		const { name = '', provider = 'openAi', model = '', input = 1, options: values = {} } = entry;
		const modelId = (typeof model === 'string' ? model : (model.value ?? '')).trim();
		const alias = aliasOf({ name, provider, model: modelId, input }, index);
		const isNamed = name.trim() !== '' || provider === 'connected' || modelId !== '';
		// An ID by an expression is another one for each item.
		if (!isNamed || named.has(alias) || alias.startsWith('=')) continue;
		named.set(alias, { alias, provider, modelId, values, now: Date.now() });
	}
	return [...named.values()];
}

/** The strategies, each with the order in which it would try the models of the rule at hand, and their typical costs. */
export async function getStrategies(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const { previewOf } = await import('./preview');
	await refreshCatalogue();
	const all = namedModels(this);
	const listed = this.getCurrentNodeParameter('&models');
	const chosen = Array.isArray(listed)
		? listed.flatMap((alias) => all.filter((model) => model.alias === alias))
		: [];
	const preference = this.getCurrentNodeParameter('preference');
	return strategyOptions.map(({ name, value, description }) => {
		const preview = previewOf(
			value,
			chosen.length > 0 ? chosen : all,
			typeof preference === 'number' ? preference : 0.5,
		);
		// The editor shows two lines of it: what is of these models alone comes first.
		return { name, value, description: preview === '' ? description : `${preview}. ${description}` };
	});
}

/** Who may judge: the models in the list, or whichever stands first there. */
export async function getJudges(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	return [{ name: 'First Model in the List', value: '' }, ...(await getAliases.call(this))];
}

/** The models that the provider of the entry at hand offers, from its own list, with prices and abilities. */
export async function searchModels(
	this: ILoadOptionsFunctions,
	filter?: string,
): Promise<INodeListSearchResult> {
	const provider = String(this.getCurrentNodeParameter('&provider') ?? 'openAi') as CredentialProviderId;
	if (!(provider in PROVIDER_REGISTRY)) return { results: [] };
	try {
		const wanted = (filter ?? '').toLowerCase();
		const models = await offeredModels(this, provider);
		const named = models.map(({ id, name }) => ({ id, name: name && name !== id ? `${name} (${id})` : id }));
		const { modelFacts } = await import('./words');
		return {
			results: named
				.filter(({ name }) => name.toLowerCase().includes(wanted))
				.map(({ id, name }) => ({
					name: [name, ...modelFacts({ provider, modelId: id, values: {}, now: Date.now() })].join(' · '),
					value: id,
				})),
		};
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

/** The editor shows only the message of what is thrown, under a title of its own. */
async function offeredModels(
	context: ILoadOptionsFunctions,
	provider: CredentialProviderId,
): Promise<ListedModel[]> {
	const { hostEngine } = await import('../engine');
	const row = PROVIDER_REGISTRY[provider];
	const source = context.getCurrentNodeParameter('credentialSource') === 'n8n' ? 'n8n' : 'router';
	const { type, title } = credentialOf(provider, source);
	const node = context.getNode();
	const ticked = context.getCurrentNodeParameter('providers');
	if (Array.isArray(ticked) && !ticked.includes(provider)) {
		throw new NodeOperationError(
			node,
			`Tick ${row.label} under Providers, then choose its credential at the top of the panel to see its models`,
		);
	}
	if (node.credentials?.[type] === undefined) {
		throw new NodeOperationError(
			node,
			`Choose a credential for ${row.label} at the top of the panel to see its models`,
		);
	}
	const { keys, allows, ...access } = accessOf(provider, source, await context.getCredentials(type));
	const { http, surroundings } = hostEngine();
	const all = await row.listModels(
		{ ...access, key: keys[0], fetch: http.fetch, now: surroundings.now, sleep: surroundings.sleep },
		AbortSignal.timeout(LIST_TIMEOUT),
	);
	await noteListed(provider, all);
	const allowed = all.filter(({ id }) => allows(id));
	if (allowed.length > 0) return allowed;
	throw new NodeOperationError(
		node,
		all.length > 0
			? `Allowed Models of the credential "${title}" leaves none of the ${all.length} models that ${row.label} offers. Open the credential and correct it.`
			: `${row.label} offers no model yet. Load one there, or choose By ID and enter its name.`,
	);
}
