/** Bulk runs through a rate limit, on the wire and over the real SDKs: a limit is a queue. */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { inOrder, model, runRouter, type RouterResult } from '../workflow';
import { lineOf, PRICE, WIRE_PROTOCOLS } from './chaos';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
	for (const protocol of WIRE_PROTOCOLS) await run(protocol, 'warm', 2, {});
}, 120_000);
beforeEach(() => {
	providers.reset();
	providers.latencyMs = 30;
});
afterAll(async () => await providers.close());

const idOf = (protocol: string, name: string): string => `${lineOf(protocol).modelId}-${name}`;

async function run(
	protocol: string,
	name: string,
	items: number,
	{ mode = 'trigger', others = [], key }: { mode?: 'manual' | 'trigger'; others?: string[]; key?: string },
): Promise<RouterResult> {
	const { credential, endpoint } = lineOf(protocol);
	const names = [name, ...others];
	return await runRouter(providers, {
		parameters: {
			models: names.map((each) => model(each, protocol, idOf(protocol, each), PRICE)),
			rules: [inOrder],
			...(protocol === 'openAiCompatible' && { providers: ['openAiCompatible'] }),
		},
		items: Array.from({ length: items }, (_, index) => `Row ${index}?`),
		mode,
		...(key && {
			credentials: {
				[credential]: { apiKey: 'sk-one', additionalApiKeys: key, baseUrl: providers.baseUrl(endpoint) },
			},
		}),
	});
}

const left = ({ left: outputs }: RouterResult): number =>
	(outputs.Answered ?? []).length + (outputs.Fallback ?? []).length;

function seen(id: string) {
	const calls = providers.attempts(id);
	const from = calls[0]!.at;
	const taken = calls.filter(({ status }) => status !== 429);
	const most = taken[Math.ceil(0.95 * taken.length) - 1]!;
	const [seconds, mostSeconds] = [calls.at(-1)!, most].map(({ at }) => (at - from) / 1_000) as [
		number,
		number,
	];
	return { seconds, mostSeconds, refused: 1 - taken.length / calls.length };
}

// 20 at once, 20 in the second after, 20 in the third: two seconds at least. The machine may be busy.
describe.each(WIRE_PROTOCOLS)('%s: 60 items at 20 a second, default options', (protocol) => {
	test.each<[string, string, 'manual' | 'trigger']>([
		['with Retry-After', 'limit-20', 'trigger'],
		['without', 'limitsilent-20', 'trigger'],
		['by hand', 'limit-20', 'manual'],
	])(
		'%s: all are answered, few are refused',
		async (_name, fault, mode) => {
			providers.setFault(idOf(protocol, 'bulk'), fault);
			const result = await run(protocol, 'bulk', 60, { mode });
			expect(result.left.Answered).toHaveLength(60);
			const { seconds, mostSeconds, refused } = seen(idOf(protocol, 'bulk'));
			expect(mostSeconds).toBeLessThan(5);
			// One that was refused four times in the end has to wait: no more than four attempts in three seconds (public contract).
			expect(seconds).toBeLessThan(8);
			// A sixth of the first burst by itself, and a fifth in all; calls of a busy machine come late. Long runs are held to a tenth in virtual time.
			expect(refused).toBeLessThan(0.4);
		},
		60_000,
	);
});

test('two keys: both are used, and all are answered', async () => {
	providers.setFault(idOf('openAi', 'keys'), 'limit-20');
	const result = await run('openAi', 'keys', 100, { key: 'sk-two' });
	expect(result.left.Answered).toHaveLength(100);
	const keys = providers.attempts(idOf('openAi', 'keys')).map(({ keyFingerprint }) => keyFingerprint);
	expect(new Set(keys).size).toBe(2);
	expect(seen(idOf('openAi', 'keys')).seconds).toBeLessThan(5);
}, 60_000);

test('two limited models: they add up, and all are answered', async () => {
	providers.setFault(idOf('openAi', 'one'), 'limit-20');
	providers.setFault(idOf('openAi', 'two'), 'limit-20');
	const result = await run('openAi', 'one', 100, { others: ['two'] });
	expect(left(result)).toBe(100);
	expect(seen(idOf('openAi', 'one')).seconds).toBeLessThan(5);
}, 60_000);

test('another workflow’s item is not kept from the same key by a circuit', async () => {
	providers.setFault(idOf('openAi', 'shared'), 'limit-20');
	const [bulk, other] = await Promise.all([
		run('openAi', 'shared', 60, {}),
		(async () => {
			await new Promise((resolve) => setTimeout(resolve, 500));
			return await run('openAi', 'shared', 1, {});
		})(),
	]);
	expect([left(bulk), left(other)]).toEqual([60, 1]);
}, 60_000);
