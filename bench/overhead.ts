/**
 * What a call costs beyond a plain `fetch` to the same endpoint, for this package's engine and its peers:
 *
 *     npm run bench -- overhead [--short] [--whole] [--keep] [--json]
 *     npm run bench -- --check [--keep]   (short; fails where it has become worse than the figures that were kept)
 *
 * One after another and 50 at once, in turn, five repetitions. All read the answer as a stream, as the engine always does;
 * with `--whole` the peers ask for it in one piece, as they do by default, and the engine for a stream all the same.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import {
	AT_ONCE,
	measure,
	median,
	SHORT_PLAN,
	WHOLE_PLAN,
	type Failed,
	type Times,
} from './overhead/measure';
import { NAMES, type OverheadFigures, type Ratios } from './overhead/figures';
import { installedPeers, NEEDS, type Peers } from './overhead/peers';
import { conditions, keep, kept } from './measures/results';

/** How much worse a ratio may be than the one that was kept. */
const TOLERANCE = 1.25;
/** A run that comes out worse is repeated: the machine may have been busy with something else. */
const TRIES = 3;

const WITHOUT_PEERS = ['fetch', 'engine', 'openAiSdk'];

const { values: flags } = parseArgs({
	options: {
		short: { type: 'boolean', default: false },
		whole: { type: 'boolean', default: false },
		json: { type: 'boolean', default: false },
		check: { type: 'boolean', default: false },
		keep: { type: 'boolean', default: false },
	},
});

const openAiVersion = (): string => {
	const file = join(__dirname, '../node_modules/openai/package.json');
	return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
};

function versionsOf(name: string, { versions }: Peers): string {
	if (name === 'openAiSdk') return openAiVersion();
	return (NEEDS[name] ?? []).map((pack) => `${pack} ${versions[pack]}`).join(', ');
}

function ratiosOf(results: ReadonlyMap<string, Times | Failed>): Ratios {
	const times = (name: string): Times => {
		const found = results.get(name);
		if (!found || 'error' in found) throw new Error(`${NAMES[name]} did not run: ${found?.error}`);
		return found;
	};
	// Minimum of the repetitions: other load on the machine only adds time.
	const ratio = (kind: 'sequential' | 'parallel', other: string): number =>
		Math.min(...times('engine')[kind]) / Math.min(...times(other)[kind]);
	const both = (kind: 'sequential' | 'parallel') => ({
		overFetch: ratio(kind, 'fetch'),
		overOpenAiSdk: ratio(kind, 'openAiSdk'),
	});
	return { sequential: both('sequential'), parallel: both('parallel') };
}

/** Median and spread of the differences to plain fetch in the same repetition. */
function over(times: readonly number[], plain: readonly number[]): string {
	const differences = times.map((ms, place) => ms - plain[place]);
	const shown = [median(differences), Math.min(...differences), Math.max(...differences)].map((ms) =>
		ms.toFixed(3),
	);
	return `${shown[0]} (${shown[1]} to ${shown[2]})`;
}

function print(results: ReadonlyMap<string, Times | Failed>, peers: Peers): void {
	const plain = results.get('fetch') as Times;
	const rows = [...results].flatMap(([name, times]) => {
		if ('error' in times) {
			console.log(`${NAMES[name]} could not be run: ${times.error}`);
			return [];
		}
		const row = {
			'ms a call': median(times.sequential).toFixed(3),
			'over fetch, ms': over(times.sequential, plain.sequential),
			'CPU µs': Math.round(1_000 * median(times.sequentialCpu)),
			[`ms a call, ${AT_ONCE} at once`]: median(times.parallel).toFixed(3),
			'over fetch, ms ': over(times.parallel, plain.parallel),
			'CPU µs ': Math.round(1_000 * median(times.parallelCpu)),
			version: versionsOf(name, peers),
		};
		return [[NAMES[name], row] as const];
	});
	console.table(Object.fromEntries(rows));
}

const KINDS = ['sequential', 'parallel'] as const;
const OTHERS = ['overFetch', 'overOpenAiSdk'] as const;

/** Picks each ratio from several runs on its own. */
function eachOf(runs: readonly Ratios[], choose: (values: readonly number[]) => number): Ratios {
	const of = (kind: (typeof KINDS)[number]) => ({
		overFetch: choose(runs.map((run) => run[kind].overFetch)),
		overOpenAiSdk: choose(runs.map((run) => run[kind].overOpenAiSdk)),
	});
	return { sequential: of('sequential'), parallel: of('parallel') };
}

async function shortRun(): Promise<Ratios> {
	return ratiosOf(await measure(WITHOUT_PEERS, true, '', SHORT_PLAN));
}

/** Says how the ratios compare with those that were kept. True: none is worse by more than is tolerated. */
function holds(ratios: Ratios, before: Ratios): boolean {
	const lines = KINDS.flatMap((kind) =>
		OTHERS.map((other) => ({
			name: `${kind} ${other}`,
			now: ratios[kind][other],
			then: before[kind][other],
		})),
	);
	for (const { name, now, then } of lines) console.log(`${name}: ${now.toFixed(2)}, kept ${then.toFixed(2)}`);
	return lines.every(({ now, then }) => now <= then * TOLERANCE);
}

/** Compares short runs with figures kept from short runs. @throws where the best of all runs is worse */
async function check(): Promise<void> {
	const before = kept<Ratios>('check');
	if (!before) throw new Error('No figures were kept. On a quiet machine: npm run bench -- --check --keep');
	const runs: Ratios[] = [];
	while (runs.length < TRIES) {
		runs.push(await shortRun());
		if (
			holds(
				eachOf(runs, (values) => Math.min(...values)),
				before.figures,
			)
		)
			return;
	}
	throw new Error(`In ${TRIES} runs worse by more than ${Math.round((TOLERANCE - 1) * 100)} %`);
}

async function keepCheck(): Promise<void> {
	const under = conditions();
	const runs: Ratios[] = [];
	while (runs.length < TRIES) runs.push(await shortRun());
	const figures = eachOf(runs, median);
	keep('check', under, figures);
	console.log(figures);
}

async function main(): Promise<void> {
	if (flags.check) return flags.keep ? await keepCheck() : await check();
	if (flags.keep && (flags.short || flags.whole))
		throw new Error('Only a whole run over streams is kept: others are not what --check compares with');
	const peers = await installedPeers();
	if (peers.problem) console.log(`The peers could not be installed: ${peers.problem}`);
	const isThere = (name: string) => (NEEDS[name] ?? []).every((pack) => peers.versions[pack]);
	const names = Object.keys(NAMES).filter(isThere);
	for (const name of Object.keys(NAMES))
		if (!names.includes(name)) console.log(`${NAMES[name]} is not installed`);
	const under = conditions();
	const plan = flags.short ? SHORT_PLAN : WHOLE_PLAN;
	const results = await measure(names, !flags.whole, peers.folder, plan);
	const ratios = ratiosOf(results);
	const contenders = [...results].flatMap(([name, times]) =>
		'error' in times ? [] : { name, version: versionsOf(name, peers), times },
	);
	const figures: OverheadFigures = { ratios, contenders };
	if (flags.keep) keep('overhead', under, figures);
	if (flags.json) console.log(JSON.stringify({ ...under, figures }, null, '\t'));
	else {
		console.log(`${under.machine}, Node.js ${under.node}, load ${under.load}`);
		print(results, peers);
		console.log(ratios);
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
