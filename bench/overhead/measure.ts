/** Lets the contenders call in turn, so that whatever else the machine does hits all of them alike. */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import type { Block, Measured } from './caller';
import type { Place } from './contenders';

const ROOT = join(__dirname, '../..');
/** Node.js runs these files as they are. */
const PLAIN_NODE = { execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'] };

export interface Plan {
	repetitions: number;
	/** Blocks a repetition: one after another, and 50 at once. */
	sequential: { blocks: number; calls: number };
	parallel: { blocks: number; calls: number };
}

export const WHOLE_PLAN: Plan = {
	repetitions: 5,
	sequential: { blocks: 4, calls: 150 },
	parallel: { blocks: 3, calls: 600 },
};
/** Half a minute, for CI. */
export const SHORT_PLAN: Plan = {
	repetitions: 5,
	sequential: { blocks: 3, calls: 100 },
	parallel: { blocks: 2, calls: 500 },
};

export const AT_ONCE = 50;

/** Ms a call, one value a repetition: the median of its blocks. */
export interface Times {
	sequential: number[];
	parallel: number[];
	/** Processor time of the caller's process a call, whatever is done in the background included. */
	sequentialCpu: number[];
	parallelCpu: number[];
}

export type Failed = { error: string };

export const median = (values: readonly number[]): number =>
	[...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];

async function heard<T>(child: ChildProcess): Promise<T> {
	const over = new AbortController();
	const { signal } = over;
	const ended = once(child, 'exit', { signal }).then(([code, by]) => ({
		error: `Its process ended with ${String(code ?? by)}`,
	}));
	const said = once(child, 'message', { signal }).then(([message]) => message as unknown);
	const first = Promise.race([said, ended]);
	// The promise that lost the race is ignored.
	void Promise.allSettled([said, ended]);
	const message = (await first.finally(() => over.abort())) as T | Failed;
	if (typeof message === 'object' && message !== null && 'error' in message) throw new Error(message.error);
	return message as T;
}

async function blockOf(child: ChildProcess, block: Block): Promise<Measured> {
	child.send(block);
	return await heard<Measured>(child);
}

/** Asks each contender in turn for all that the plan says. Those that fail are left out, with their reason. */
export async function measure(
	names: readonly string[],
	isStream: boolean,
	peers: string,
	plan: Plan,
): Promise<Map<string, Times | Failed>> {
	const provider = fork(join(__dirname, 'provider.ts'), PLAIN_NODE);
	const { url, text } = (await heard<{ ready: { url: string; text: string } }>(provider)).ready;
	const results = new Map<string, Times | Failed>();
	const children = new Map<string, ChildProcess>();
	const place: Place = { url, isStream, root: ROOT, peers };
	try {
		for (const name of names) {
			const child = fork(join(__dirname, 'caller.ts'), [name, text, JSON.stringify(place)], PLAIN_NODE);
			try {
				await heard(child);
				await blockOf(child, { calls: 300, concurrency: 1 });
				await blockOf(child, { calls: 1_000, concurrency: AT_ONCE });
				children.set(name, child);
				results.set(name, { sequential: [], parallel: [], sequentialCpu: [], parallelCpu: [] });
			} catch (error) {
				results.set(name, { error: (error as Error).message });
				if (child.connected) child.disconnect();
			}
		}
		for (let repetition = 0; repetition < plan.repetitions; repetition++)
			await repeat(children, results, plan, repetition);
	} finally {
		for (const child of [...children.values(), provider]) if (child.connected) child.disconnect();
	}
	return results;
}

async function repeat(
	children: Map<string, ChildProcess>,
	results: Map<string, Times | Failed>,
	plan: Plan,
	repetition: number,
): Promise<void> {
	const order = [...children.keys()];
	for (const kind of ['sequential', 'parallel'] as const) {
		const { blocks, calls } = plan[kind];
		const measured = new Map(order.map((name) => [name, [] as Measured[]]));
		// Processor time spent between two kinds counts for neither.
		for (const child of children.values()) await blockOf(child, { calls: 20, concurrency: 1 });
		for (let block = 0; block < blocks; block++) {
			const turn = (repetition + block) % order.length;
			for (const name of [...order.slice(turn), ...order.slice(0, turn)]) {
				const concurrency = kind === 'parallel' ? AT_ONCE : 1;
				const child = children.get(name);
				if (!child) continue;
				try {
					measured.get(name)?.push(await blockOf(child, { calls, concurrency }));
				} catch (error) {
					// This contender is left out; the others go on.
					results.set(name, { error: (error as Error).message });
					children.delete(name);
					if (child.connected) child.disconnect();
				}
			}
		}
		for (const [name, list] of measured) {
			const times = results.get(name);
			if (!times || 'error' in times) continue;
			times[kind].push(median(list.map(({ ms }) => ms / calls)));
			const cpuMs = list.reduce((sum, one) => sum + one.cpuMs, 0);
			times[`${kind}Cpu`].push(cpuMs / calls / blocks);
		}
	}
}
