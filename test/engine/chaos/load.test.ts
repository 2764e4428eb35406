/**
 * Many at once: cancelling fifty, and a thousand over a primary that refuses most of them or all. The clock is the real
 * one, but for the time in which a busy machine leaves this process without a turn.
 */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import type * as Clock from '../fasterClock';
import { surroundings } from '../../../nodes/host/surroundings';
import type * as Clockwork from '../../../nodes/host/surroundings';
import type { ChatModelBehaviour, ChatModelCall } from '../../support/standIn/chatModel';
import { lineOf, PRICE, PROTOCOLS, WIRE_PROTOCOLS } from './chaos';
import { connected, inOrder, model, runRouter, type RouterResult } from '../workflow';

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { faster } = jest.requireActual<typeof Clock>('../fasterClock');
	return { ...real, surroundings: faster(real.surroundings, 1) };
});

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
	for (const protocol of WIRE_PROTOCOLS) {
		const models = [model('any', protocol, lineOf(protocol).modelId!)];
		await runRouter(providers, { parameters: { models }, items: ['warm', 'up'] });
	}
}, 90_000);
beforeEach(() => {
	providers.reset();
	providers.latencyMs = 0;
});
afterAll(async () => await providers.close());

const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

test('cancelling in the middle of 50 running requests aborts all within a second, and nothing runs on', async () => {
	const faults = ['silent', 'hang', 'pings', 'stall', 'drip-200'];
	const lines = PROTOCOLS.map(lineOf);
	const models = [
		...lines.map(({ name, modelId }) =>
			modelId === null
				? connected(name, 1, PRICE)
				: model(name, name, `={{ "${modelId}--" + $json.fault }}`, PRICE),
		),
		model('helper', 'openAi', 'gpt-4o-mini'),
	];
	const behaviour: ChatModelBehaviour & { calls: ChatModelCall[] } = { fault: 'stall', calls: [] };
	const underWay = (): number =>
		providers.inFlight + behaviour.calls.filter(({ endedAt }) => endedAt === null).length;
	const rules = lines.map(({ name }) => ({
		...inOrder,
		name,
		match: { keywords: name },
		models: [name, 'helper'],
	}));
	const items = Array.from({ length: 80 }, (_, index) => ({
		prompt: `${lines[index % lines.length]!.name}: one two three four five six seven eight nine ten`,
		fault: faults[Math.floor(index / lines.length) % faults.length],
	}));
	const cancel = new AbortController();
	const running = runRouter(providers, {
		chatModels: { Chat: behaviour },
		wired: ['Chat'],
		parameters: { models, rules, options: { concurrency: 50 } },
		items,
		signal: cancel.signal,
	});
	while (underWay() < 50) await pause(5);
	// Deep in it: some wait for headers, some for a token, some are in the middle of their answers.
	await pause(100);
	expect(underWay()).toBe(50);
	const cancelledAt = surroundings.now();
	cancel.abort();
	const result = await running;
	expect(result.status).toBe('canceled');
	while (underWay() > 0) await pause(5);
	expect(surroundings.now() - cancelledAt).toBeLessThan(1000);
	const calls = (): Array<{ aborted: boolean; endedAt: number | null }> => [
		...providers.log,
		...behaviour.calls,
	];
	expect(behaviour.calls).toHaveLength(10);
	expect(calls().filter(({ aborted }) => aborted)).toHaveLength(50);
	await pause(300);
	expect(calls()).toHaveLength(50);
	expect(underWay()).toBe(0);
}, 60_000);

/** A share that looks random and is the same each time. */
function refusals(count: number, share: number): string {
	let seed = 7;
	const chance = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
	return Array.from({ length: count }, () => (chance() < share ? '429*1' : 'none*1')).join('--');
}

async function thousand(
	protocol: string,
	modelId: string,
	mode: 'manual' | 'trigger',
): Promise<RouterResult> {
	const { helper } = lineOf(protocol);
	const result = await runRouter(providers, {
		parameters: {
			models: [
				model('first', protocol, modelId, PRICE),
				model('helper', helper.provider, helper.modelId, PRICE),
			],
			rules: [inOrder],
			options: { concurrency: 1000 },
		},
		items: Array.from({ length: 1000 }, (_, index) => `Question ${index}?`),
		mode,
	});
	expect(result.error).toBeNull();
	expect((result.left.Answered ?? []).length + (result.left.Fallback ?? []).length).toBe(1000);
	result.all.forEach(({ json }, index) => {
		const id = result.record(index).model === 'first' ? modelId : helper.modelId;
		expect(json.output).toBe(`[${id}] You asked: Question ${index}?`);
	});
	return result;
}

describe('a thousand at once over a primary that answers 429', () => {
	test('to two thirds: all answered, most of them by the other, which answers sooner', async () => {
		providers.latencyMs = 20;
		const modelId = 'gpt-4.1-wavers';
		providers.setFault(modelId, refusals(2000, 2 / 3));
		const result = await thousand('openAi', modelId, 'manual');
		const calls = providers.attempts(modelId);
		const retries = result.all.reduce((sum, _, index) => {
			const own = result.record(index).attempts.filter(({ model: alias }) => alias === 'first');
			return sum + Math.max(0, own.length - 1);
		}, 0);
		const seconds = Math.ceil((calls.at(-1)!.at - calls[0]!.at) / 1000) + 1;
		// A fifth of the calls, and in each second it took ten at least.
		expect(retries).toBeLessThanOrEqual(0.2 * calls.length + 10 * seconds);
		// Those of a first round, and one try at a time after it.
		expect(calls.length).toBeGreaterThanOrEqual(32);
		expect(calls.filter(({ status }) => status === 429).length).toBeLessThan(200);
	}, 120_000);

	test.each([
		['of which nothing is known', 0],
		['that answered just before', 100],
	])(
		'to all of them, %s: all answered, with at most 120 calls to it',
		async (_name, well) => {
			providers.latencyMs = 20;
			const modelId = `gpt-4.1-refuses-${well}`;
			if (well > 0) {
				const models = [model('first', 'openAi', modelId, PRICE)];
				const items = Array.from({ length: well }, (_, index) => `Question ${index}?`);
				const before = await runRouter(providers, { parameters: { models }, items, mode: 'trigger' });
				expect(before.left.Answered).toHaveLength(well);
			}
			providers.setFault(modelId, '429');
			await thousand('openAi', modelId, 'trigger');
			const calls = providers.attempts(modelId).filter(({ status }) => status !== 200);
			expect(calls.length).toBeLessThanOrEqual(120);
			expect(providers.attempts(modelId)).toHaveLength(well + calls.length);
		},
		120_000,
	);
});
