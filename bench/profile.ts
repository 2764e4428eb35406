/**
 * Where the microseconds of a call go: a processor profile of the engine as it asks a provider that answers at once, one call after another,
 * summed up by what the work is for.
 *
 *     npm run bench -- profile [--keep]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Session, type Profiler } from 'node:inspector/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { conditions, keep } from './measures/results';
import { CONTENDERS, PROMPTS, type Ask } from './overhead/contenders';
import { median } from './overhead/measure';

const WARM_UP = 3_000;
const CALLS = 1_000;
const ROUNDS = 5;
/** µs between two looks. */
const INTERVAL = 200;

/** What a frame's file is for; the first that fits. What fits nowhere belongs to whoever called it. */
const PARTS: ReadonlyArray<[part: string, file: RegExp]> = [
	['classifying', /dist\/router\/(?:classify|guardrails|text|policy\/searchText)/],
	[
		'budget',
		/dist\/router\/(?:ledger\/(?:budget|waitingLine|period)|money\/mostCost|state\/(?:budgets|sqlite\/budgets))/,
	],
	['ledger', /dist\/router\/(?:ledger\/|state\/sqlite\/(?:ledger|decision|usage|names))/],
	['health, shared between processes', /dist\/router\/state\/(?!sqlite\/(?:file|home|line))/],
	['rules and route', /dist\/router\/(?:policy|walk|engine)/],
	['failover: deadlines, rests, checks', /dist\/router\/failover/],
	['reading the stream', /dist\/router\/models\/(?:wire\/(?:eventStream|guardedFetch|call)|openAi)/],
	['OpenAI SDK', /node_modules\/openai\//],
	[
		'HTTP',
		/dist\/router\/models\/wire\/http|undici|node:(?:net|_http|internal\/(?:stream|webstreams|streams))/,
	],
];
const COLLECTION = 'garbage collection';
const REST = 'the rest of Node.js';

/** µs a call by part. */
export type ProfileFigures = Record<string, number>;

function partsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
	const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
	const partOf = (id: number): string | null => {
		for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
			const frame = byId.get(at);
			if (frame?.functionName === '(garbage collector)') return COLLECTION;
			if (frame?.functionName === '(idle)' || frame?.url.includes('inspector')) return null;
			const part = PARTS.find(([, file]) => file.test(frame?.url ?? ''));
			if (part) return part[0];
		}
		return REST;
	};
	const known = new Map(nodes.map(({ id }) => [id, partOf(id)]));
	const sums = new Map<string, number>();
	samples.forEach((id, place) => {
		const part = known.get(id);
		if (part) sums.set(part, (sums.get(part) ?? 0) + (timeDeltas[place] ?? 0));
	});
	return sums;
}

async function calls(ask: Ask, count: number): Promise<void> {
	for (let call = 0; call < count; call++) await ask(PROMPTS[call % PROMPTS.length]);
}

async function measured(ask: Ask): Promise<ProfileFigures> {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
	const rounds: Array<Map<string, number>> = [];
	for (let round = 0; round < ROUNDS; round++) {
		await session.post('Profiler.start');
		await calls(ask, CALLS);
		rounds.push(partsOf((await session.post('Profiler.stop')).profile));
	}
	session.disconnect();
	const names = [...PARTS.map(([name]) => name), COLLECTION, REST];
	const middle = (name: string) => median(rounds.map((sums) => (sums.get(name) ?? 0) / CALLS));
	return Object.fromEntries(names.map((name) => [name, Math.round(middle(name))]));
}

async function run(provider: ChildProcess): Promise<void> {
	const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
	const [{ ready }] = (await once(provider, 'message')) as [{ ready: { url: string } }];
	const ask = await CONTENDERS.engine({
		url: ready.url,
		isStream: true,
		root: join(__dirname, '..'),
		peers: '',
	});
	await calls(ask, WARM_UP);
	const under = conditions();
	const figures = await measured(ask);
	console.table(figures);
	console.log(`${Object.values(figures).reduce((sum, us) => sum + us, 0)} µs of work a call`);
	if (values.keep) keep('profile', under, figures);
}

const provider = fork(join(__dirname, 'overhead/provider.ts'), {
	execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
});
run(provider)
	.catch((error: unknown) => {
		console.error(error);
		process.exitCode = 1;
	})
	.finally(() => {
		provider.disconnect();
		process.exit();
	});
