/**
 * The loop of an agent below the sub-node: twenty steps with a tool, of which the first model misses some. For every ordered
 * pair of providers and a connected model, streaming and not. Calls are made over the wire in real time; what passes
 * between two steps is jumped over.
 */
import type { IDataObject } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import type { ChatModelBehaviour } from '../../support/standIn/chatModel';
import { connected, inOrder, model } from '../workflow';
import { runAgent } from './agent';
import type * as Clockwork from '../../../nodes/host/surroundings';

/** ms that have passed between steps. */
const mockPassed = { ms: 0 };

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { now, monotonic, ...rest } = real.surroundings;
	return {
		surroundings: { ...rest, now: () => now() + mockPassed.ms, monotonic: () => monotonic() + mockPassed.ms },
	};
});

const STEPS = 20;
/** The first model dies before this step and comes back before that. */
const DIES_AT = 3;
const RETURNS_AT = 12;
const STEP_MS = 5_000;
const COOLDOWN_S = 15;

const IDS = {
	openAi: 'gpt-4o-mini',
	anthropic: 'claude-haiku-4-5',
	gemini: 'gemini-2.5-flash',
	openAiCompatible: 'llama-3.3-70b',
	connected: 'own',
};
type Name = keyof typeof IDS;
const NAMES = Object.keys(IDS) as Name[];

const said = (results: number) =>
	results < STEPS
		? { text: `Step ${results + 1}.`, calls: [{ name: 'add', input: { step: results + 1 } }] }
		: { text: 'All steps are done.', calls: [] };

let providers: SimulatedProviders;
let serial = 0;
/** Of the connected model. */
let own: ChatModelBehaviour;

beforeAll(async () => {
	providers = await startSimulatedProviders({
		answer: ({ messages }) => said(messages.flatMap(({ results }) => results).length),
	});
});
beforeEach(() => {
	providers.reset();
	serial += 1;
	own = { answer: (messages) => said(messages.filter(({ type }) => type === 'tool').length) };
});
afterAll(async () => await providers.close());

/** Circuits belong to a model's endpoint: each test has models of its own. */
function entry(name: Name): IDataObject {
	const options = { inputPrice: 1, outputPrice: 2 };
	return name === 'connected'
		? connected(name, 1, options)
		: model(name, name, `${IDS[name]}-${serial}`, options);
}

function setFault(name: Name, fault: string): void {
	if (name === 'connected') own.fault = fault === 'none' ? undefined : fault;
	else providers.setFault(`${IDS[name]}-${serial}`, fault);
}

const attempts = (name: Name): number =>
	name === 'connected' ? own.calls!.length : providers.attempts(`${IDS[name]}-${serial}`).length;

const PAIRS = NAMES.flatMap((first) =>
	NAMES.filter((second) => second !== first).map((second) => [first, second] as const),
);

describe.each([
	['streaming', true],
	['not streaming', false],
])('%s', (_how, streaming) => {
	test.each(PAIRS)('%s dies, %s stands in', async (first, second) => {
		const added: unknown[] = [];
		const counts = { whenDying: 0, whileDead: 0 };
		const add = ({ step }: IDataObject): string => {
			added.push(step);
			mockPassed.ms += STEP_MS;
			if (step === DIES_AT - 1) {
				counts.whenDying = attempts(first);
				setFault(first, '503');
			}
			if (step === RETURNS_AT - 1) {
				counts.whileDead = attempts(first) - counts.whenDying;
				setFault(first, 'none');
			}
			return 'done';
		};
		const result = await runAgent(providers, {
			parameters: {
				models: [entry(first), entry(second)],
				rules: [inOrder],
				options: { maxRetries: 0, stickWithinRun: false, breakerThreshold: 1, breakerCooldown: COOLDOWN_S },
			},
			items: ['Add up the steps.'],
			tools: { add },
			streaming,
			wired: ['Own'],
			chatModels: { Own: own },
			executionId: `loop ${serial}`,
			mode: 'webhook',
		});
		expect(result.error).toBeNull();

		// All steps, each once and in order, and a last word.
		expect(added).toEqual(Array.from({ length: STEPS }, (_, index) => index + 1));
		const [{ output }] = result.json('Agent');
		expect(output).toBe('All steps are done.');
		const answered = result.calls.map((_, call) => result.record(call).model);
		const dead = RETURNS_AT - DIES_AT;
		expect(answered.slice(0, DIES_AT - 1)).toEqual(Array(DIES_AT - 1).fill(first));
		expect(answered.slice(DIES_AT - 1, RETURNS_AT - 1)).toEqual(Array(dead).fill(second));
		expect(answered.at(-1)).toBe(first);
		expect(answered).toHaveLength(STEPS + 1);

		// The first try finds it dead; then there is one a cooldown, which ends up to a tenth earlier.
		const cooldowns = Math.floor((dead * STEP_MS) / (COOLDOWN_S * 900));
		expect(counts.whileDead).toBeGreaterThan(0);
		expect(counts.whileDead).toBeLessThanOrEqual(1 + cooldowns);

		// n8n's log, the record and what the chat has seen.
		result.calls.forEach((_, call) => {
			const { usage } = result.record(call);
			expect(result.log(call).tokenUsage).toMatchObject({
				promptTokens: usage.inputTokens,
				completionTokens: usage.outputTokens,
			});
		});
		if (!streaming) return;
		const steps = Array.from({ length: STEPS }, (_, index) => `Step ${index + 1}.`).join('');
		const chat = result.chunks.map(({ content = '' }) => content).join('');
		expect(chat).toBe(`${steps}All steps are done.`);
	});
});
