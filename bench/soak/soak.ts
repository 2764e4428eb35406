/**
 * The engine under steady load while its providers fail, each in its own way and every few seconds in another:
 *
 *     npm run soak [-- --seconds 60] [--seed 1] [--keep]
 *
 * Ten minutes unless told otherwise. Its clock runs ten times as fast, so that the default deadlines, rests and circuits
 * come and go many times. Fails where an item is not answered though a provider was well, where an answer is not whole,
 * where memory grows, and where a socket, timer, sleep or listener is left at the end.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { getEventListeners, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Surroundings } from '../../router/types';
import { faster } from '../../test/engine/fasterClock';
import { seededChance } from '../../test/support/virtualTime';
import { openEngine, type BuiltEngine } from '../measures/builtEngine';
import { conditions, keep } from '../measures/results';
import { gateFor, hasGrown, heapIn, type Sample } from './memory';
import { MODEL_IDS, type Command, type Report } from './provider';
import { round, Wellness, type Scene } from './scenarios';
import { Tally, type SoakFigures } from './tally';
import { requestOf, RULES, wrongWith } from './traffic';

const RATE = 200;
const SCENE_MS = 3_000;
const TICK_MS = 5;
/** On a machine too slow for the rate, items are skipped and reported, so that the backlog stays bounded. */
const MOST_UNDER_WAY = 600;
/** Between two looks at the memory. */
const SAMPLE_MS = { short: 4_000, long: 10_000 };
/** How long to wait for an idle moment to take a sample. */
const QUIET_MS = 15_000;
/** Before the clock runs, so that loading the SDKs does not count: each provider is asked some times. */
const WARM_UP = 60;
/** How long to wait for open items, then for connections, after the last item. */
const PATIENCE_MS = 60_000;
const CLOSING_MS = 5_000;

const { values } = parseArgs({
	options: {
		seconds: { type: 'string', default: '600' },
		seed: { type: 'string', default: '1' },
		keep: { type: 'boolean', default: false },
	},
});
const LENGTH_MS = Number(values.seconds) * 1_000;

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

class Providers {
	private constructor(
		private readonly child: ChildProcess,
		readonly url: string,
	) {}

	static async start(): Promise<Providers> {
		const child = fork(join(__dirname, 'provider.ts'), { execArgv: ['--import', 'tsx'] });
		const [report] = (await once(child, 'message')) as [{ url: string }];
		return new Providers(child, report.url);
	}

	async fail(faults: Scene['faults']): Promise<void> {
		await this.say({ faults });
	}

	async open(): Promise<{ calls: number; connections: number }> {
		return (await this.say('open')) as { calls: number; connections: number };
	}

	async stop(): Promise<void> {
		const ended = once(this.child, 'exit');
		this.child.disconnect();
		await ended;
	}

	private async say(command: Command): Promise<Report> {
		this.child.send(command);
		const [report] = (await once(this.child, 'message')) as [Report];
		return report;
	}
}

/** Sleeps still pending. */
let asleep = 0;
function counted(surroundings: Surroundings): Surroundings {
	const sleep: Surroundings['sleep'] = async (ms, signal) => {
		asleep++;
		await surroundings.sleep(ms, signal).finally(() => asleep--);
	};
	return { ...surroundings, sleep };
}

function engineOn({ url }: Providers, folder: string, signal: AbortSignal): BuiltEngine {
	const at = (alias: string, provider: 'openAi' | 'anthropic' | 'gemini' | 'openAiCompatible') => ({
		alias,
		provider,
		modelId: MODEL_IDS[alias as keyof typeof MODEL_IDS],
		baseUrl: `${url}/${alias}${/^open|^comp/.test(alias) ? '/v1' : ''}`,
		key: 'sk-soak',
		quality: 60,
	});
	return openEngine({
		root: join(__dirname, '../..'),
		folder,
		signal,
		surroundings: (real) => counted(faster(real)),
		models: [
			at('openai', 'openAi'),
			at('anthropic', 'anthropic'),
			at('gemini', 'gemini'),
			at('compatible', 'openAiCompatible'),
		],
		rules: RULES,
		policy: { redactPersonalData: true },
	});
}

/** Sends items to the engine at a steady rate until the time is up. */
class Load {
	underWay = 0;

	private sent = 0;

	/** Sending is paused; overdue items are sent afterwards. */
	private isHeld = false;

	constructor(
		private readonly engine: BuiltEngine,
		private readonly wellness: Wellness,
		private readonly tally: Tally,
	) {}

	async run(): Promise<void> {
		this.tally.due = Math.floor((LENGTH_MS * RATE) / 1_000);
		const startedAt = performance.now();
		for (let ms = 0; ms < LENGTH_MS; ms = performance.now() - startedAt) {
			const due = Math.min(Math.floor((ms * RATE) / 1_000), this.sent + MOST_UNDER_WAY - this.underWay);
			while (!this.isHeld && this.sent < due) void this.ask(this.sent++);
			await pause(TICK_MS);
		}
		if (!(await this.quiet(PATIENCE_MS)))
			this.tally.fault(
				`${this.underWay} items were not over ${PATIENCE_MS / 1000} s after the last one came`,
			);
	}

	/** Runs the work when nothing is under way, if that happens soon. */
	async whenQuiet(work: () => void): Promise<void> {
		this.isHeld = true;
		if (await this.quiet(QUIET_MS)) work();
		this.isHeld = false;
	}

	private async quiet(withinMs: number): Promise<boolean> {
		const end = performance.now() + withinMs;
		while (this.underWay > 0 && performance.now() < end) await pause(TICK_MS);
		return this.underWay === 0;
	}

	private async ask(item: number): Promise<void> {
		this.underWay++;
		const { tally, wellness } = this;
		const request = requestOf(item);
		const scenario = tally.scenario;
		const from = performance.now();
		try {
			const decision = await this.engine.ask(request);
			const to = performance.now();
			const someoneWasWell = wellness.someoneWasWell(from, to);
			const wrong = wrongWith(request, decision);
			tally.take({ scenario, item, decision, ms: to - from, someoneWasWell, wrong });
		} catch (error) {
			tally.fault(`Item ${item} ended with an exception: ${String(error)}`);
		} finally {
			this.underWay--;
		}
	}
}

/** Plays one scene after another until `over`. */
async function stage(
	providers: Providers,
	wellness: Wellness,
	tally: Tally,
	over: AbortSignal,
): Promise<void> {
	const random = seededChance(Number(values.seed));
	for (let rounds = 0; ; rounds++) {
		for (const { scenario, faults } of round(rounds, random)) {
			wellness.begin(performance.now(), faults);
			await providers.fail(faults);
			wellness.settled(performance.now(), faults);
			tally.scenario = scenario.name;
			for (const end = performance.now() + SCENE_MS; performance.now() < end;) {
				if (over.aborted) return;
				await pause(50);
			}
		}
	}
}

async function watchMemory(load: Load, samples: Sample[], over: AbortSignal): Promise<void> {
	const startedAt = performance.now();
	const every = LENGTH_MS > 120_000 ? SAMPLE_MS.long : SAMPLE_MS.short;
	const look = (): void => {
		globalThis.gc?.();
		const { heapUsed, external, rss } = process.memoryUsage();
		samples.push({ at: performance.now() - startedAt, heapBytes: heapUsed + external, rssBytes: rss });
	};
	for (let next = every; !over.aborted; await pause(50)) {
		if (performance.now() - startedAt < next) continue;
		next += every;
		await load.whenQuiet(look);
	}
	look();
}

const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

interface HeldBytes {
	early: number;
	late: number;
	resident: number;
}

/** What is kept of a run. */
export type KeptSoak = SoakFigures & { seconds: number; heldBytes: HeldBytes };

function judgeMemory(samples: readonly Sample[], tally: Tally): HeldBytes {
	const gate = gateFor(LENGTH_MS);
	const early = heapIn(samples, gate.early);
	const late = heapIn(samples, gate.late);
	const change = (100 * (late - early)) / early;
	console.log(
		`Heap after collections, medians: ${mb(early)} in the second ${(gate.early.to - gate.early.from) / 1000} s, ` +
			`${mb(late)} in the last (${change >= 0 ? '+' : ''}${change.toFixed(1)} %); resident ${mb(samples.at(-1)?.rssBytes ?? NaN)}`,
	);
	if (hasGrown(samples, gate)) tally.fault('Memory has grown by more than is allowed');
	return { early, late, resident: samples.at(-1)?.rssBytes ?? NaN };
}

/** Handles that keep the process alive, besides stdio and the channel to the providers. */
function resources(): string[] {
	return process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FS|Process|Signal)/.test(name));
}

async function judgeRest(
	engine: BuiltEngine,
	providers: Providers,
	signal: AbortSignal,
	tally: Tally,
): Promise<void> {
	// The ledger and the latencies are written some moments later.
	for (let tries = 0; tries < 100 && asleep > 0; tries++) await pause(20);
	if (asleep > 0) tally.fault(`${asleep} sleeps of the engine have not ended`);
	const listeners = getEventListeners(signal, 'abort').length;
	if (listeners > 0) tally.fault(`${listeners} listeners are left on the execution's signal`);
	const { calls } = await providers.open();
	if (calls > 0) tally.fault(`${calls} calls are still open at the providers`);
	await engine.close(CLOSING_MS).catch((error: Error) => tally.fault(error.message));
	await pause(200);
	const { connections } = await providers.open();
	if (connections > 0) tally.fault(`${connections} sockets are left at the providers`);
	await providers.stop();
	await pause(50);
	const left = resources();
	console.log(
		`At the end: ${calls} calls, ${connections} sockets, ${asleep} sleeps, ${listeners} listeners, ` +
			`${left.length} resources of Node.js`,
	);
	if (left.length > 0) tally.fault(`Left in the process: ${left.join(', ')}`);
	for (const notice of engine.notices()) tally.fault(`The ledger says: ${notice}`);
}

async function main(): Promise<void> {
	if (!globalThis.gc) throw new Error('Run it with --expose-gc: npm run soak');
	const under = conditions();
	const folder = mkdtempSync(join(tmpdir(), 'llm-router-soak-'));
	const tally = new Tally();
	const providers = await Providers.start();
	const cancelled = new AbortController();
	const over = new AbortController();
	const engine = engineOn(providers, folder, cancelled.signal);
	const wellness = new Wellness();
	const samples: Sample[] = [];
	try {
		for (let item = 0; item < WARM_UP; item++) await engine.ask(requestOf(item));
		const load = new Load(engine, wellness, tally);
		const others = [stage(providers, wellness, tally, over.signal), watchMemory(load, samples, over.signal)];
		await load.run();
		over.abort();
		await Promise.all(others);
		tally.print();
		const heldBytes = judgeMemory(samples, tally);
		await judgeRest(engine, providers, cancelled.signal, tally);
		const figures: KeptSoak = { ...tally.figures(), seconds: LENGTH_MS / 1_000, heldBytes };
		if (values.keep) keep('soak', under, figures);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	process.exitCode = tally.verdict() ? 0 : 1;
}

main().catch((error: unknown) => {
	console.error(error);
	process.exit(1);
});
