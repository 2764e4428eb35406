/** Hedges, circuits, rests and the user's own limits on the wire, with default settings and a clock that runs faster. */
import type { ChatModelBehaviour } from '../../support/standIn/chatModel';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import {
	keyed,
	alwaysTrue,
	askAll,
	lineOf,
	PROTOCOLS,
	type Asking,
	type Line,
	type Seen,
	type SeenCall,
} from './chaos';
import { SPEED } from '../fasterClock';
import type * as Clock from '../fasterClock';
import { inOrder, model, runRouter } from '../workflow';
import { surroundings } from '../../../nodes/host/surroundings';
import type * as Clockwork from '../../../nodes/host/surroundings';

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { faster } = jest.requireActual<typeof Clock>('../fasterClock');
	return { ...real, surroundings: faster(real.surroundings) };
});

let providers: SimulatedProviders;
const stories = new Map<string, () => Promise<void>>();
const ends = new Map<string, Promise<unknown>>();

/** A test that runs beside all others of this file, as most of each is waiting. */
function story(name: string, work: () => Promise<void>): void {
	stories.set(name, work);
	test(
		name,
		async () => {
			const fault = await ends.get(name);
			if (fault !== null) throw fault;
		},
		180_000,
	);
}

beforeAll(async () => {
	providers = await startSimulatedProviders({ sleep });
	// SDKs load on the first call, which would look like silence to a fast clock.
	for (const protocol of PROTOCOLS) await askAll(providers, lineOf(protocol), ['']);
	for (const [name, work] of stories) {
		ends.set(
			name,
			work().then(
				() => null,
				(fault: unknown) => fault,
			),
		);
	}
}, 180_000);
afterAll(async () => await providers.close());

const { sleep } = surroundings;
const pass = async (seconds: number): Promise<void> => await sleep(seconds * 1000);
const outcomes = ({ record }: Seen): string[] =>
	record.attempts.map(({ model: alias, outcome }) => `${String(alias)} ${String(outcome)}`);
const callsOf = (all: readonly Seen[]): number => all.reduce((sum, { calls }) => sum + calls.length, 0);
const left = (all: readonly Seen[]): string[] => [...new Set(all.flatMap((seen) => seen.left))];
const sound = (all: readonly Seen[]): void =>
	expect(all.flatMap((seen) => alwaysTrue(seen, SPEED))).toEqual([]);

/** On every protocol at once. */
async function onAll(work: (line: Line) => Promise<void>): Promise<void> {
	await Promise.all(PROTOCOLS.map(async (protocol) => await work(lineOf(protocol))));
}

/** One model of this protocol whose health can be changed, asked in a production run. */
function patient(line: Line, name: string, fault: string, server = providers) {
	const behaviour: ChatModelBehaviour = { fault, sleep, calls: [] };
	const modelId = `${line.modelId}-${name}`;
	// What is known of a connected model is keyed by workflow and node.
	const workflowId = `workflow of ${name}`;
	const wired = { workflowId, chatModels: { 'Model ': behaviour }, wired: ['Model '] };
	const own = line.modelId === null ? line : { ...line, modelId };
	if (line.modelId !== null) server.setFault(modelId, fault);
	return {
		ask: async (count: number, { run, ...asking }: Asking = {}) =>
			await askAll(server, own, Array<string>(count).fill(''), {
				...asking,
				run: { mode: 'trigger', ...(line.modelId === null && wired), ...run },
			}),
		becomes(other: string): void {
			behaviour.fault = other;
			if (line.modelId !== null) server.setFault(modelId, other);
		},
	};
}

/** ms between the end of the one and the end of the other, by the real clock. */
const endsAfter = (one: SeenCall, other: SeenCall): number => one.endedAt! - other.endedAt!;

describe('a hedge', () => {
	story('after 8 s of silence: the backup answers, the silent one is aborted within a second', async () => {
		await onAll(async (line) => {
			const [seen] = await askAll(providers, line, ['slow-25000'], { sleep });
			sound([seen!]);
			expect([line.name, ...outcomes(seen!)]).toEqual([line.name, 'first cancelled', 'helper answered']);
			const { calls, helperCalls, record } = seen!;
			// The first took a moment to arrive.
			expect((helperCalls[0]!.at - calls[0]!.at) * SPEED).toBeGreaterThan(7000);
			expect(calls.map(({ aborted }) => aborted)).toEqual([true]);
			expect(endsAfter(calls[0]!, helperCalls[0]!)).toBeLessThan(1000);
			// What the aborted one may have cost counts.
			const { inputTokens, outputTokens } = record.usage;
			expect(record.costEstimated).toBe(true);
			expect(Number(record.costUsd) * 1e6).toBeGreaterThan(Number(inputTokens) + 2 * Number(outputTokens));
		});
	});

	story('the first model may still win; then the backup is aborted', async () => {
		await onAll(async (line) => {
			const [seen] = await askAll(providers, line, ['slow-15000'], { sleep, helperFault: 'slow-60000' });
			sound([seen!]);
			expect([line.name, ...outcomes(seen!)]).toEqual([line.name, 'first answered', 'helper cancelled']);
			expect(seen!.helperCalls.map(({ aborted }) => aborted)).toEqual([true]);
			expect(endsAfter(seen!.helperCalls[0]!, seen!.calls[0]!)).toBeLessThan(1000);
		});
	});

	story('is off with 0, and no model that speaks gets one', async () => {
		await onAll(async (line) => {
			const [off] = await askAll(providers, line, ['slow-12000'], { sleep, options: { hedgeAfter: 0 } });
			expect([line.name, ...outcomes(off!)]).toEqual([line.name, 'first answered']);
		});
		// Sixteen seconds or more from its first token to its last.
		const [dripping] = await askAll(providers, lineOf('openAi'), ['drip-3000']);
		expect(outcomes(dripping!)).toEqual(['first answered']);
	});

	story('is one at a time; where it fails the next takes its place', async () => {
		const ask = async (second: string) => {
			const models = [
				model('first', 'gemini', 'gemini-2.5-flash-lite--slow-15000'),
				model('second', 'anthropic', `claude-haiku-4-5--${second}`),
				model('third', 'openAi', 'gpt-4.1'),
			];
			const parameters = { models, rules: [inOrder], options: {} };
			const result = await runRouter(providers, { parameters, items: ['Is anybody there?'] });
			return result
				.record(0)
				.attempts.map(({ model: alias, outcome }) => `${String(alias)} ${String(outcome)}`);
		};
		const [both, failed] = await Promise.all([ask('slow-60000'), ask('404')]);
		expect(both).toEqual(['first answered', 'second cancelled']);
		expect(failed).toEqual(['first cancelled', 'second modelNotFound', 'third answered']);
	});
});

story(
	'a circuit opens after five failures, lets one probe through, and closes when that succeeds',
	async () => {
		await onAll(async (line) => {
			const { ask, becomes } = patient(line, 'circuit', '500');
			const first = [...(await ask(1)), ...(await ask(1))];
			expect([line.name, callsOf(first)]).toEqual([line.name, 5]);
			const open = await ask(10);
			expect([line.name, callsOf(open), left(open)]).toEqual([line.name, 0, ['Fallback']]);
			// Manual executions ignore circuits.
			expect(callsOf(await ask(1, { run: { mode: 'manual' } }))).toBeGreaterThan(0);
			// 15 s ± 10 %.
			await pass(17);
			const probed = await ask(10);
			expect([line.name, callsOf(probed), left(probed)]).toEqual([line.name, 1, ['Fallback']]);
			becomes('none');
			await pass(17);
			await ask(1);
			const healed = await ask(10);
			expect([line.name, callsOf(healed), left(healed)]).toEqual([line.name, 10, ['Answered']]);
			sound([...first, ...open, ...probed, ...healed]);
		});
	},
);

/** An address of its own: two models that are down at one address speak for all others there. */
async function elsewhere(work: (server: SimulatedProviders) => Promise<void>): Promise<void> {
	const server = await startSimulatedProviders({ sleep });
	try {
		await work(server);
	} finally {
		await server.close();
	}
}

story('silence, stalls, cut and empty answers open it too', async () => {
	const faults = ['silent', 'stall', 'cut', 'empty', 'reset', '529'];
	const work = async (fault: string): Promise<void> =>
		await elsewhere(async (server) => {
			await onAll(async (line) => {
				const { ask } = patient(line, `circuit-${fault}`, fault, server);
				// A silent model whose backup answers is cancelled, which is no failure; and the last of the retries
				// must not end after the circuit may be probed.
				const asking = { options: { hedgeAfter: 0, breakerCooldown: 60 } };
				await Promise.all(Array.from({ length: 5 }, async () => await ask(1, asking)));
				expect([line.name, fault, callsOf(await ask(2))]).toEqual([line.name, fault, 0]);
			});
		});
	await Promise.all(faults.map(work));
});

story('a silent one is left alone too, though the backup answers every time, and comes back', async () => {
	await elsewhere(async (server) => {
		await onAll(async (line) => {
			const { ask, becomes } = patient(line, 'hushed', 'silent', server);
			const first = [];
			for (let index = 0; index < 5; index += 1) first.push(...(await ask(1)));
			expect([line.name, callsOf(first), left(first)]).toEqual([line.name, 5, ['Fallback']]);
			const open = await ask(5);
			expect([line.name, callsOf(open), left(open)]).toEqual([line.name, 0, ['Fallback']]);
			becomes('none');
			await pass(17);
			const healed = [...(await ask(1)), ...(await ask(5))];
			expect([line.name, callsOf(healed), left(healed)]).toEqual([line.name, 6, ['Answered']]);
			sound([...first, ...open, ...healed]);
		});
	});
});

story('what is wrong with the request does not', async () => {
	const work = async (fault: string): Promise<void> =>
		await elsewhere(async (server) => {
			await onAll(async (line) => {
				const { ask } = patient(line, `circuit-${fault}`, fault, server);
				await ask(6);
				expect([line.name, fault, callsOf(await ask(2))]).toEqual([line.name, fault, 2]);
			});
		});
	await Promise.all(['400', 'context', 'filter'].map(work));
});

story('where two of a route’s models are down, its others of that address are asked last', async () => {
	await elsewhere(async (server) => {
		// The helpers of these two are at another address of the simulation.
		for (const protocol of ['openAiCompatible', 'gemini']) {
			const line = lineOf(protocol);
			const well = patient(line, 'well', 'none', server);
			expect(left(await well.ask(1))).toEqual(['Answered']);
			for (const name of ['down-a', 'down-b']) await patient(line, name, '500', server).ask(5);
			const of = (name: string) => model(name, protocol, `${line.modelId}-${name}`);
			const helper = model('helper', line.helper.provider, line.helper.modelId);
			const asked = await runRouter(server, {
				parameters: { models: [of('well'), of('down-a'), of('down-b'), helper], rules: [inOrder] },
				items: ['Is anybody there?'],
				mode: 'trigger',
				credentials: keyed(server),
			});
			expect([protocol, asked.record(0).attempts.map((one) => one.model)]).toEqual([protocol, ['helper']]);
			// Another route has seen no outage.
			const seen = await well.ask(1);
			expect([protocol, callsOf(seen), left(seen)]).toEqual([protocol, 1, ['Answered']]);
		}
	});
});

story('what has to rest is left alone for a minute, then asked again', async () => {
	const faults = ['429-60', '503-60', '401', '403-1', '404', 'quota'];
	await onAll(async (line) => {
		await Promise.all(
			faults.map(async (fault) => {
				const { ask } = patient(line, `rests-${fault}`, fault);
				const first = await ask(1);
				const meanwhile = await ask(3);
				await pass(61);
				const again = await ask(1);
				const counts = [first, meanwhile, again].map(callsOf);
				expect([line.name, fault, ...counts]).toEqual([line.name, fault, 1, 0, 1]);
				// What a person has to mend rests twice as long then; a time that was named is what it is.
				await pass(61);
				const third = await ask(1);
				const isNamed = fault.endsWith('-60');
				expect([line.name, fault, callsOf(third)]).toEqual([line.name, fault, isNamed ? 1 : 0]);
				const byHand = await ask(1, { run: { mode: 'manual' } });
				expect([line.name, fault, callsOf(byHand)]).toEqual([line.name, fault, 1]);
				const all = [...first, ...meanwhile, ...again, ...third, ...byHand];
				expect(left(all)).toEqual(['Fallback']);
				sound(all);
			}),
		);
	});
});

describe('the user’s own limits', () => {
	story('no more calls at a time than maxConcurrent, whichever execution they are of', async () => {
		await onAll(async (line) => {
			const { ask } = patient(line, 'concurrent', 'slow-500');
			const asking = { modelOptions: { maxConcurrent: 2 } };
			const all = (await Promise.all([ask(4, asking), ask(4, asking)])).flat();
			expect([line.name, ...left(all)]).toEqual([line.name, 'Answered']);
			const calls = all.flatMap((seen) => seen.calls);
			// A call that ends and one that begins may share a millisecond.
			const peak = calls.map(
				({ at }) => calls.filter((call) => call.at <= at && call.endedAt! > at + 1).length,
			);
			expect([line.name, Math.max(...peak)]).toEqual([line.name, 2]);
		});
	});

	story('over maxTokensPerMinute: waits its turn, input and output counted together', async () => {
		await onAll(async (line) => {
			const modelOptions = { maxTokensPerMinute: 60, maxOutputTokens: 40 };
			const seen = await patient(line, 'tokens', 'none').ask(3, { modelOptions });
			expect([line.name, callsOf(seen), ...left(seen)]).toEqual([line.name, 3, 'Answered']);
			const calls = seen.map(({ calls: [call], record: { usage } }) => ({
				at: call!.at,
				tokens: Number(usage.totalTokens),
			}));
			const busiest = calls.map(({ at }) => {
				const minute = calls.filter((call) => call.at >= at && call.at < at + 60_000 / SPEED - 5);
				return minute.reduce((sum, { tokens }) => sum + tokens, 0);
			});
			expect(Math.max(...busiest)).toBeLessThanOrEqual(60);
			const starts = calls.map(({ at }) => at).sort((a, b) => a - b);
			expect((starts[2]! - starts[0]!) * SPEED).toBeGreaterThan(50_000);
		});
	});

	story('over maxRequestsPerMinute: waits its turn, or goes on where that comes too late', async () => {
		await onAll(async (line) => {
			const asking = { modelOptions: { maxRequestsPerMinute: 3 } };
			const waits = patient(line, 'waits', 'none').ask(4, asking);
			const hurries = patient(line, 'hurries', 'none').ask(5, { ...asking, options: { totalTimeout: 30 } });
			const [waited, hurried] = await Promise.all([waits, hurries]);
			expect([line.name, callsOf(waited), left(waited)]).toEqual([line.name, 4, ['Answered']]);
			const ordered = (times: number[]): number[] => times.sort((a, b) => a - b);
			const sent = ordered(waited.map(({ record }) => Date.parse(String(record.attempts[0]!.startedAt))));
			expect(sent[3]! - sent[0]!).toBeGreaterThanOrEqual(60_000 - 500);
			// The way to the provider is not ours: on a busy machine the first call may be slow to arrive.
			const arrived = ordered(waited.flatMap(({ calls }) => calls.map(({ at }) => at)));
			expect((arrived[3]! - arrived[0]!) * SPEED).toBeGreaterThan(55_000);
			expect([line.name, callsOf(hurried)]).toEqual([line.name, 3]);
			expect(hurried.map((seen) => seen.left[0]).sort()).toEqual([
				...Array<string>(3).fill('Answered'),
				...Array<string>(2).fill('Fallback'),
			]);
		});
	});
});
