/** Conversations: a memory node wired to the router, and what a visitor of a public chat gets to see. */
import { AIMessage, HumanMessage, type BaseMessage } from '@langchain/core/messages';
import type { IDataObject, INodeType, ISupplyDataFunctions } from 'n8n-workflow';

import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { runWorkflow, type RunOptions, type WorkflowResult } from '../../support/engine';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { credentialsFor, inOrder, model } from '../workflow';

let providers: SimulatedProviders;
const held = new Map<string, BaseMessage[]>();
let isBroken = false;

beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => {
	providers.reset();
	held.clear();
	isBroken = false;
});
afterAll(async () => await providers.close());

/** As n8n's memory nodes do: one session an item, found by an expression over that item. */
const memory: INodeType = {
	description: {
		name: 'memory',
		displayName: 'Memory',
		group: ['transform'],
		version: 1,
		description: 'Stand-in',
		defaults: { name: 'Memory' },
		inputs: [],
		outputs: ['ai_memory'],
		properties: [
			{ displayName: 'Session', name: 'session', type: 'string', default: '={{ $json.sessionId }}' },
		],
	},
	async supplyData(this: ISupplyDataFunctions, itemIndex: number) {
		const sessionId = String(this.getNodeParameter('session', itemIndex));
		const messages = held.get(sessionId) ?? [];
		held.set(sessionId, messages);
		return {
			response: {
				memoryKey: 'chat_history',
				chatHistory: { sessionId },
				loadMemoryVariables: async () => ({ chat_history: [...messages] }),
				saveContext: async ({ input }: { input: string }, { output }: { output: string }) => {
					if (isBroken) throw new Error('<b>full</b>');
					messages.push(new HumanMessage(input), new AIMessage(output));
				},
			},
		};
	},
};

/** Stands where a chat begins; only its type and parameters matter. */
const chatTrigger: INodeType = {
	description: {
		...memory.description,
		name: 'chatTrigger',
		group: ['trigger'],
		outputs: ['main'],
		properties: [{ displayName: 'Public', name: 'public', type: 'boolean', default: false }],
	},
	execute: async () => [[{ json: { chatInput: 'Who built the bridge?' } }]],
};

interface ChatRun extends Partial<Omit<RunOptions, 'items'>> {
	models?: object[];
	options?: IDataObject;
	items?: IDataObject[];
	/** Public or not; without it, the run begins with items. */
	isPublic?: boolean;
	/** Whether another node follows. */
	isFollowed?: boolean;
	isWired?: boolean;
}

const healthy = model('healthy', 'anthropic', 'claude-haiku-4-5');
const down = model('down', 'openAi', 'gpt-4o-mini--500');

async function chat({
	models = [healthy],
	options = {},
	items = [],
	isPublic,
	isFollowed = false,
	isWired = false,
	...more
}: ChatRun): Promise<WorkflowResult> {
	const main = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });
	const start =
		isPublic === undefined
			? { name: 'Start', type: 'test.items' }
			: { name: 'Start', type: '@n8n/n8n-nodes-langchain.chatTrigger', parameters: { public: isPublic } };
	return await runWorkflow(
		{
			nodes: [
				start,
				{
					name: 'Router',
					type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
					parameters: { models: { values: models }, rules: { values: [inOrder] }, options },
				},
				{ name: 'Memory', type: 'test.memory' },
				{ name: 'Next', type: 'n8n-nodes-base.noOp' },
			],
			connections: {
				Start: main('Router'),
				...(isFollowed ? { Router: main('Next') } : {}),
				...(isWired ? { Memory: { ai_memory: [[{ node: 'Router', type: 'ai_memory', index: 0 }]] } } : {}),
			},
		},
		{
			nodeTypes: {
				smartLlmRouter: new SmartLlmRouter(),
				memory,
				'@n8n/n8n-nodes-langchain.chatTrigger': chatTrigger,
			},
			credentials: credentialsFor(providers),
			items: { Start: items },
			...more,
		},
	);
}

/** What the provider was sent, in its order. */
const asked = (): string[] =>
	providers.log.map(({ body }) =>
		(body as { messages: Array<{ role: string; content: unknown }> }).messages
			.map(
				({ role, content }) => `${role}: ${typeof content === 'string' ? content : JSON.stringify(content)}`,
			)
			.join(' | '),
	);

describe('a memory', () => {
	const remembering = { memory: true, history: [{ human: 'I am Ada.', ai: 'Hello Ada.' }] };
	const conversation = [
		{ prompt: 'first of a', sessionId: 'a' },
		{ prompt: 'first of b', sessionId: 'b' },
		{ prompt: 'second of a', sessionId: 'a' },
	];

	test('is read before and written after each answer, item by item within a session', async () => {
		const result = await chat({ items: conversation, options: remembering, isWired: true });
		expect(result.error).toBeNull();
		const second = asked().find(
			(messages) => messages.endsWith('second of a"}]') || messages.includes('second of a'),
		);
		expect(second).toMatch(/I am Ada.*Hello Ada.*first of a.*You asked: first of a.*second of a/);
		expect(second).not.toContain('first of b');
		expect(held.get('a')!.map(({ content }) => content)).toEqual([
			'first of a',
			expect.stringContaining('You asked: first of a'),
			'second of a',
			expect.stringContaining('You asked: second of a'),
		]);
		expect(held.get('b')).toHaveLength(2);
	});

	test('keeps nothing of a failure', async () => {
		const result = await chat({
			items: conversation.slice(0, 1),
			models: [down],
			options: { memory: true, maxRetries: 0 },
			isWired: true,
		});
		expect(result.items('Router', 2)).toHaveLength(1);
		expect(held.get('a')).toEqual([]);
	});

	test('that takes nothing more costs no answer, and is told in words that are no HTML', async () => {
		isBroken = true;
		const result = await chat({ items: conversation.slice(0, 1), options: { memory: true }, isWired: true });
		expect(result.json('Router')[0]?.output).toContain('first of a');
		expect(result.hints('Router')).toMatchObject([
			{ message: 'An answer could not be added to the memory: &lt;b&gt;full&lt;/b&gt;' },
		]);
	});

	test('must be wired', async () => {
		const result = await chat({ items: conversation, options: { memory: true } });
		expect(result.error?.message).toMatch(/Memory/);
	});
});

describe('what an item tells', () => {
	const failing: ChatRun = { models: [down], options: { maxRetries: 0 } };

	test('the answer first, the router last; of a failure the text, then the error', async () => {
		const items = [{ prompt: 'hello', id: 7, router: 'of before', error: 'of before', output: 'of before' }];
		expect(Object.keys((await chat({ items })).json('Router')[0]!)).toEqual([
			'output',
			'prompt',
			'id',
			'router',
		]);
		const options = { maxRetries: 0, textOnFailure: 'Sorry.' };
		const [failed] = (await chat({ items, models: [down], options })).json('Router', 2);
		expect(Object.keys(failed!)).toEqual(['output', 'error', 'prompt', 'id', 'router']);
		expect(failed).toMatchObject({
			output: 'Sorry.',
			error: { category: 'serverError', message: expect.any(String) },
		});
	});

	test('full, compact, none', async () => {
		const items = [{ prompt: 'hello' }];
		const told = async (details: string) => (await chat({ items, options: { details } })).json('Router')[0]!;
		expect(Object.keys((await told('full')).router as object)).toContain('attempts');
		expect(Object.keys((await told('compact')).router as object)).toEqual([
			'id',
			'outcome',
			'route',
			'model',
			'costUsd',
			'savedUsd',
			'ms',
		]);
		expect(await told('none')).toEqual({ output: expect.any(String), prompt: 'hello' });
	});

	test.each<[string, ChatRun, boolean]>([
		['the last node of a public chat', { isPublic: true }, true],
		['one that others follow', { isPublic: true, isFollowed: true }, false],
		['a chat of the editor alone', { isPublic: false }, false],
		['what was chosen', { isPublic: true, options: { details: 'full' } }, false],
	])('%s', async (_, run, isCompact) => {
		const ran = await chat(run);
		expect(ran.error).toBeNull();
		const [item] = ran.json('Router');
		expect('attempts' in (item!.router as object)).toBe(!isCompact);
		const options = { ...failing.options, ...run.options };
		const [failed] = (await chat({ ...run, ...failing, options })).json('Router', 2);
		expect(failed!.error).toEqual({
			category: 'serverError',
			...(isCompact ? {} : { message: expect.any(String) }),
		});
	});

	test('the chat shows the text of a failure, and to a visitor nothing that a provider said', async () => {
		const said = async (run: ChatRun) => {
			const { chunks } = await chat({ ...failing, ...run, streaming: true, mode: 'webhook' });
			return chunks.map(({ type, content = '' }) => `${type}:${content}`);
		};
		const options = { maxRetries: 0, textOnFailure: 'Sorry.' };
		expect(await said({ isPublic: true, options })).toEqual(['begin:', 'item:Sorry.', 'end:']);
		expect(await said({ isPublic: true })).toEqual(['error:No answer: server error']);
		expect((await said({ isPublic: false })).join()).toMatch(/error:.*OpenAI had an error of its own/);
	});
});

test('what a route cannot judge is told in router.error, and is no failed item', async () => {
	const { json } = await runWorkflow(
		{
			nodes: [
				{ name: 'Start', type: 'test.items' },
				{
					name: 'Router',
					type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
					parameters: { mode: 'route', models: { values: [healthy] } },
				},
			],
			connections: { Start: { main: [[{ node: 'Router', type: 'main', index: 0 }]] } },
		},
		{ nodeTypes: { smartLlmRouter: new SmartLlmRouter() }, items: { Start: [{ prompt: '' }] } },
	);
	expect(json('Router')[0]).toMatchObject({ router: { error: { category: 'invalidRequest' } } });
	expect(json('Router')[0]).not.toHaveProperty('error');
});
