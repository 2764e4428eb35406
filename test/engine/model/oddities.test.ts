/** Conversations that no agent should have and some do, tried with every provider. */
import {
	AIMessage,
	HumanMessage,
	SystemMessage,
	ToolMessage,
	trimMessages,
	type AIMessageChunk,
} from '@langchain/core/messages';
import type { IDataObject } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { inOrder, model } from '../workflow';
import { chatModel, MODELS, tool } from './chatModel';

let providers: SimulatedProviders;
let serial = 0;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => {
	providers.reset();
	providers.answer = undefined;
	serial += 1;
});
afterAll(async () => await providers.close());

async function alone(name: string, options: IDataObject = {}) {
	const entry = model(name, name, `${MODELS[name]}-${serial}`, { inputPrice: 1, outputPrice: 2 });
	const parameters = { models: [entry], rules: [inOrder], options: { maxRetries: 0, ...options } };
	return (await chatModel(providers, parameters)).model;
}

const looked = () =>
	new AIMessage({ content: '', tool_calls: [{ id: 'a', name: 'look', args: { at: 'x' } }] });
const lastBody = (): string => JSON.stringify(providers.log.at(-1)!.body);

describe.each(Object.keys(MODELS))('%s', (name) => {
	// LangChain's types allow texts and blocks alone; what tools of others return is not typed.
	test.each<[string, unknown]>([
		['nothing', ''],
		['blanks', ' \n'],
		['null', null],
		['undefined', undefined],
		['a number', 7],
		['an object', { rows: 3 }],
		['no blocks', []],
		['blocks of text', [{ type: 'text', text: 'one' }, { type: 'text', text: 'two' }, 'three']],
	])('a result of %s', async (_, content) => {
		const result = new ToolMessage({ content: '', tool_call_id: 'a' });
		(result as { content: unknown }).content = content;
		const bound = (await alone(name)).bindTools!([tool('look')]);
		await bound.invoke([new HumanMessage('Look'), looked(), result]);
		if (Array.isArray(content) && content.length > 0) expect(lastBody()).toMatch(/one.*two.*three/);
	});

	test('names and fields that JavaScript has for itself', async () => {
		const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty'];
		const input: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":"b","toJSON":"c","id":"d"}');
		providers.answer = ({ tools, messages }) =>
			messages.some(({ results }) => results.length > 0)
				? 'Done.'
				: { text: '', calls: tools.map((sent) => ({ name: sent, input })) };
		const bound = (await alone(name)).bindTools!(names.map((each) => tool(each, { id: { type: 'string' } })));
		const ask = new HumanMessage('Look');
		const said = (await bound.invoke([ask])) as AIMessage;
		expect(said.tool_calls!.map((call) => call.name)).toEqual(names);
		const results = said.tool_calls!.map(
			({ id = '' }) => new ToolMessage({ content: 'r', tool_call_id: id }),
		);
		expect((await bound.invoke([ask, said, ...results])).text).toBe('Done.');
		expect(lastBody()).toMatch(/constructor.{1,6}b.*toJSON.{1,6}c/);
	});

	test.each([false, true])(
		'what is masked is whole again in JSON within JSON of a call (streaming: %s)',
		async (streaming) => {
			const ask = 'Write to anna.schmidt@example.com about "DE89370400440532013000"';
			providers.answer = ({ prompt }) => ({
				text: `I write: ${prompt} and more words, so that there are several pieces.`,
				calls: [{ name: 'mail', input: { body: JSON.stringify({ to: prompt }), lines: [prompt] } }],
			});
			const bound = (await alone(name, { redactPersonalData: true })).bindTools!([tool('mail')]);
			let said = streaming ? undefined : ((await bound.invoke(ask)) as AIMessageChunk);
			if (streaming) {
				for await (const chunk of await bound.stream(ask))
					said = said ? said.concat(chunk as AIMessageChunk) : (chunk as AIMessageChunk);
			}
			expect(lastBody()).not.toMatch(/schmidt|DE8937/);
			const [{ args }] = said!.tool_calls!;
			expect(JSON.parse(args.body as string)).toEqual({ to: ask });
			expect(args.lines).toEqual([ask]);
			expect(said!.text).toContain(ask);
		},
	);

	// n8n's agent does so with Max Tokens From Memory.
	test('a memory that LangChain cuts to size by this model', async () => {
		const bound = await alone(name);
		const memory = Array.from({ length: 6 }, (_, turn) => [
			new HumanMessage(`question ${turn} `.repeat(20)),
			looked(),
			new ToolMessage({ content: 'seen', tool_call_id: 'a' }),
			new AIMessage(`answer ${turn}`),
		]).flat();
		const kept = await trimMessages(memory, {
			strategy: 'last',
			maxTokens: 150,
			tokenCounter: bound,
			startOn: 'human',
			allowPartial: true,
		});
		expect(kept.length).toBeGreaterThan(0);
		expect(kept.length).toBeLessThan(memory.length);
		await bound.invoke([new SystemMessage('Be brief.'), ...kept, new HumanMessage('And now?')]);
		expect(lastBody()).toContain('question 5');
	});
});

test('a call without messages is told in the words of an agent', async () => {
	const asked = (await alone('openAi')).invoke([]);
	await expect(asked).rejects.toThrow(/Check the prompt of the agent or chain/);
	expect(providers.log).toEqual([]);
});
