/**
 * What a call costs beyond a plain `fetch` to the same endpoint, for this package's engine and its peers:
 *
 *     npm run bench -- overhead [--short] [--whole] [--json]
 *     npm run bench -- --check      (short; fails where it has become worse than `committed.json` says)
 *     npm run bench -- overhead --commit
 *
 * One after another and 50 at once, in turn, five repetitions. All read the answer as a stream, as the engine always does;
 * with `--whole` the peers ask for it in one piece, as they do by default, and the engine for a stream all the same.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
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
import { installedPeers, NEEDS, type Peers } from './overhead/peers';

const COMMITTED = join(__dirname, 'committed.json');
/** How much worse a ratio may be than the committed one. */
const TOLERANCE = 1.25;

const NAMES: Readonly<Record<string, string>> = {
	fetch: 'plain fetch',
	engine: 'this engine',
	openAiSdk: 'OpenAI SDK',
	langChain: 'LangChain.js withFallbacks',
	aiSdk: 'AI SDK with ai-fallback',
	portkey: 'Portkey gateway',
};
const WITHOUT_PEERS = ['fetch', 'engine', 'openAiSdk'];

/** Of the whole time a call, medians of the repetitions' own ratios. */
export interface Ratios {
	sequential: { overFetch: number; overOpenAiSdk: number };
	parallel: { overFetch: number; overOpenAiSdk: number };
}

const { values: flags } = parseArgs({
	options: {
		short: { type: 'boolean', default: false },
		whole: { type: 'boolean', default: false },
		json: { type: 'boolean', default: false },
		check: { type: 'boolean', default: false },
		commit: { type: 'boolean', default: false },
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
	const ratio = (kind: 'sequential' | 'parallel', other: string): number =>
		median(times('engine')[kind].map((ms, place) => ms / times(other)[kind][place]));
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

function check(ratios: Ratios): void {
	if (!existsSync(COMMITTED)) {
		console.error('There are no committed ratios. On a quiet machine: npm run bench -- overhead --commit');
		process.exitCode = 1;
		return;
	}
	const { ratios: committed } = JSON.parse(readFileSync(COMMITTED, 'utf8')) as { ratios: Ratios };
	for (const kind of ['sequential', 'parallel'] as const) {
		for (const other of ['overFetch', 'overOpenAiSdk'] as const) {
			const [now, before] = [ratios[kind][other], committed[kind][other]];
			const isWorse = now > before * TOLERANCE;
			const words = `${kind} ${other}: ${now.toFixed(2)}, committed ${before.toFixed(2)}`;
			if (!isWorse) console.log(words);
			else {
				console.error(`${words}: worse by more than ${Math.round((TOLERANCE - 1) * 100)} %`);
				process.exitCode = 1;
			}
		}
	}
}

const machine = () => ({
	date: new Date().toISOString().slice(0, 10),
	node: process.version,
	cores: cpus().length,
	load: Number(loadavg()[0].toFixed(2)),
});

async function main(): Promise<void> {
	const isBrief = flags.check || flags.commit;
	const peers: Peers = isBrief ? { folder: '', versions: {}, problem: null } : await installedPeers();
	if (peers.problem) console.log(`The peers could not be installed: ${peers.problem}`);
	const isThere = (name: string) => (NEEDS[name] ?? []).every((pack) => peers.versions[pack]);
	const names = Object.keys(NAMES).filter((name) => (isBrief ? WITHOUT_PEERS.includes(name) : isThere(name)));
	for (const name of Object.keys(NAMES))
		if (!isBrief && !names.includes(name)) console.log(`${NAMES[name]} is not installed`);
	const plan = flags.short || flags.check ? SHORT_PLAN : WHOLE_PLAN;
	const before = machine();
	const results = await measure(names, !flags.whole, peers.folder, plan);
	const ratios = ratiosOf(results);
	if (flags.check) return check(ratios);
	const data = { ...before, ratios };
	if (flags.commit) writeFileSync(COMMITTED, `${JSON.stringify(data, null, '\t')}\n`);
	if (flags.json) console.log(JSON.stringify({ ...data, results: Object.fromEntries(results) }, null, '\t'));
	else {
		console.log(`${before.cores} cores, Node.js ${before.node}, load ${before.load}`);
		print(results, peers);
	}
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
