/**
 * "How a failing provider is met": every row of the contract's table over every protocol, with default settings. Their
 * seconds are waited for by a clock that runs faster.
 */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { askAll, lineOf, PROTOCOLS, type Seen } from './chaos';
import { problemsOf, rowsOf } from './rows';
import { SPEED } from '../fasterClock';
import type * as Clock from '../fasterClock';
import { surroundings } from '../../../nodes/host/surroundings';
import type * as Clockwork from '../../../nodes/host/surroundings';

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { faster } = jest.requireActual<typeof Clock>('../fasterClock');
	return { ...real, surroundings: faster(real.surroundings) };
});

const { sleep } = surroundings;
let providers: SimulatedProviders;
const seen: Record<string, Seen[]> = {};

beforeAll(async () => {
	providers = await startSimulatedProviders({ sleep });
	// SDKs load on the first call, which would look like silence to a fast clock.
	for (const protocol of PROTOCOLS) await askAll(providers, lineOf(protocol), ['']);
	await Promise.all(
		PROTOCOLS.map(async (protocol) => {
			const faults = rowsOf(protocol).map(({ fault }) => fault);
			seen[protocol] = await askAll(providers, lineOf(protocol), faults, { sleep });
		}),
	);
}, 180_000);
afterAll(async () => await providers.close());

describe.each(PROTOCOLS)('%s', (protocol) => {
	test.each(rowsOf(protocol))('$fault', (entry) => {
		const at = rowsOf(protocol).indexOf(entry);
		expect(problemsOf(entry, seen[protocol]![at]!)).toEqual([]);
	});
});

test('retries without a time named are spread over all of their window, not in step', () => {
	const gaps = PROTOCOLS.flatMap((protocol) =>
		seen[protocol]!.filter(({ fault }) => /^(429|5\d\d|reset)$/.test(fault)).map(
			({ calls }) => (calls[1]!.at - calls[0]!.at) * SPEED,
		),
	);
	expect(gaps.length).toBeGreaterThan(25);
	// Full jitter: 0–250 ms before the first retry, here with the time of the call and the machine's own noise.
	expect(Math.max(...gaps) - Math.min(...gaps)).toBeGreaterThan(100);
});
