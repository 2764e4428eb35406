import { cacheMinimumOf } from '../../../router/models/catalogue/cacheMinimum';
import { regionOf } from '../../../router/models/catalogue/region';
import { withPanelValues } from '../../../router/models/catalogue/catalogue';
import type { Catalogue } from '../../../router/engine';
import { explainingEnd } from '../../../router/models/explainingEnd';
import { publicName } from '../../../router/models/wire/baseUrl';
import { createConnectedClient, type ConnectedChatModel } from '../../../router/models/connected/connected';
import { variantOf } from '../../../router/models/connected/variant';
import { PROVIDER_FACTS, type CredentialProviderId } from '../../../router/models/providers';
import { togetherAsync } from '../../../router/policy/policy';
import { ConfigurationError, type Model, type ModelClient } from '../../../router/types';
import { accessOf, modelNotAllowed, type Access } from '../credentials/credentials';
import { credentialOf } from '../credentials/slots';
import { missingSettings, type Missing } from '../credentials/missing';
import type { CredentialSource } from '../credentials/n8n';
import type { ConnectedModels, Host } from '../host';
import type { ModelParameters } from '../panel/parameters';
import { refreshCatalogue } from './catalogueFile';
import { hostEngine } from '../engine';
import { inPlaceOf, lifecycleAt } from './retirement';

/** LangChain's names of vendors whose models always say why they stopped. */
const NAMES_FINISH_REASON = /^(openai|anthropic|google)/;

/** How a model is reached; without a client where nothing is called. */
interface Reach {
	client: ModelClient | null;
	keys: readonly string[];
	access?: string;
	endpoint: string;
	/** Whose outages count together; see `Model`. */
	site?: string;
	baseUrl?: string;
	modelId: string;
	vendor?: string;
	/** A hash of what shapes its answers and is set on the connected node. */
	variant?: string;
}

/**
 * Turns entries of the panel into models. Credentials and connected nodes are asked for once an execution,
 * and only for models that can be called.
 */
export class ModelSource {
	private readonly accesses = new Map<string, Promise<Access>>();

	private readonly engine = hostEngine();

	private connected: Promise<ConnectedModels> | undefined;

	constructor(
		readonly host: Host,
		readonly providers: readonly string[],
		readonly source: CredentialSource = 'router',
	) {}

	/**
	 * Whether credentials and models are chosen.
	 * @param callable aliases that a rule can reach, in mode `answer`; none in the other modes
	 * @throws ConfigurationError that tells of all that is missing
	 */
	check(parameters: readonly ModelParameters[], callable: ReadonlySet<string>): void {
		const missing = parameters.flatMap((model) => (callable.has(model.name) ? this.missingOf(model) : []));
		if (missing.length > 0) throw missingSettings(missing);
	}

	/** @param callable as `check` has passed them */
	async build(parameters: readonly ModelParameters[], callable: ReadonlySet<string>): Promise<Model[]> {
		await refreshCatalogue();
		return await togetherAsync<Model[]>(
			...parameters.map(async (model) => {
				const now = this.engine.surroundings.now();
				const isCallable = callable.has(model.name);
				const { asked, retiredModelId } = await this.inPlaceOf(model, now, isCallable);
				const reach = await this.reach(asked, isCallable);
				return { ...toModel(asked, reach, this.engine.catalogue, now), retiredModelId };
			}),
		);
	}

	/** A day that comes by itself must not stop a workflow: a successor that the credential does not allow is left alone. */
	private async inPlaceOf(
		model: ModelParameters,
		now: number,
		callable: boolean,
	): Promise<ReturnType<typeof inPlaceOf>> {
		const inPlace = inPlaceOf(model, now);
		if (!callable || inPlace.retiredModelId === undefined || model.provider === 'connected') return inPlace;
		const { allows } = await this.access(model.provider);
		return allows(inPlace.asked.model) ? inPlace : { asked: model };
	}

	private async reach(model: ModelParameters, callable: boolean): Promise<Reach> {
		const { provider } = model;
		if (provider === 'connected') return await this.reachConnected(model, callable);
		if (!callable) {
			return { client: null, keys: [''], endpoint: `${provider}|${model.model}`, modelId: model.model };
		}
		const { protocol } = PROVIDER_FACTS[provider];
		const { baseUrl, keys, headers, fingerprint, allows } = await this.access(provider);
		const modelId = model.model.trim();
		if (!allows(modelId)) throw modelNotAllowed(credentialOf(provider, this.source), model.name, modelId);
		return {
			client: this.engine.clientOf(provider, { baseUrl, modelId, headers }),
			keys,
			access: fingerprint,
			endpoint: `${protocol}|${publicName(baseUrl)}|${modelId}`,
			site: `${protocol}|${publicName(baseUrl)}`,
			baseUrl,
			modelId,
		};
	}

	/** What is not chosen yet for a model that may be called. */
	private missingOf({ name: alias, provider, model }: ModelParameters): Missing[] {
		if (provider === 'connected') return [];
		const { type, title } = credentialOf(provider, this.source);
		const isTicked = this.providers.includes(provider);
		const isChosen = this.host.node.credentials?.[type] !== undefined;
		const isReachable = isTicked && isChosen;
		return [
			...(isReachable ? [] : [{ alias, credential: { title, provider, isTicked } }]),
			...(model.trim() === '' ? [{ alias, credential: null }] : []),
		];
	}

	/** Once an execution. */
	async access(provider: CredentialProviderId): Promise<Access> {
		let access = this.accesses.get(provider);
		if (!access) {
			const { type } = credentialOf(provider, this.source);
			access = this.host.credential(type).then((data) => accessOf(provider, this.source, data));
			this.accesses.set(provider, access);
		}
		return await access;
	}

	private async reachConnected(model: ModelParameters, callable: boolean): Promise<Reach> {
		const label = `chat model input ${model.input}`;
		const unreached = { client: null, keys: [''], endpoint: `connected|${label}`, modelId: label };
		if (!callable) return unreached;
		// A node that was copied as a tool has no inputs, and its panel does not offer them.
		if (this.host.isTool) {
			throw new ConfigurationError(
				'Models → Provider',
				`The model "${model.name}" is a connected chat model, and a tool has no inputs for one`,
				'Choose another provider for it under Models → Provider, or remove it from the list',
			);
		}
		this.connected ??= this.host.connectedModels();
		const { models, names } = await this.connected;
		const chatModel = models[model.input - 1];
		if (!isChatModel(chatModel)) {
			throw new ConfigurationError(
				'Models → Input',
				`Nothing is connected to the input "Model ${model.input}", which the model "${model.name}" uses`,
				'Connect a chat model node to it, or change the number under Models → Input',
			);
		}
		const nodeName = names[model.input - 1] ?? label;
		const modelId = namedModel(chatModel);
		const vendor = vendorOf(chatModel);
		const namesFinishReason = NAMES_FINISH_REASON.test(vendor ?? '');
		return {
			client: createConnectedClient(chatModel, {
				label: nodeName,
				namesFinishReason,
				now: this.engine.surroundings.now,
				random: this.engine.surroundings.random,
			}),
			keys: [''],
			endpoint: `connected|${this.host.workflow.id ?? ''}|${nodeName}`,
			modelId: modelId ?? nodeName,
			vendor,
			variant: variantOf(chatModel),
		};
	}
}

function toModel(
	{ name, provider, options }: ModelParameters,
	reach: Reach,
	catalogue: Catalogue,
	now: number,
): Model {
	const { baseUrl, modelId, vendor } = reach;
	const known = (id: string) =>
		withPanelValues(catalogue.lookUp({ provider, modelId: id, baseUrl, vendor, now }), options);
	const end = lifecycleAt(provider, modelId, now);
	const answering = end.isRetired && end.redirects ? (end.successor ?? modelId) : modelId;
	const entry = known(modelId);
	const { prices, priceSource } = answering === modelId ? entry : known(answering);
	return {
		alias: name,
		provider,
		modelId,
		client: reach.client && explainingEnd(reach.client, end),
		keys: reach.keys,
		access: reach.access,
		endpoint: reach.endpoint,
		site: reach.site,
		quality: entry.quality,
		taskQuality: entry.taskQuality,
		languageQuality: entry.languageQuality,
		prices,
		priceSource,
		pricesOf: (servedModel) => known(servedModel).prices,
		contextWindow: entry.contextWindow,
		accepts: entry.accepts,
		reasoning: entry.reasoning,
		weight: options.weight ?? 1,
		maxRequestsPerMinute: options.maxRequestsPerMinute,
		maxTokensPerMinute: options.maxTokensPerMinute,
		maxConcurrent: options.maxConcurrent,
		maxOutputTokens: options.maxOutputTokens,
		temperature: options.temperature,
		reasoningEffort: options.reasoningEffort,
		seesPersonalData: options.seesPersonalData,
		variant: reach.variant,
		serviceTier: options.serviceTier,
		region: options.region || regionOf(baseUrl),
		cacheMinimum: cacheMinimumOf(provider, modelId),
	};
}

function isChatModel(value: unknown): value is ConnectedChatModel {
	return typeof (value as { stream?: unknown } | null | undefined)?.stream === 'function';
}

/** LangChain's chat models name theirs as `model` or `modelName`. */
function namedModel(chatModel: object): string | undefined {
	const { model, modelName } = chatModel as { model?: unknown; modelName?: unknown };
	return [model, modelName].find((name): name is string => typeof name === 'string' && name !== '');
}

/** `openai`, `anthropic`, … of LangChain's path `langchain/chat_models/openai`. */
function vendorOf(chatModel: object): string | undefined {
	const { lc_namespace: path } = chatModel as { lc_namespace?: unknown };
	return Array.isArray(path) ? String(path.at(-1)) : undefined;
}
