/** Pools of keys on the wire: who is asked with which key, with default settings and a clock that runs faster. */
import {
	fingerprintOf,
	startSimulatedProviders,
	type SimulatedProviders,
} from '../../support/simulatedProviders';
import { alwaysTrue, askAll, lineOf, WIRE_PROTOCOLS, type Seen } from './chaos';
import { SPEED } from '../fasterClock';
import type * as Clock from '../fasterClock';
import { credentialsFor } from '../workflow';
import type * as Clockwork from '../../../nodes/host/surroundings';

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { faster } = jest.requireActual<typeof Clock>('../fasterClock');
	return { ...real, surroundings: faster(real.surroundings) };
});

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
	// SDKs load on the first call, which would look like silence to a fast clock.
	for (const protocol of WIRE_PROTOCOLS) await askAll(providers, lineOf(protocol), ['']);
}, 180_000);
afterAll(async () => await providers.close());

let pools = 0;

/** A pool of one key a fault; `''` is a good one. Asks in production runs. */
function poolOf(protocol: string, faults: readonly string[]) {
	const line = lineOf(protocol);
	const pool = ++pools;
	const keys = faults.map((fault, index) => {
		const name = `sk-${pool}-${'abc'[index]}`;
		return fault === '' ? name : fault === 'wrong' ? `${name}-wrong` : `${name}--${fault}`;
	});
	const letters = new Map(keys.map((key, index) => [fingerprintOf(key), 'abc'[index]!]));
	const all = credentialsFor(providers);
	const credentials = {
		...all,
		[line.credential]: {
			...all[line.credential as keyof typeof all],
			apiKey: keys[0],
			// As people paste them.
			additionalApiKeys: `${keys.slice(1).join(' \r\n')}\n\n`,
		},
	};
	return {
		async ask(): Promise<Seen & { used: string }> {
			const [seen] = await askAll(providers, line, [''], { run: { mode: 'trigger', credentials } });
			expect(alwaysTrue(seen!, SPEED)).toEqual([]);
			// No key, nor a recognizable part of one, is shown.
			expect(JSON.stringify(seen!.json)).not.toContain(`sk-${pool}`);
			return { ...seen!, used: seen!.calls.map((call) => letters.get(call.keyFingerprint) ?? '?').join('') };
		},
	};
}

/** ms from the end of an attempt to the start of the next, by the engine's clock. */
function pauseAfter({ record }: Seen, attempt: number): number {
	const [before, after] = record.attempts.slice(attempt, attempt + 2);
	return Date.parse(String(after!.startedAt)) - Date.parse(String(before!.startedAt)) - Number(before!.ms);
}

describe.each(WIRE_PROTOCOLS)('%s', (protocol) => {
	test.each(['wrong', '401', '403', '429', '429-2', '429-60', 'quota'])(
		'first key %s: the second at once, and next time from the start',
		async (fault) => {
			const { ask } = poolOf(protocol, [fault, '', '']);
			const first = await ask();
			expect([first.used, first.left]).toEqual(['ab', ['Answered']]);
			expect(first.helperCalls).toEqual([]);
			expect(pauseAfter(first, 0)).toBeLessThan(1000);
			const second = await ask();
			expect([second.used, second.left]).toEqual(['b', ['Answered']]);
		},
	);

	test('every key refused or limited: each once, then the next model', async () => {
		const all = ['401', '403', '429-30', '429-60', 'quota'];
		for (const fault of all) {
			const { ask } = poolOf(protocol, [fault, '429-30', 'quota']);
			const seen = await ask();
			expect([fault, seen.used, seen.left]).toEqual([fault, 'abc', ['Fallback']]);
			expect(pauseAfter(seen, 2)).toBeLessThan(1000);
			const again = await ask();
			expect([fault, again.used, again.left]).toEqual([fault, '', ['Fallback']]);
		}
	});

	test('every key limited for a moment: waits for the one that is free first', async () => {
		const seen = await poolOf(protocol, ['429-3*1', '429-1*1']).ask();
		expect([seen.used, seen.left]).toEqual(['abb', ['Answered']]);
		expect(pauseAfter(seen, 1)).toBeGreaterThan(900);
	});

	test('an outage is the model’s: no other key is spent on it', async () => {
		const { used } = await poolOf(protocol, ['500*1', '', '']).ask();
		expect(used).toBe('aa');
	});
});
