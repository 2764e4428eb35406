/** Each row of `situations/` is met through the real SDKs, on loopback. A new row is all that a new situation needs. */
import { Field } from './fieldServer';
import type { Expected, Situation } from './situation';
import { SITUATIONS } from './situations';

let field: Field;
beforeAll(async () => {
	field = await Field.start();
});
afterAll(() => field.close());

const titled = SITUATIONS.map((situation, place): [string, Situation, number] => [
	`${situation.on}: ${situation.name}`,
	situation,
	place,
]);

test.each(titled)('%s', async (_, situation, place) => {
	const outcomes = await field.meet(situation, place);
	const { text, shown, message, withinMs, calls, sent, notSaid, usage, ...rest } = situation.expected;
	const got = outcomes.at(-1)!;
	const expected: Partial<Expected> = { category: undefined, ...rest };
	expect({ ...got, category: got.category ?? undefined }).toMatchObject(expected);
	if (text !== undefined)
		expect(got.text).toEqual(typeof text === 'string' ? text : expect.stringMatching(text));
	if (shown !== undefined) expect(got.shown).toBe(shown);
	if (message) expect(got.message).toMatch(message);
	if (notSaid) expect(got.message).not.toMatch(notSaid);
	if (usage) expect(got.usage).toMatchObject(usage);
	if (calls !== undefined) expect(field.requests).toHaveLength(calls);
	if (withinMs !== undefined) expect(got.ms).toBeLessThan(withinMs * SLACK);
	sent?.(field.requests);
});

/** A busy machine is slower; what waits for an open socket takes many times as long. */
const SLACK = 1.6;
