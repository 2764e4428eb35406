/** The sub-node below n8n's AI Agent, in a real n8n: its own code calls the tools and reads what the model answers. */
import { randomUUID } from 'node:crypto';
import type { ITaskData } from 'n8n-workflow';

import { SIGNATURE } from '../../support/simulated/toolRules';
import type { SimulatedCall } from '../../support/simulated/wire';
import { until } from '../session';
import { openWorld, type World } from '../world';
import { AGENT, CALCULATOR, node, PROVIDERS, RESULTS, SUMS, Workshop } from './cluster';
import { answeredBy, expectLedger, expectTokens } from './tokens';

let world: World;
let workshop: Workshop;
const all: ITaskData[] = [];
beforeAll(async () => {
	world = await openWorld();
	workshop = new Workshop(world);
});
beforeEach(() => {
	world.providers.reset();
	world.providers.answer = undefined;
});
afterAll(async () => await world.providers.close());

/** The first model dies after its first tool call. */
const DIES = 'none*1--503';

describe('AI Agent with the calculator', () => {
	const pairs = PROVIDERS.flatMap((first) =>
		PROVIDERS.filter((name) => name !== first).map((second) => [first, second] as const),
	);

	it.each(pairs)('%s fails after its first tool call, and %s answers', async (first, second) => {
		const order = [first, second];
		const { run, out, calls } = await workshop.run(
			{ ...AGENT, below: [CALCULATOR], order, body: { question: SUMS } },
			DIES,
		);
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: expect.stringMatching(RESULTS) as string }]);
		expect(run.data.resultData.runData.calculator).toHaveLength(3);
		expect(answeredBy(calls)).toEqual([first, second, second, second]);
		expectTokens(calls, world);
		all.push(...calls);
	});

	it.each(pairs)('%s fails, and %s streams one whole answer to the chat', async (first, second) => {
		const path = `agent-chat-${randomUUID().slice(0, 8)}`;
		const chat = node('Start', 'chatTrigger', 1.3, {
			public: true,
			mode: 'webhook',
			options: { responseMode: 'streaming' },
		});
		const { ids, ...cluster } = await workshop.workflowOf(
			{
				...AGENT,
				parameters: { ...AGENT.parameters, text: '={{ $json.chatInput }}' },
				below: [CALCULATOR],
				order: [first, second],
				body: {},
				trigger: { ...chat, webhookId: path },
			},
			path,
		);
		workshop.fail(ids[first], DIES);
		const workflow = await world.session.createWorkflow(cluster);
		await world.session.publish(workflow);
		const text = await until('the chat answers', 60_000, async () => {
			const response = await fetch(`${world.session.url}/webhook/${path}/chat`, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ action: 'sendMessage', sessionId: 'one', chatInput: SUMS }),
			});
			return response.ok ? await response.text() : null;
		});
		const chunks = text
			.split('\n')
			.filter((line) => line.trim() !== '')
			.map((line) => JSON.parse(line) as { type: string; content?: string });
		const said = chunks.filter(({ type }) => type === 'item').map(({ content = '' }) => content);
		expect(said.join('')).toMatch(RESULTS);
		expect(chunks.filter(({ type }) => type === 'error')).toEqual([]);
		const { data } = await world.session.lastRun(workflow);
		const calls = data.resultData.runData.Model ?? [];
		expect(answeredBy(calls)).toEqual([first, second, second, second]);
		expectTokens(calls, world);
		all.push(...calls);
	});

	it('has a memory and an output parser', async () => {
		world.providers.answer = ({ tools }: SimulatedCall) =>
			tools.includes('format_final_json_response')
				? { text: '', calls: [{ name: 'format_final_json_response', input: { output: { city: 'Lima' } } }] }
				: 'Lima';
		const { run, out, calls } = await workshop.run(
			{
				...AGENT,
				order: ['openAi', 'anthropic'],
				parameters: { ...AGENT.parameters, hasOutputParser: true },
				below: [
					{
						name: 'Memory',
						type: 'memoryBufferWindow',
						version: 1.3,
						connection: 'ai_memory',
						parameters: { sessionIdType: 'customKey', sessionKey: randomUUID() },
					},
					{
						name: 'Parser',
						type: 'outputParserStructured',
						version: 1.3,
						connection: 'ai_outputParser',
						parameters: { schemaType: 'fromJson', jsonSchemaExample: '{"city": "Lima"}' },
					},
				],
				body: { question: 'What is the capital of Peru?' },
			},
			'503',
		);
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: { city: 'Lima' } }]);
		expect(answeredBy(calls)).toEqual(['anthropic']);
		expectTokens(calls, world);
		all.push(...calls);
	});

	it('works on several items at once, each with its own tool calls', async () => {
		const items = node('Items', 'n8n-nodes-base.splitOut', 1, { fieldToSplitOut: 'questions', options: {} });
		const questions = ['1+1', '2+2', '3+3', '4+4'].map((sum) => ({
			question: `use calculator({"input":"${sum}"})`,
		}));
		const { run, out, calls } = await workshop.run(
			{
				...AGENT,
				parameters: { ...AGENT.parameters, options: { batching: { batchSize: 4 } } },
				before: [items],
				below: [CALCULATOR],
				order: ['gemini', 'openAi'],
				body: { questions },
			},
			'none*4--503',
		);
		expect(run.data.resultData.error).toBeUndefined();
		expect(out.map(({ output }) => output)).toEqual(
			['2', '4', '6', '8'].map((result) => `Results: [{"response":"${result}"}]`),
		);
		expect(answeredBy(calls).slice(-4)).toEqual(['openAi', 'openAi', 'openAi', 'openAi']);
		expectTokens(calls, world);
		all.push(...calls);
	});

	it.each([
		['anthropic', 'claude-sonnet-4-6-think'],
		['gemini', 'gemini-3-pro'],
	] as const)('a model of %s that thinks makes two calls at once, and goes on', async (provider, id) => {
		world.providers.answer = ({ messages }) => {
			const results = messages.flatMap((message) => message.results);
			const sums = [['1+1', '2+2'], ['3+3']][results.length / 2];
			if (!sums) return `Results: ${results.map(({ output }) => output).join(', ')}`;
			return { text: '', calls: sums.map((input) => ({ name: 'calculator', input: { input } })) };
		};
		const { run, out, calls } = await workshop.run({
			...AGENT,
			below: [CALCULATOR],
			order: [provider],
			models: { [provider]: id },
			modelOptions: { reasoningEffort: 'medium' },
			body: { question: 'How much are 1+1 and 2+2, and then 3+3?' },
		});
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: expect.stringMatching(RESULTS) as string }]);
		expect(answeredBy(calls)).toEqual([provider, provider, provider]);
		// The agent makes a message of each call: for the model both are of one turn again, with its thoughts once.
		const told = JSON.stringify(world.providers.log.at(-1)!.body);
		expect(told.split(SIGNATURE)).toHaveLength(3);
		expectTokens(calls, world);
		all.push(...calls);
	});

	it("stands in the agent's own fallback slot as well", async () => {
		const data = { apiKey: 'simulated-key', url: world.providers.baseUrl('openai') };
		const dead = `gpt-dead-${randomUUID().slice(0, 4)}`;
		workshop.fail(dead, '503');
		const own = {
			name: 'First',
			type: 'lmChatOpenAi',
			version: 1.3,
			connection: 'ai_languageModel',
			parameters: {
				model: { __rl: true, mode: 'id', value: dead },
				responsesApiEnabled: false,
				options: { maxRetries: 0 },
			},
			credentials: { openAiApi: await world.session.createCredential('First', 'openAiApi', data) },
		};
		const { run, out, calls } = await workshop.run(
			{
				...AGENT,
				parameters: { ...AGENT.parameters, needsFallback: true },
				below: [CALCULATOR, own],
				modelIndex: 1,
				order: ['openAi', 'anthropic'],
				body: { question: SUMS },
			},
			DIES,
		);
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: expect.stringMatching(RESULTS) as string }]);
		expect(answeredBy(calls)).toEqual(['openAi', 'anthropic', 'anthropic', 'anthropic']);
		expectTokens(calls, world);
		all.push(...calls);
	});
});

describe('agents of earlier versions, which run their tools themselves', () => {
	it.each([1.9, 2.2])('Tools Agent %s', async (version) => {
		const { run, out, calls } = await workshop.run(
			{
				...AGENT,
				version,
				parameters: { ...AGENT.parameters, agent: 'toolsAgent' },
				below: [CALCULATOR],
				order: ['gemini', 'anthropic'],
				body: { question: SUMS },
			},
			DIES,
		);
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: 'Results: 2, 4, 6' }]);
		expect(answeredBy(calls)).toEqual(['gemini', 'anthropic', 'anthropic', 'anthropic']);
		expectTokens(calls, world);
		all.push(...calls);
	});

	it('ReAct Agent, whose calls are text that ends at a stop word', async () => {
		world.providers.answer = ({ messages }) =>
			messages.some(({ text }) => text.includes('Observation: 2'))
				? 'I know it now.\nFinal Answer: It is 2.'
				: 'I have to add.\nAction:\n```\n{"action": "calculator", "action_input": "1+1"}\n```\nObservation: 3\nFinal Answer: invented';
		const { run, out, calls } = await workshop.run(
			{
				...AGENT,
				version: 1.5,
				parameters: { ...AGENT.parameters, agent: 'reActAgent' },
				below: [CALCULATOR],
				order: ['openAi', 'gemini'],
				body: { question: 'How much is 1+1?' },
			},
			DIES,
		);
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: 'It is 2.' }]);
		expect(answeredBy(calls)).toEqual(['openAi', 'gemini']);
		expectTokens(calls, world);
		all.push(...calls);
	});
});

describe('agents below and beside others', () => {
	it('AI Agent Tool: an agent below an agent, both by the same sub-node', async () => {
		const expert = {
			name: 'expert',
			type: 'agentTool',
			version: 3,
			connection: 'ai_tool',
			parameters: {
				toolDescription: 'Knows sums.',
				text: "={{ $fromAI('text', 'the question', 'string') }}",
				options: {},
			},
		};
		world.providers.answer = ({ tools, messages }) => {
			const [result] = messages.flatMap(({ results }) => results);
			const isAbove = tools.includes('expert');
			if (result) return `${isAbove ? 'The expert says' : 'It is'} ${result.output}`;
			const call = isAbove
				? { name: 'expert', input: { text: 'How much is 1+1?' } }
				: { name: 'calculator', input: { input: '1+1' } };
			return { text: '', calls: [call] };
		};
		const { run, out, calls } = await workshop.run(
			{
				...AGENT,
				below: [expert, { ...CALCULATOR, to: 'expert' }],
				modelOf: ['Asked', 'expert'],
				order: ['anthropic', 'gemini'],
				body: { question: 'How much is 1+1? Ask the expert.' },
			},
			DIES,
		);
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: expect.stringMatching(/^The expert says .*It is .*2/) as string }]);
		expect(answeredBy(calls)).toEqual(['anthropic', 'gemini', 'gemini', 'gemini']);
		expectTokens(calls, world);
		all.push(...calls);
	});

	it('Execute Workflow: a sub-workflow with an agent', async () => {
		const path = `sub-${randomUUID().slice(0, 8)}`;
		const trigger = node('Start', 'n8n-nodes-base.executeWorkflowTrigger', 1.1, {
			inputSource: 'passthrough',
		});
		const { ids, ...inner } = await workshop.workflowOf(
			{ ...AGENT, below: [CALCULATOR], order: ['openAi', 'gemini'], body: {}, trigger },
			path,
		);
		workshop.fail(ids.openAi, DIES);
		const saved = await world.session.createWorkflow(inner);
		await world.session.publish(saved);
		const { run, out } = await workshop.run({
			type: 'n8n-nodes-base.executeWorkflow',
			version: 1.2,
			parameters: { workflowId: { __rl: true, mode: 'id', value: saved.id }, options: {} },
			modelOf: [],
			body: { question: SUMS },
		});
		expect(run.data.resultData.error).toBeUndefined();
		expect(out).toEqual([{ output: expect.stringMatching(RESULTS) as string }]);
		const { data } = await world.session.lastRun(saved);
		const calls = data.resultData.runData.Model ?? [];
		expect(answeredBy(calls)).toEqual(['openAi', 'gemini', 'gemini', 'gemini']);
		expectTokens(calls, world);
		all.push(...calls);
	});
});

test('the ledger has the tokens that n8n has logged, of every call', async () => {
	expect(all.length).toBeGreaterThan(50);
	await expectLedger(all, world);
});
