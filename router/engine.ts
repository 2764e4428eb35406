/**
 * Puts the engine together; the only file that knows all of its folders. Opens no file and reads no environment
 * variable.
 */
import { LRUCache } from 'lru-cache';

import { createLocalClassifier, JudgeMemory, VectorMemory } from './classify/classify';
import type { Classifier } from './classify/classify';
import { Warmth } from './failover/failover';
import { inspectNow } from './guardrails/guardrails';
import { createBudgets, createLedger } from './ledger/ledger';
import type { Budgets, ItemSpending, Ledger } from './ledger/ledger';
import { lookUp } from './models/catalogue/catalogue';
import type { CatalogueEntry, ModelIdentity } from './models/catalogue/catalogue';
import { PROVIDER_REGISTRY } from './models/registry';
import type { CredentialProviderId, Provider } from './models/registry';
import type { Http } from './models/wire/http';
import { createAnswerCache, Flights } from './state/state';
import type { State } from './state/state';
import type { ChatRequest, Decision, EmbeddingClient, Failure, ModelClient, Surroundings } from './types';
import { FeedbackLearner, lessonOf } from './walk/learning';
import { failedDecision, promptOf, route } from './walk/walk';
import type { Equipment, Occasion, Policy } from './walk/walk';

/** Executions whose classifier is kept, so that all of their requests are classified alike. */
const MOST_EXECUTIONS = 64;

export interface Catalogue {
	lookUp(identity: ModelIdentity): CatalogueEntry;
}

/** How to reach a model; the engine supplies the rest of the client's settings. */
export type ClientAddress = Pick<Parameters<Provider['createClient']>[0], 'baseUrl' | 'modelId' | 'headers'>;

export interface EngineSettings {
	surroundings: Surroundings;
	state: State;
	http: Http;
	/** Replaces the packaged and updated facts about models. */
	catalogue?: Catalogue;
	/** Replaces the local classifier. */
	classifier?: Equipment['classifier'];
	/** Replaces the budgets that `state` keeps. */
	budgets?: Budgets;
}

export interface Engine {
	readonly surroundings: Surroundings;
	readonly state: State;
	readonly http: Http;
	readonly catalogue: Catalogue;
	/** A client for the model that uses the engine's HTTP and clock. */
	clientOf(provider: CredentialProviderId, address: ClientAddress): ModelClient;
	/** The same for an embedding model; null if the provider has none. */
	embeddingsOf(provider: CredentialProviderId, address: ClientAddress): EmbeddingClient | null;
	/**
	 * Routes one request, answers it in mode `answer`, and records the decision. Failures of providers and unusable
	 * prompts are outcomes, not exceptions.
	 * @throws ConfigurationError if the user's settings cannot work
	 */
	route(request: ChatRequest, policy: Policy, occasion: Occasion): Promise<Decision>;
	/** Records a decision for a request that can neither be judged nor sent to a model. */
	fail(failure: Failure, request: ChatRequest, policy: Policy, occasion: Occasion): Decision;
	/** Problems with the state that the user should know about, one sentence each. */
	notices(): string[];
	/** Empties this process's answer cache. @returns the number of answers in it */
	forgetAnswers(): Promise<number>;
	/** Writes everything that is still buffered. */
	flush(): Promise<void>;
	/** Flushes, then closes files and connections. */
	close(): Promise<void>;
	/** Like `close`, but synchronous, for when the process exits. */
	closeNow(): void;
}

export function createEngine(settings: EngineSettings): Engine {
	return new AssembledEngine(settings);
}

const MOST_CLIENTS = 100;

class AssembledEngine implements Engine {
	/** Clients are kept because an agent builds its list of models anew with each step. */
	private readonly clients = new LRUCache<string, ModelClient>({ max: MOST_CLIENTS });

	private readonly embeddings = new LRUCache<string, EmbeddingClient>({ max: MOST_CLIENTS });

	readonly surroundings: Surroundings;

	readonly state: State;

	readonly http: Http;

	readonly catalogue: Catalogue;

	private readonly equipment: Equipment;

	private readonly ledger: Ledger;

	private readonly budgets: Budgets;

	private readonly learner: FeedbackLearner;

	/** By execution and learner, so that all requests of an execution are classified alike. */
	private readonly learned = new LRUCache<string, Promise<Classifier>>({ max: MOST_EXECUTIONS });

	constructor({ surroundings, state, http, catalogue, classifier, budgets }: EngineSettings) {
		this.surroundings = surroundings;
		this.state = state;
		this.http = http;
		this.catalogue = catalogue ?? { lookUp };
		this.ledger = createLedger(state.ledger, surroundings);
		this.budgets = budgets ?? createBudgets(state.budgets, surroundings);
		const local = createLocalClassifier(inspectNow);
		this.learner = new FeedbackLearner(state.history, local);
		this.equipment = {
			surroundings,
			state,
			classifier: classifier ?? local,
			judgements: new JudgeMemory(),
			vectors: new VectorMemory(),
			answers: { cache: createAnswerCache(), flights: new Flights() },
			warmth: new Warmth(surroundings),
		};
	}

	clientOf(provider: CredentialProviderId, address: ClientAddress): ModelClient {
		const key = JSON.stringify([provider, address]);
		const known = this.clients.get(key);
		if (known) return known;
		const { now, sleep, random } = this.surroundings;
		const { fetch } = this.http;
		const client = PROVIDER_REGISTRY[provider].createClient({ ...address, fetch, now, sleep, random });
		this.clients.set(key, client);
		return client;
	}

	embeddingsOf(provider: CredentialProviderId, address: ClientAddress): EmbeddingClient | null {
		const key = JSON.stringify([provider, address]);
		const known = this.embeddings.get(key);
		if (known) return known;
		const { now, sleep } = this.surroundings;
		const { fetch } = this.http;
		const client = PROVIDER_REGISTRY[provider].createEmbeddings?.({ ...address, fetch, now, sleep });
		if (client) this.embeddings.set(key, client);
		return client ?? null;
	}

	async route(request: ChatRequest, policy: Policy, occasion: Occasion): Promise<Decision> {
		const spending = this.spendingOf(policy, occasion);
		const classifier = await this.classifierFor(policy, occasion);
		const decision = await route(request, policy, { ...this.equipment, ...occasion, classifier, spending });
		const warnings = spending?.warnings() ?? [];
		return this.note({ ...decision, ...(warnings.length > 0 && { warnings }) }, request, policy, occasion);
	}

	fail(failure: Failure, request: ChatRequest, policy: Policy, occasion: Occasion): Decision {
		return this.note(failedDecision(failure, policy, this.equipment), request, policy, occasion);
	}

	notices(): string[] {
		return [...this.state.notices(), ...this.ledger.notices()];
	}

	async forgetAnswers(): Promise<number> {
		return await this.equipment.answers.cache.clear();
	}

	async flush(): Promise<void> {
		await this.ledger.flush();
		await this.state.flush();
	}

	async close(): Promise<void> {
		await this.ledger.flush();
		await this.state.close();
	}

	closeNow(): void {
		this.ledger.flushNow();
		this.state.closeNow();
	}

	private spendingOf(policy: Policy, { caller, signal }: Occasion): ItemSpending | undefined {
		const { spending, failover } = policy;
		if (!spending || !caller) return undefined;
		const { timeZone, execution } = caller;
		return this.budgets.forItem({
			...spending,
			timeZone,
			execution,
			totalTimeoutMs: failover.totalTimeoutMs,
			signal,
		});
	}

	private async classifierFor({ record }: Policy, { caller }: Occasion): Promise<Equipment['classifier']> {
		const { classifier } = this.equipment;
		if (!record?.learns || !caller) return classifier;
		const key = JSON.stringify([caller.execution, caller.learner]);
		let learned = this.learned.get(key);
		if (!learned) {
			learned = this.learner.classifierFor(caller.learner);
			this.learned.set(key, learned);
		}
		// A ledger that cannot be read must not fail a request.
		return await learned.catch(() => classifier);
	}

	private note(decision: Decision, request: ChatRequest, policy: Policy, { caller }: Occasion): Decision {
		const { record, models, spending } = policy;
		if (!record || !caller) return decision;
		const prompt = promptOf(request).text;
		const { workflow, execution, node, learner } = caller;
		const origin = {
			workflow,
			execution,
			node,
			scope: spending?.budgets[0]?.scope ?? null,
			retentionDays: record.retentionDays,
			models,
			lesson: record.learns ? lessonOf(decision, models, learner, prompt) : undefined,
		};
		this.ledger.record(decision, origin, record.hashPrompts ? prompt : undefined);
		return decision;
	}
}
