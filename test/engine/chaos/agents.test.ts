/**
 * The contract's table once more, below an agent: with and without tools, whole and streaming. What comes is the whole
 * answer of one model, or an error that says why there is none; no call of a tool is lost or made twice.
 */
import type { BaseMessage } from '@langchain/core/messages';
import type { IDataObject } from 'n8n-workflow';

import {
	startSimulatedProviders,
	type SimulatedAnswer,
	type SimulatedProviders,
} from '../../support/simulatedProviders';
import { runAgent, type AgentResult } from '../model/agent';
import { connected, inOrder, model } from '../workflow';
import { lineOf, PRICE, PROTOCOLS } from './chaos';
import { rowsOf, type Row } from './rows';
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

interface Asked {
	result: AgentResult;
	/** What each model says when it is well. */
	whole: { first: string; helper: string };
	inputs: unknown[];
}

let serial = 0;

/** One prompt to a model with the fault, a healthy one behind it. */
async function ask(protocol: string, fault: string, streaming: boolean, usesTool: boolean): Promise<Asked> {
	const { modelId, helper, name } = lineOf(protocol);
	serial += 1;
	const prompt = usesTool
		? `Case ${serial}x: use add({"a":${serial}})`
		: `Case ${serial}x: name the rivers of Peru`;
	const inputs: unknown[] = [];
	const own = modelId ?? 'own';
	// What is remembered of a connected model goes by the name of its node.
	const node = `Own ${serial}`;
	const first =
		modelId === null
			? connected('first', 1, PRICE)
			: model('first', name, fault === '' ? modelId : `${modelId}--${fault}`, PRICE);
	const second = model('helper', helper.provider, helper.modelId, { ...PRICE, contextWindow: 1e7 });
	const said = (id: string): string => `[${id}] You asked: ${prompt}`;
	const result = await runAgent(providers, {
		parameters: { models: [first, second], rules: [inOrder] },
		items: [prompt],
		tools: {
			add: ({ a }: IDataObject) => {
				inputs.push(a);
				return `sum ${String(a)}`;
			},
		},
		streaming,
		executionId: `chaos ${serial}`,
		...(modelId === null && {
			wired: [node],
			chatModels: {
				[node]: {
					...(fault !== '' && { fault }),
					sleep,
					answer: (messages: BaseMessage[]) =>
						connectedAnswer(messages, usesTool ? serialIn(prompt) : null, said(own)),
				},
			},
		}),
	});
	return { result, whole: { first: said(own), helper: said(helper.modelId) }, inputs };
}

const serialIn = (prompt: string): number => Number(/\d+/.exec(prompt)![0]);

/** As the simulated providers do what a prompt asks for. @param a of the tool's call; null: none is asked for */
function connectedAnswer(messages: readonly BaseMessage[], a: number | null, text: string): SimulatedAnswer {
	if (a === null) return { text, calls: [] };
	const results = messages.filter((message) => message.getType() === 'tool').map((message) => message.text);
	if (results.length > 0) return { text: `Results: ${results.join(', ')}`, calls: [] };
	return { text: '', calls: [{ name: 'add', input: { a } }] };
}

/** Expectations of the agent's first call that do not hold. */
function problemsOf({ fault, leaves }: Row, streaming: boolean, usesTool: boolean, asked: Asked): string[] {
	const { result, whole, inputs } = asked;
	const problems: string[] = [];
	const check = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
	// The error comes as an event of its own, not as part of the answer.
	const shown = result.chunks.map(({ type, content = '' }) => (type === 'item' ? content : '')).join('');
	if (result.error) {
		const brokeOff = result.error.message.includes('had been passed on');
		check(leaves === 'Failed' || (streaming && brokeOff), `failed: ${result.error.message}`);
		check(result.error.message.length > 20, 'no clear error');
		check(whole.first.startsWith(shown) || shown === '', `another model's words: ${shown}`);
		check(inputs.length === 0, 'a tool was called');
		return problems;
	}
	check(leaves !== 'Failed', 'answered in spite of a refusal');
	const [{ output }] = result.json('Agent') as Array<{ output: string }>;
	const record = result.record(0);
	if (usesTool) {
		check(inputs.length === 1, `${inputs.length} calls of the tool`);
		check(/sum \d+/.test(output), `another answer: ${output}`);
	} else if (record.finishReason !== 'length') {
		check(output === (record.model === 'first' ? whole.first : whole.helper), `not whole: ${output}`);
	}
	if (streaming) check(shown === output, 'another text in the chat');
	// A cut call is never passed on, so another model makes it.
	const mayLeave = usesTool && fault.startsWith('length');
	if (leaves === 'Answered' && !mayLeave)
		check(record.model === 'first', `${String(record.model)} answered ${fault}`);
	const { tokenUsage } = result.log(0) as { tokenUsage: IDataObject };
	check(tokenUsage.completionTokens === record.usage.outputTokens, 'other tokens in the log');
	return problems;
}

beforeAll(async () => {
	providers = await startSimulatedProviders({ sleep });
	// SDKs load on the first call, which would look like silence to a fast clock.
	for (const protocol of PROTOCOLS) await ask(protocol, '', false, false);
}, 90_000);
afterAll(async () => await providers.close());

describe.each(PROTOCOLS)('%s', (protocol) => {
	test.each([
		[false, false],
		[false, true],
		[true, false],
		[true, true],
	])('streaming: %s, with a tool: %s', async (streaming, usesTool) => {
		const rows = rowsOf(protocol);
		const all = await Promise.all(
			rows.map(async (row) => {
				const asked = await ask(protocol, row.fault, streaming, usesTool);
				return [row.fault, problemsOf(row, streaming, usesTool, asked)] as const;
			}),
		);
		expect(all.filter(([, problems]) => problems.length > 0)).toEqual([]);
	});
});
