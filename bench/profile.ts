/**
 * Where the microseconds of a call go: a processor profile of the engine as it asks a provider that answers at once, one call after another
 * or several at one time, summed up by what the work is for.
 *
 *     npm run bench -- profile [--keep] [--at-once 50] [--contender openAiSdk] [--out last.cpuprofile]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { Session, type Profiler } from 'node:inspector/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { PARTS, partOf } from './measures/profileParts';
import { conditions, keep } from './measures/results';
import { CONTENDERS, PROMPTS, type Ask } from './overhead/contenders';
import { median } from './overhead/measure';

const WARM_UP = 3_000;
const CALLS = 1_000;
const ROUNDS = 5;
/** µs between two looks. */
const INTERVAL = 200;

const COLLECTION = 'garbage collection';
const REST = 'the rest of Node.js';

/** µs a call by part. */
export type ProfileFigures = Record<string, number>;

function partsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
	const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
	const byId = new Map(nodes.map((node) => [node.id, node.callFrame]));
	const partOfNode = (id: number): string | null => {
		for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
			const frame = byId.get(at);
			if (frame?.functionName === '(garbage collector)') return COLLECTION;
			if (frame?.functionName === '(idle)' || frame?.url.includes('inspector')) return null;
			const part = partOf(frame?.url ?? '');
			if (part) return part;
		}
		return REST;
	};
	const known = new Map(nodes.map(({ id }) => [id, partOfNode(id)]));
	const sums = new Map<string, number>();
	samples.forEach((id, place) => {
		const part = known.get(id);
		if (part) sums.set(part, (sums.get(part) ?? 0) + (timeDeltas[place] ?? 0));
	});
	return sums;
}

async function calls(ask: Ask, count: number, atOnce: number): Promise<void> {
	let left = count;
	const worker = async (): Promise<void> => {
		while (left-- > 0) await ask(PROMPTS[left % PROMPTS.length]);
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
}

/** @param out where the last round's whole profile is written, for the developer tools of a browser; empty: nowhere */
async function measured(ask: Ask, atOnce: number, out: string): Promise<ProfileFigures> {
	const session = new Session();
	session.connect();
	await session.post('Profiler.enable');
	await session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
	const rounds: Array<Map<string, number>> = [];
	for (let round = 0; round < ROUNDS; round++) {
		await session.post('Profiler.start');
		await calls(ask, CALLS, atOnce);
		const { profile } = await session.post('Profiler.stop');
		if (out !== '') writeFileSync(out, JSON.stringify(profile));
		rounds.push(partsOf(profile));
	}
	session.disconnect();
	const names = [...PARTS.map(({ name }) => name), COLLECTION, REST];
	const middle = (name: string) => median(rounds.map((sums) => (sums.get(name) ?? 0) / CALLS));
	return Object.fromEntries(names.map((name) => [name, Math.round(middle(name))]));
}

async function run(provider: ChildProcess): Promise<void> {
	const { values } = parseArgs({
		options: {
			keep: { type: 'boolean', default: false },
			'at-once': { type: 'string', default: '1' },
			contender: { type: 'string', default: 'engine' },
			out: { type: 'string', default: '' },
		},
	});
	const atOnce = Number(values['at-once']);
	if (values.keep && (atOnce !== 1 || values.contender !== 'engine'))
		throw new Error('Only the engine, one call after another, is kept: the page shows that');
	const [{ ready }] = (await once(provider, 'message')) as [{ ready: { url: string } }];
	const ask = await CONTENDERS[values.contender]({
		url: ready.url,
		isStream: true,
		root: join(__dirname, '..'),
		peers: '',
	});
	await calls(ask, WARM_UP, atOnce);
	const under = conditions();
	const figures = await measured(ask, atOnce, values.out);
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
