/** Faults against what the user asked for: JSON that fits, a window that holds, categories that lead on. */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { alwaysTrue, askAll, lineOf, PROTOCOLS, type Asking, type Seen } from './chaos';
import { SPEED } from '../fasterClock';
import type * as Clock from '../fasterClock';
import { DEFAULTS } from '../../../router/failover/settings';
import { surroundings } from '../../../nodes/host/surroundings';
import type * as Clockwork from '../../../nodes/host/surroundings';

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { faster } = jest.requireActual<typeof Clock>('../fasterClock');
	return { ...real, surroundings: faster(real.surroundings) };
});

const { sleep } = surroundings;
let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders({ sleep });
	// SDKs load on the first call, which would look like silence to a fast clock.
	for (const protocol of PROTOCOLS) await askAll(providers, lineOf(protocol), ['']);
}, 180_000);
afterAll(async () => await providers.close());

const outcomes = ({ record }: Seen): string[] =>
	record.attempts.map(({ model: alias, outcome }) => `${String(alias)} ${String(outcome)}`);

const ask = async (protocol: string, faults: string[], asking: Asking): Promise<Seen[]> =>
	await askAll(providers, lineOf(protocol), faults, { sleep, ...asking });

const CITY = { city: 'Lima', people: 11 };
const jsonSchema = JSON.stringify({
	type: 'object',
	properties: { city: { type: 'string' }, people: { type: 'integer' } },
	required: ['city', 'people'],
	additionalProperties: false,
});
const fits = { city: expect.any(String) as unknown, people: expect.any(Number) as unknown };

describe.each(PROTOCOLS)('%s', (protocol) => {
	test('JSON that does not fit: one repair, with what was wrong; then the next model', async () => {
		const node = 'Model invalidschema*1';
		const behaviour = { fault: 'invalidschema*1', answer: JSON.stringify(CITY), calls: [] };
		const options = { outputFormat: 'json', jsonSchema };
		const own = { chatModels: { [node]: behaviour }, wired: [node] };
		const run = lineOf(protocol).modelId === null ? own : undefined;
		const [mended] = await ask(protocol, ['invalidschema*1'], { options, run });
		const others = await ask(protocol, ['invalidschema*', 'invalidjson*'], { options, answer: '[]' });
		expect(outcomes(mended!)).toEqual(['first invalidOutput', 'first answered']);
		expect([mended!.left, mended!.calls.length]).toEqual([['Answered'], 2]);
		for (const seen of others) {
			expect(outcomes(seen)).toEqual(['first invalidOutput', 'first invalidOutput', 'helper answered']);
			expect([seen.left, seen.calls.length]).toEqual([['Fallback'], 2]);
		}
		for (const { json } of [mended!, ...others]) expect(json.output).toEqual(fits);
		const sent = run ? behaviour.calls : providers.log.map(({ body }) => body);
		expect(JSON.stringify(sent)).toContain("must have required property 'city'");
	});

	test('JSON that meets a fault of the way is asked for again like any other', async () => {
		const options = { outputFormat: 'json', jsonSchema };
		const faults = ['500*1', 'cut*1', 'empty*1', '429-1*1'];
		const all = await ask(protocol, faults, { options, answer: JSON.stringify(CITY) });
		for (const seen of all) {
			expect([seen.fault, seen.left, seen.calls.length]).toEqual([seen.fault, ['Answered'], 2]);
			expect(seen.json.output).toEqual(fits);
		}
	});

	test('a filter, a refusal and a cut answer lead on where the user says so', async () => {
		const named = ['contentFiltered', 'refused', 'truncated'];
		const options = { fallbackOn: [...DEFAULTS.fallbackOn, ...named] };
		const faults = ['filter', 'filterfinish', 'refusal', 'blockedprompt', 'length'];
		for (const seen of await ask(protocol, faults, { options })) {
			expect([seen.fault, ...outcomes(seen)]).toEqual([
				seen.fault,
				expect.stringMatching(/^first (contentFiltered|refused|truncated)$/),
				'helper answered',
			]);
			expect([seen.left, ...alwaysTrue(seen, SPEED)]).toEqual([['Fallback']]);
		}
	});

	test('what the user takes out of the categories ends the item', async () => {
		const options = { fallbackOn: ['timeout'], hedgeAfter: 0 };
		const all = await ask(protocol, ['500', '401', '400', 'empty', 'silent', 'stall'], { options });
		for (const seen of all) {
			expect([seen.fault, seen.left, seen.helperCalls.length]).toEqual([seen.fault, ['Failed'], 0]);
			expect(alwaysTrue(seen, SPEED)).toEqual([]);
		}
	});

	test('without a hedge a silent model is given up after its time, and never asked twice', async () => {
		const all = await ask(protocol, ['silent', 'hang'], { options: { hedgeAfter: 0 } });
		for (const seen of all) {
			expect([seen.fault, ...outcomes(seen)]).toEqual([
				seen.fault,
				'first firstTokenTimeout',
				'helper answered',
			]);
			expect(Number(seen.record.attempts[0]!.ms)).toBeGreaterThanOrEqual(30_000);
			expect([seen.left, ...alwaysTrue(seen, SPEED)]).toEqual([['Fallback']]);
		}
	});

	test('a prompt that is too long goes to a model with a larger window only', async () => {
		const asking = { modelOptions: { contextWindow: 100_000 }, helperOptions: { contextWindow: 90_000 } };
		const [seen] = await ask(protocol, ['context'], asking);
		expect([seen!.left, seen!.calls.length, seen!.helperCalls.length]).toEqual([['Failed'], 1, 0]);
		expect(seen!.json.error).toMatchObject({ category: 'contextOverflow' });
		expect(alwaysTrue(seen!, SPEED)).toEqual([]);
	});

	test('everybody fails: one item, with the first choice’s reason and all attempts', async () => {
		const [seen] = await ask(protocol, ['401'], { helperFault: '500' });
		expect([seen!.left, ...outcomes(seen!)]).toEqual([
			['Failed'],
			'first authentication',
			...Array<string>(3).fill('helper serverError'),
		]);
		expect(seen!.json.error).toMatchObject({
			category: 'authentication',
			message: expect.stringMatching(/Check the API key.* 2 models were tried\.$/) as unknown,
		});
		expect(alwaysTrue(seen!, SPEED)).toEqual([]);
	});
});
