import { gateFor, hasGrown, type Sample } from '../../bench/soak/memory';
import { PROVIDERS, round, SCENARIOS, Wellness } from '../../bench/soak/scenarios';
import { seededChance } from '../support/virtualTime';

const RATE = 200;

function samples(ms: number, heapAt: (at: number) => number): Sample[] {
	const count = ms / 2_000;
	return Array.from({ length: count }, (_, index) => {
		const at = (index + 1) * 2_000;
		return { at, heapBytes: heapAt(at), rssBytes: 0 };
	});
}

test.each([
	['ten minutes', 600_000, 100],
	['one minute', 60_000, 3_000],
])('what leaks with every item is noticed in %s, and what only wobbles is not', (_, ms, leakedBytes) => {
	const gate = gateFor(ms);
	const wobble = (at: number) => 40e6 + 1e6 * Math.sin(at);
	expect(hasGrown(samples(ms, wobble), gate)).toBe(false);
	const leaking = (at: number) => wobble(at) + (at / 1_000) * RATE * leakedBytes;
	expect(hasGrown(samples(ms, leaking), gate)).toBe(true);
	expect(hasGrown([], gate)).toBe(true);
});

test('a round has every scenario once, and one provider that is well in all of them but the blackout', () => {
	for (let index = 0; index < 6; index++) {
		const scenes = round(index, seededChance(index));
		expect(scenes.map(({ scenario }) => scenario.name).sort()).toEqual(
			SCENARIOS.map(({ name }) => name).sort(),
		);
		expect(scenes[0].faults).toEqual({});
		const counted = PROVIDERS.slice(0, 3);
		const troubles = scenes.filter(({ scenario }) => !scenario.blackout);
		// A limit is a queue, so whoever has one is well.
		const isWell = (fault: string | undefined): boolean => fault === undefined || fault.startsWith('limit');
		const well = counted.filter((name) => troubles.every(({ faults }) => isWell(faults[name])));
		expect(well).toHaveLength(1);
		expect(counted.every((name) => scenes.at(-1)?.faults[name] !== undefined)).toBe(true);
	}
});

test('someone was well only where one provider was so from the first moment to the last', () => {
	const wellness = new Wellness();
	const change = (at: number, faults: Parameters<Wellness['begin']>[1]) => {
		wellness.begin(at, faults);
		wellness.settled(at + 1, faults);
	};
	change(10, { openai: '500', anthropic: '500' });
	change(20, { anthropic: '500', gemini: '500' });
	change(30, { openai: '500', anthropic: '500', gemini: '500' });
	change(40, {});
	expect(wellness.someoneWasWell(12, 18)).toBe(true);
	expect(wellness.someoneWasWell(18, 25)).toBe(false);
	expect(wellness.someoneWasWell(22, 28)).toBe(true);
	expect(wellness.someoneWasWell(28, 45)).toBe(false);
	expect(wellness.someoneWasWell(42, 50)).toBe(true);
});
