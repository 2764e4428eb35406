/**
 * An agent's loop on the wire: twenty steps with a tool, of which the first model misses some. Real calls in real time; only
 * what passes between two steps is jumped over.
 */
import type { Engine } from '../../router/engine';
import { DEFAULTS } from '../../router/failover/settings';
import { createConnectedClient } from '../../router/models/connected/connected';
import { textOf, toolCallsIn, userMessage } from '../../router/text/parts';
import type { Message, Model, ModelClient, Surroundings, Tool, ToolCallPart } from '../../router/types';
import { policyOf, ruleOf } from '../support/policies';
import { realTime } from '../support/realTime';
import { requestOf } from '../support/requests';
import { modelOf } from '../support/standIn/scriptedModel';
import type { SimulatedAnswer } from '../support/simulatedProviders';
import { standInChatModel, type ChatModelBehaviour } from '../support/standIn/chatModel';
import { CALLER, testEngine } from '../support/testEngine';
import { seededChance } from '../support/virtualTime';
import { Bench, PROTOCOLS, sleep } from './models/protocols';
import type { PartEvent } from '../../router/failover/terms';

const STEPS = 20;
/** The first model dies before this step and comes back before that. */
const DIES_AT = 3;
const RETURNS_AT = 14;
/** Between two steps, in ms. */
const STEP_MS = 5_000;

const ADD: Tool = {
	name: 'add',
	schema: { type: 'object', properties: { step: { type: 'number' } }, required: ['step'] },
};

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start();
});
afterAll(() => bench.close());

/** What any model does: the next call of the tool, until all results are there. */
function nextStep(results: number): SimulatedAnswer {
	if (results >= STEPS) return { text: 'All steps are done.', calls: [] };
	return { text: `Step ${results + 1}.`, calls: [{ name: 'add', input: { step: results + 1 } }] };
}

interface Subject {
	model: Model;
	/** Times of its calls since `from`, in ms of the loop's clock. */
	calls(): number;
	die(): void;
	returns(): void;
}

const NAMES = [...PROTOCOLS.map(({ provider }) => provider), 'connected'] as const;

function subject(name: string, position: string, random: () => number): Subject {
	const at = NAMES.indexOf(name as (typeof NAMES)[number]);
	const protocol = PROTOCOLS[at];
	const asModel = (client: ModelClient): Model =>
		modelOf(position, client, { keys: ['sk-key'], endpoint: `${name} ${position}` });
	if (protocol) {
		const modelId = `${protocol.modelId}-${position}`;
		bench.providers.clearFaults();
		return {
			model: asModel(bench.client(protocol, modelId)),
			calls: () => bench.providers.attempts(modelId).length,
			die: () => bench.providers.setFault(modelId, '503'),
			returns: () => bench.providers.setFault(modelId, 'none'),
		};
	}
	const behaviour: ChatModelBehaviour = {
		answer: (messages) => nextStep(messages.filter(({ type }) => type === 'tool').length),
	};
	const client = createConnectedClient(standInChatModel(position, behaviour) as never, {
		label: position,
		now: Date.now,
		random,
	});
	return {
		model: asModel(client),
		calls: () => behaviour.calls?.length ?? 0,
		die: () => (behaviour.fault = '503'),
		returns: () => (behaviour.fault = undefined),
	};
}

class Loop {
	readonly messages: Message[] = [userMessage('Add up the steps.')];

	readonly carriedOut: ToolCallPart[] = [];

	readonly answeredBy: string[] = [];

	/** What someone sees who watches. */
	watched = '';

	private passed = 0;

	private readonly surroundings: Surroundings = {
		now: () => Date.now() + this.passed,
		monotonic: () => performance.now() + this.passed,
		sleep,
		random: seededChance(7),
		work: realTime.work,
	};

	private readonly engine: Engine = testEngine(this.surroundings);

	constructor(
		private readonly models: Model[],
		private readonly streams: boolean,
	) {}

	/** @returns whether the loop goes on */
	async step(): Promise<boolean> {
		const policy = policyOf(this.models, { rules: [ruleOf()] });
		const onPart = (event: PartEvent): void => {
			if (event.type === 'text') this.watched += event.text;
		};
		const request = requestOf('', { messages: this.messages, tools: [ADD] });
		const decision = await this.engine.route(request, policy, {
			caller: CALLER,
			...(this.streams && { onPart }),
		});
		expect(decision.failure).toBeNull();
		const { parts, model, finishReason } = decision.answer!;
		this.answeredBy.push(model.alias);
		this.messages.push({ role: 'assistant', parts });
		const calls = toolCallsIn(parts);
		expect(finishReason).toBe(calls.length > 0 ? 'toolCalls' : 'stop');
		this.carriedOut.push(...calls);
		if (calls.length === 0) return false;
		const results = calls.map(({ id, name }) => ({ type: 'toolResult' as const, id, name, output: 'done' }));
		this.messages.push({ role: 'tool', parts: results });
		this.passed += STEP_MS;
		return true;
	}

	close(): void {
		void this.engine.close();
	}
}

const PAIRS = NAMES.flatMap((first) =>
	NAMES.filter((second) => second !== first).map((second) => [first, second] as const),
);

describe.each([
	['streaming', true],
	['not streaming', false],
] as const)('%s', (_how, streams) => {
	test.each(PAIRS)('%s dies, %s stands in', async (firstName, secondName) => {
		bench.providers.reset();
		bench.providers.answer = ({ messages }) => nextStep(messages.flatMap(({ results }) => results).length);
		const random = seededChance(3);
		const first = subject(firstName, 'first', random);
		const second = subject(secondName, 'second', random);
		const loop = new Loop([first.model, second.model], streams);
		let callsBefore = 0;
		let callsWhileDead = 0;
		for (let step = 1; ; step++) {
			if (step === DIES_AT) {
				callsBefore = first.calls();
				first.die();
			}
			if (step === RETURNS_AT) {
				callsWhileDead = first.calls() - callsBefore;
				first.returns();
			}
			if (!(await loop.step())) break;
		}
		loop.close();

		// All steps, each once and in order, and a last word.
		expect(loop.carriedOut.map(({ input }) => JSON.parse(input) as unknown)).toEqual(
			Array.from({ length: STEPS }, (_, index) => ({ step: index + 1 })),
		);
		expect(new Set(loop.carriedOut.map(({ id }) => id)).size).toBe(STEPS);
		expect(textOf(loop.messages.at(-1)!.parts)).toBe('All steps are done.');
		// The circuit opens after five failures; then one try a cooldown.
		const cooldowns = ((RETURNS_AT - DIES_AT) * STEP_MS) / DEFAULTS.breakerCooldownMs;
		expect(callsWhileDead).toBeGreaterThanOrEqual(DEFAULTS.breakerThreshold);
		expect(callsWhileDead).toBeLessThanOrEqual(DEFAULTS.breakerThreshold + Math.ceil(cooldowns));
		expect(loop.answeredBy.slice(0, DIES_AT - 1)).toEqual(['first', 'first']);
		expect(loop.answeredBy.slice(DIES_AT - 1, RETURNS_AT - 1)).toEqual(
			Array.from({ length: RETURNS_AT - DIES_AT }, () => 'second'),
		);
		expect(loop.answeredBy.at(-1)).toBe('first');
		if (!streams) return;
		const said = Array.from({ length: STEPS }, (_, index) => `Step ${index + 1}.`).join('');
		expect(loop.watched).toBe(`${said}All steps are done.`);
	});
});
