/**
 * The engine as the package ships it, out of `dist`, with all that a node gives it: the HTTP client, the local
 * classifier, facts and the ledger in a file, and a budget. Loaded by `require`, so that what is measured is
 * the built code and no loader of TypeScript comes between.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';

import type { createEngine, Engine } from '../../router/engine';
import type { DEFAULTS } from '../../router/failover/settings';
import type { createHttp } from '../../router/models/wire/http';
import type { PROVIDER_REGISTRY } from '../../router/models/registry';
import type { compileRules } from '../../router/policy/rules';
import type { Policy } from '../../router/walk/walk';
import type * as States from '../../router/state/state';
import type { ChatRequest, Decision, Model, Rule, Surroundings } from '../../router/types';

type Provider = keyof typeof PROVIDER_REGISTRY;

/** More than any run here spends, so that it is asked and booked but never refuses. */
const BUDGET_NANO = 1e15;

export interface EngineModel {
	alias: string;
	provider: Provider;
	modelId: string;
	baseUrl: string;
	key: string;
	/** 0–100; absent: the catalogue's. */
	quality?: number;
}

export interface EngineOptions {
	/** The package's folder, with `dist` in it. */
	root: string;
	/** For the ledger's file. */
	folder: string;
	/** Replaces the real clock and timers. */
	surroundings?: (real: Surroundings) => Surroundings;
	models: readonly EngineModel[];
	rules?: readonly Rule[];
	/** Beside the models and rules. */
	policy?: Partial<Pick<Policy, 'redactPersonalData' | 'preference'>>;
	/** Aborts when the execution is cancelled. */
	signal: AbortSignal;
}

export interface BuiltEngine {
	surroundings: Surroundings;
	ask(request: ChatRequest): Promise<Decision>;
	/** Notices about the ledger for the user. */
	notices(): string[];
	/** Writes what waits and closes files and connections. Rejects after `withinMs` where a call is still open. */
	close(withinMs: number): Promise<void>;
}

interface Parts {
	engine: { createEngine: typeof createEngine };
	settings: { DEFAULTS: typeof DEFAULTS };
	http: { createHttp: typeof createHttp };
	registry: { PROVIDER_REGISTRY: typeof PROVIDER_REGISTRY };
	rules: { compileRules: typeof compileRules };
	state: typeof States;
	surroundings: { surroundings: Surroundings };
}

const FILES: Record<keyof Parts, string> = {
	engine: 'router/engine',
	settings: 'router/failover/settings',
	http: 'router/models/wire/http',
	registry: 'router/models/registry',
	rules: 'router/policy/rules',
	state: 'router/state/state',
	surroundings: 'nodes/host/surroundings',
};

/** A module of the built package: `built<typeof Router>('router/walk/walk', root)`. */
export function built<Module>(file: string, root: string): Module {
	return createRequire(join(root, 'dist/any.js'))(`./${file}`) as Module;
}

function load(root: string): Parts {
	const entries = Object.entries(FILES).map(([name, file]) => [name, built<unknown>(file, root)]);
	return Object.fromEntries(entries) as Parts;
}

export function openEngine(options: EngineOptions): BuiltEngine {
	const built = load(options.root);
	const real = built.surroundings.surroundings;
	const surroundings = options.surroundings?.(real) ?? real;
	const state = built.state.createSqliteState({ folder: options.folder, surroundings });
	const http = built.http.createHttp();
	const engine = built.engine.createEngine({ surroundings, state, http });
	const models = options.models.map((model) => modelOf(model, built, engine));
	const policy: Policy = {
		mode: 'answer',
		models,
		rules: built.rules.compileRules(
			options.rules ?? [],
			models.map(({ alias }) => alias),
		),
		noMatch: 'smart',
		preference: 0.5,
		minConfidence: 0.4,
		failover: built.settings.DEFAULTS,
		spending: {
			budgets: [{ limitNano: BUDGET_NANO, period: 'day', scope: 'bench', onExceeded: 'cheapest' }],
			maxCostPerItemNano: null,
			allowUnknownPrice: false,
		},
		record: { retentionDays: 90, hashPrompts: false, learns: false },
		...options.policy,
	};
	const caller = {
		workflow: 'Bench',
		execution: '1',
		node: 'Router',
		learner: 'bench',
		timeZone: 'Europe/Berlin',
	};
	const { signal } = options;
	return {
		surroundings,
		ask: (request) => engine.route(request, policy, { caller, signal }),
		notices: () => engine.notices(),
		async close(withinMs) {
			await within(withinMs, http.close());
			await engine.close();
		},
	};
}

async function within(ms: number, work: Promise<void>): Promise<void> {
	let timer: NodeJS.Timeout | undefined;
	const late = new Promise<void>((_, reject) => {
		timer = setTimeout(() => reject(new Error(`Connections are still in use after ${ms} ms`)), ms);
	});
	await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function modelOf(
	{ alias, provider, modelId, baseUrl, key, quality }: EngineModel,
	{ registry }: Parts,
	engine: Engine,
): Model {
	const { protocol } = registry.PROVIDER_REGISTRY[provider];
	const entry = engine.catalogue.lookUp({ provider, modelId, now: engine.surroundings.now() });
	return {
		alias,
		provider,
		modelId,
		client: engine.clientOf(provider, { baseUrl, modelId }),
		keys: [key],
		endpoint: `${protocol}|${baseUrl}|${modelId}`,
		site: `${protocol}|${baseUrl}`,
		quality: quality ?? entry.quality,
		prices: entry.prices ?? { input: { base: 1 }, output: { base: 2 } },
		contextWindow: entry.contextWindow,
		accepts: entry.accepts,
		reasoning: entry.reasoning,
		weight: 1,
	};
}
