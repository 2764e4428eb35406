/** One stretch of traffic over one set of incidents: the router in virtual time, and its peers over the same incidents. */
import type * as Classifier from '../../router/classify/classify';
import type * as Settings from '../../router/failover/settings';
import type * as Cost from '../../router/money/cost';
import type * as Guardrails from '../../router/guardrails/guardrails';
import type * as Assembly from '../../router/engine';
import type * as Http from '../../router/models/wire/http';
import type * as States from '../../router/state/state';
import type { Policy } from '../../router/walk/walk';
import type { ChatRequest, Decision, Model, Prompt } from '../../router/types';
import { built } from '../measures/builtEngine';
import { seededChance, virtualTime } from '../../test/support/virtualTime';
import { exponential, incidents } from './incidents';
import { fallbackList, sdk, type Conduct } from './peers';
import { clientOf, drawPace, ROOT, SimulatedProvider, type Pace } from './provider';
import { userMessage } from '../../router/text/parts';

// The built code: what a loader of TypeScript adds to it would cost half as much again.
const { createLocalClassifier } = built<typeof Classifier>('router/classify/classify', ROOT);
const { DEFAULTS } = built<typeof Settings>('router/failover/settings', ROOT);
const { costOf } = built<typeof Cost>('router/money/cost', ROOT);
const { inspectNow } = built<typeof Guardrails>('router/guardrails/guardrails', ROOT);
const { createEngine } = built<typeof Assembly>('router/engine', ROOT);
const { createHttp } = built<typeof Http>('router/models/wire/http', ROOT);
const { createMemoryState } = built<typeof States>('router/state/state', ROOT);

/** Workflows come in batches: twenty items at once, every ten minutes on average. */
const BATCH = 20;
const GAP_MS = 600_000;
/** How long a caller waits; equal to the router's total timeout. */
export const PATIENCE_MS = 600_000;

const MODELS = [
	{ alias: 'first', provider: 'openAi', quality: 80, price: 2 },
	{ alias: 'second', provider: 'anthropic', quality: 80, price: 3 },
	{ alias: 'third', provider: 'gemini', quality: 80, price: 4 },
] as const;

const PROMPTS = [
	'Summarize this support ticket in two sentences: the parcel arrived late and the box was open.',
	'Translate to German: We are happy to confirm your order.',
	'Extract the invoice number and the total from: Invoice 2231, total 418.20 EUR.',
	'Write a polite reply to a customer who asks for a refund after 45 days.',
	'Is this review positive or negative? "Great phone, weak battery."',
	'What is the difference between a lead and an opportunity?',
];

export interface Tally {
	name: string;
	requests: number;
	whole: number;
	/** Passed on as an answer though empty or unfinished. */
	nonsense: number;
	attempts: number;
	/** Ms that each whole answer took longer than on a good day. */
	added: Float64Array;
	/** Nano-dollars: all that was billed, and what was billed for the losers of hedges. */
	cost: number;
	hedgeCost: number;
	/** How requests failed. */
	failures: Record<string, number>;
}

export interface Stretch {
	tallies: Tally[];
	/** What share of plain calls each provider answers whole. */
	availability: number[];
	/** What share of the requests came while some provider was well: nobody could have answered more at once. */
	answerable: number;
	days: number;
}

interface Arrival {
	at: number;
	pace: Pace;
}

export async function simulate(requests: number, seed: number): Promise<Stretch> {
	const random = seededChance(seed);
	const arrivals = arrive(requests, random);
	const length = arrivals[arrivals.length - 1].at;
	const drawn = incidents(MODELS.length, length, random);
	const providers = (salt: number) =>
		drawn.map((list, index) => new SimulatedProvider(list, seededChance(seed * 100 + salt * 10 + index)));
	const router = await routed(arrivals, providers(1), seed);
	const plain = providers(2);
	const waits = seededChance(seed + 1);
	return {
		tallies: [
			router,
			peer('one provider, SDK retries', arrivals, ({ at, pace }) => sdk(plain[0], at, pace, waits)),
			peer('plain fallback list', arrivals, ({ at, pace }) => fallbackList(plain, at, pace, waits)),
		],
		availability: providers(3).map((provider) => {
			const whole = arrivals.filter(({ at, pace }) => provider.fate(at, pace).end === 'whole');
			return whole.length / requests;
		}),
		answerable: answerable(arrivals, plain),
		days: length / 86_400_000,
	};
}

function answerable(arrivals: readonly Arrival[], providers: readonly SimulatedProvider[]): number {
	const well = arrivals.filter(({ at }) => providers.some((provider) => provider.isWell(at)));
	return well.length / arrivals.length;
}

function arrive(requests: number, random: () => number): Arrival[] {
	const arrivals: Arrival[] = [];
	for (let at = 0; arrivals.length < requests; at += exponential(GAP_MS, random)) {
		for (let item = 0; item < BATCH && arrivals.length < requests; item++) {
			arrivals.push({ at, pace: drawPace(random) });
		}
	}
	return arrivals;
}

function tallyOf(name: string, requests: number): Tally {
	const added = new Float64Array(requests);
	return { name, requests, whole: 0, nonsense: 0, attempts: 0, added, cost: 0, hedgeCost: 0, failures: {} };
}

function peer(name: string, arrivals: readonly Arrival[], ask: (arrival: Arrival) => Conduct): Tally {
	const tally = tallyOf(name, arrivals.length);
	for (const arrival of arrivals) {
		const { ms, attempts, end } = ask(arrival);
		tally.attempts += attempts;
		if (end === 'nonsense') tally.nonsense++;
		if (end === 'whole' && ms <= PATIENCE_MS) tally.added[tally.whole++] = ms - arrival.pace.ms;
		else count(tally, end === 'whole' ? 'too late' : end);
	}
	return tally;
}

async function routed(
	arrivals: readonly Arrival[],
	providers: readonly SimulatedProvider[],
	seed: number,
): Promise<Tally> {
	const tally = tallyOf('this router, defaults', arrivals.length);
	const time = virtualTime(seed);
	const { surroundings } = time;
	const start = surroundings.now();
	const state = createMemoryState(surroundings);
	const engine = createEngine({ surroundings, state, http: createHttp(), classifier: remembering() });
	// A request is known by its messages, which come to the clients as they were given.
	const paces = new WeakMap<ChatRequest['messages'], Pace>();
	const models = MODELS.map((entry, place) =>
		modelOf(entry, clientOf(providers[place], surroundings, start, paces)),
	);
	const policy = policyOf(models);
	const one = async ({ pace }: Arrival, index: number): Promise<void> => {
		const request = requestOf(index);
		paces.set(request.messages, pace);
		take(await engine.route(request, policy, {}), pace, models, tally);
	};
	await time.run(async () => {
		const open = new Set<Promise<void>>();
		for (const [index, arrival] of arrivals.entries()) {
			const wait = start + arrival.at - surroundings.now();
			if (wait > 0) await surroundings.sleep(wait);
			const work = one(arrival, index).finally(() => open.delete(work));
			open.add(work);
		}
		await Promise.all(open);
	});
	return tally;
}

function take(decision: Decision, pace: Pace, models: readonly Model[], tally: Tally): void {
	const { answer, attempts, failure, ms, cost } = decision;
	tally.attempts += attempts.length;
	tally.cost += cost.costNano ?? 0;
	for (const { outcome, usage, model } of attempts) {
		const prices = models.find(({ alias }) => alias === model)?.prices;
		if (outcome === 'cancelled' && usage && prices) tally.hedgeCost += costOf(prices, usage);
	}
	if (answer?.text.endsWith(' is whole.')) tally.added[tally.whole++] = ms - pace.ms;
	else if (answer) tally.nonsense++;
	else count(tally, failure?.category ?? 'unknown');
}

function count(tally: Tally, failure: string): void {
	tally.failures[failure] = (tally.failures[failure] ?? 0) + 1;
}

function requestOf(index: number): ChatRequest {
	const text = PROMPTS[index % PROMPTS.length];
	return { messages: [userMessage(text)], format: { type: 'text' }, limits: {} };
}

function policyOf(models: readonly Model[]): Policy {
	const failover = DEFAULTS;
	return {
		mode: 'answer',
		models,
		rules: [],
		noMatch: 'smart',
		preference: 0.5,
		minConfidence: 0.4,
		failover,
	};
}

function modelOf(entry: (typeof MODELS)[number], client: Model['client']): Model {
	const { alias, provider, quality, price } = entry;
	return {
		alias,
		provider,
		modelId: alias,
		client,
		keys: ['key'],
		endpoint: `${provider} ${alias}`,
		site: provider,
		quality,
		prices: { input: { base: price }, output: { base: price * 4 } },
		contextWindow: null,
		accepts: new Set(),
		reasoning: false,
		weight: 1,
	};
}

/** The classifier, asked once a prompt: what is measured here is what comes after it. */
function remembering(): Classifier.Classifier {
	const classifier = createLocalClassifier(inspectNow);
	const known = new Map<string, Classifier.ClassifierResult>();
	return {
		classify(prompt: Prompt) {
			const verdict = known.get(prompt.text) ?? classifier.classify(prompt);
			known.set(prompt.text, verdict);
			return verdict;
		},
	};
}
