/**
 * The sixteen faults of Failover Bench (github.com/failoverbench/failoverbench, methodology 0.1), each judged as there:
 * rescued, and every check of conduct kept, the advisory ones too. With default settings, over every protocol.
 */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { alwaysTrue, askAll, lineOf, mostWithin, PROTOCOLS, type Seen } from './chaos';
import { SPEED } from '../fasterClock';
import type * as Clock from '../fasterClock';
import type { ChatModelBehaviour } from '../../support/standIn/chatModel';
import { surroundings } from '../../../nodes/host/surroundings';
import type * as Clockwork from '../../../nodes/host/surroundings';

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { faster } = jest.requireActual<typeof Clock>('../fasterClock');
	return { ...real, surroundings: faster(real.surroundings) };
});

/** Whether each check holds, by its name. */
type Checks = Record<string, boolean>;

interface Scenario {
	id: string;
	title: string;
	fault: string;
	helperFault?: string;
	/** The longest that the bench bears, in s by the engine's clock. */
	withinS: number;
	checks: (seen: Seen) => Checks;
}

const rescued = ({ left }: Seen): boolean => left[0] === 'Answered' || left[0] === 'Fallback';
const notHammered = ({ calls }: Seen): boolean => mostWithin(calls, 3000 / SPEED) <= 4;
const category = ({ json }: Seen): string => String((json.error as { category?: string })?.category);

const scenario = (
	id: string,
	title: string,
	fault: string,
	withinS: number,
	checks: Scenario['checks'] = () => ({}),
	helperFault?: string,
): Scenario => ({ id, title, fault, withinS, checks, ...(helperFault && { helperFault }) });

/** `S15` is a sequence, further down. */
const SCENARIOS: Scenario[] = [
	scenario('S01', '429 with Retry-After', '429-2*1', 20, ({ calls }) => ({
		retried: calls.length === 2,
		'Retry-After honoured': (calls[1]!.at - calls[0]!.at) * SPEED >= 1800,
	})),
	scenario('S02', '429 without Retry-After, persistent', '429', 40, (seen) => ({
		'not hammered': notHammered(seen),
		'attempts bounded': seen.calls.length <= 6,
	})),
	scenario('S03', '500 once, then healthy', '500*1', 20, ({ calls }) => ({ retried: calls.length === 2 })),
	scenario('S04', '503 persistent', '503', 40, ({ calls }) => ({ 'attempts bounded': calls.length <= 6 })),
	scenario('S05', 'TCP reset before headers', 'reset*1', 20),
	scenario('S06', 'No response at all', 'hang', 100, ({ calls }) => ({ 'not retried': calls.length === 1 })),
	scenario('S07', 'Slow first token (20 s)', 'slow-20000', 15),
	scenario('S08', 'Stream cut mid-answer', 'cut', 40),
	scenario('S09', 'Stream stalls', 'stall', 45),
	scenario('S10', 'Malformed chunk in the stream', 'brokenevent', 30),
	scenario('S11', 'Stream ends without [DONE]', 'nodone', 8, ({ calls, left, record }) => ({
		'answered by itself': left[0] === 'Answered' && calls.length === 1,
		'usage reported': record.costEstimated !== true,
	})),
	scenario('S12', 'Context length exceeded', 'context', 20, ({ calls }) => ({
		'not retried': calls.length === 1,
	})),
	scenario('S13', 'Content-filter rejection', 'filter', 20, (seen) => ({
		'not retried': seen.calls.length === 1,
		'reason told': category(seen) === 'contentFiltered',
	})),
	scenario('S14', 'Fallback target rejects prefill', 'cut', 40, undefined, 'noprefill'),
	scenario('S16', 'Fail-over accounting', '503', 40, ({ record, calls }) => ({
		'fallback named': record.model === 'helper',
		'failures not billed': record.costEstimated !== true && Number(record.costUsd) === billedTo(record),
		'attempts bounded': calls.length <= 6,
	})),
];

/** One USD a million tokens of input, two of output. */
const billedTo = ({ usage }: Seen['record']): number =>
	(Number(usage.inputTokens) + 2 * Number(usage.outputTokens)) / 1e6;

function failedChecks({ id, withinS, checks }: Scenario, seen: Seen): string[] {
	const all: Checks = {
		...checks(seen),
		rescued: id === 'S13' ? seen.left[0] === 'Failed' : rescued(seen),
		[`within ${withinS} s`]: Number(seen.record.ms) <= withinS * 1000,
	};
	const failed = Object.keys(all).filter((name) => !all[name]);
	return [...failed, ...alwaysTrue(seen, SPEED)];
}

/** Down for 60 s, then healthy; asked twenty times, every 4 s. */
async function flap(protocol: string): Promise<string[]> {
	const line = lineOf(protocol);
	const healsAt = surroundings.now() + 60_000;
	const behaviour: ChatModelBehaviour = { fault: '503', calls: [] };
	const modelId = `${line.modelId}-flaps`;
	if (line.modelId !== null) providers.setFault(modelId, '503');
	const asked: Array<{ at: number; seen: Seen }> = [];
	const isDown = (at: number): boolean => at < healsAt;
	for (let next = surroundings.now(); asked.length < 20; next += 4000) {
		await surroundings.sleep(Math.max(0, next - surroundings.now()));
		if (!isDown(next)) {
			delete behaviour.fault;
			providers.setFault(modelId, 'none');
		}
		const chatModels = { 'Model ': behaviour };
		const run = { mode: 'trigger' as const, ...(line.modelId === null && { chatModels, wired: ['Model '] }) };
		const own = line.modelId === null ? line : { ...line, modelId };
		const [seen] = await askAll(providers, own, [''], { run });
		asked.push({ at: next, seen: seen! });
	}
	const down = asked.filter(({ at }) => isDown(at));
	const calls = down.reduce((sum, { seen }) => sum + seen.calls.length, 0);
	const back = asked.filter(({ at }) => at >= healsAt + 30_000);
	const returned = asked.find(({ at, seen }) => !isDown(at) && seen.left[0] === 'Answered');
	const all: Checks = {
		'served during the outage': asked.every(({ seen }) => rescued(seen)),
		'at most one attempt a request while down': calls <= down.length,
		'returned within 30 s': returned !== undefined && returned.at <= healsAt + 30_000,
		'stays returned': back.every(({ seen }) => seen.left[0] === 'Answered'),
	};
	const problems = asked.flatMap(({ seen }) => alwaysTrue(seen, SPEED));
	return [...Object.keys(all).filter((name) => !all[name]), ...problems];
}

const { sleep } = surroundings;
let providers: SimulatedProviders;
/** By protocol, then by scenario: what failed. */
const cells: Record<string, Record<string, string[]>> = {};
const IDS = [...SCENARIOS.map(({ id }) => id), 'S15'].sort();

async function judge(protocol: string): Promise<void> {
	const line = lineOf(protocol);
	const asking = { sleep, run: { mode: 'trigger' as const } };
	const judged = SCENARIOS.map(async (one) => {
		const [seen] = await askAll(providers, line, [one.fault], { ...asking, helperFault: one.helperFault });
		return [one.id, failedChecks(one, seen!)] as const;
	});
	const flapped = flap(protocol).then((failed) => ['S15', failed] as const);
	cells[protocol] = Object.fromEntries(await Promise.all([...judged, flapped]));
	const [alive] = await askAll(providers, line, [''], asking);
	if (alive!.left[0] !== 'Answered') cells[protocol]!.S09!.push('not alive afterwards');
}

beforeAll(async () => {
	providers = await startSimulatedProviders({ sleep });
	// SDKs load on the first call, which would look like silence to a fast clock.
	for (const protocol of PROTOCOLS) await askAll(providers, lineOf(protocol), ['']);
	await Promise.all(PROTOCOLS.map(judge));
	process.stdout.write(table());
}, 180_000);
afterAll(async () => await providers.close());

function table(): string {
	const titles = new Map(SCENARIOS.map(({ id, title }) => [id, title])).set(
		'S15',
		'Primary down 60 s, then healthy',
	);
	const rows = IDS.map((id) => {
		const verdicts = PROTOCOLS.map((protocol) => (cells[protocol]![id]!.length === 0 ? 'pass' : 'FAIL'));
		return `${id} ${titles.get(id)!.padEnd(36)} ${verdicts.map((verdict) => verdict.padEnd(17)).join('')}\n`;
	});
	const passed = PROTOCOLS.map((protocol) => IDS.filter((id) => cells[protocol]![id]!.length === 0).length);
	const head = `${'Failover Bench'.padEnd(41)}${PROTOCOLS.map((protocol) => protocol.padEnd(17)).join('')}\n`;
	return `${head}${rows.join('')}${' '.repeat(41)}${passed.map((count) => `${count}/16`.padEnd(17)).join('')}\n`;
}

describe.each(PROTOCOLS)('%s', (protocol) => {
	test.each(IDS)('%s', (id) => {
		expect(cells[protocol]![id]).toEqual([]);
	});
});
