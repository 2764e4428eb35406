import type { BaseMessage } from '@langchain/core/messages';

import {
	runWorkflow,
	type NodeJson,
	type RunOptions,
	type WorkflowJson,
	type WorkflowResult,
} from './engine';
import { testCredential } from './engineCredentials';
import { listSearch, loadOptions } from './engineDropDowns';
import type { ChatModelBehaviour } from './standIn/chatModel';
import { StandInChatModel } from './standIn/chatModel';
import { startSimulatedProviders } from './simulatedProviders';
import { SecretApi, ThrowAway } from './throwAwayNode';

const NODE_TYPES = { throwAway: new ThrowAway() };

const wire = (...targets: string[]) => targets.map((node) => ({ node, type: 'main', index: 0 }));

/** Items → Node, whose outputs lead to A, B and (On Error's output) C. */
function workflow(node: Partial<NodeJson> = {}, more: NodeJson[] = [], connections = {}): WorkflowJson {
	return {
		nodes: [
			{ name: 'Items', type: 'test.items' },
			{ name: 'Node', type: 'n8n-nodes-smart-llm-router.throwAway', ...node },
			...['A', 'B', 'C'].map((name) => ({ name, type: 'n8n-nodes-base.noOp' })),
			...more,
		],
		connections: {
			Items: { main: [wire('Node')] },
			Node: { main: [wire('A'), wire('B'), wire('C')] },
			...connections,
		},
	};
}

const run = async (json: WorkflowJson, options: Partial<RunOptions> = {}): Promise<WorkflowResult> =>
	await runWorkflow(json, { nodeTypes: NODE_TYPES, ...options });

const texts = (...all: string[]) => ({ Items: all.map((text) => ({ text })) });

test('expressions, dynamic outputs, pairedItem and hints', async () => {
	const result = await run(workflow({ parameters: { text: '={{ $json.text.toUpperCase() }}' } }), {
		items: texts('one', 'a long one', 'two'),
	});
	expect(result).toMatchObject({ status: 'success', error: null, ran: ['Items', 'Node', 'A', 'B'] });
	expect(result.json('A').map(({ text }) => text)).toEqual(['ONE', 'TWO']);
	expect(result.items('B')[0]).toMatchObject({ json: { text: 'A LONG ONE' }, pairedItem: { item: 0 } });
	expect(result.items('Node').map(({ pairedItem }) => pairedItem)).toEqual([0, 2]);
	expect(result.hints('Node')).toEqual([{ message: '1 long', location: 'outputPane' }]);
	expect(result.logs.join()).toContain('info done');
});

test('credentials are decrypted, with the defaults of their type; without them the node has none', async () => {
	const credentials = { secretApi: { apiKey: 'sk-1' } };
	const credentialTypes = [new SecretApi()];
	const given = await run(workflow(), { items: texts('one'), credentials, credentialTypes });
	expect(given.json('Node')[0]).toMatchObject({ key: 'sk-1', url: 'https://default.example' });
	const none = await run(workflow({ credentials: { secretApi: { id: '1', name: 'x' } } }), {
		items: texts('one'),
	});
	expect(none.json('Node')[0]?.key).toBeUndefined();
});

describe('On Error', () => {
	const items = texts('one', 'throw');

	test('stops the workflow', async () => {
		const result = await run(workflow(), { items });
		expect(result.status).toBe('error');
		expect(result.error?.message).toBe('Asked to throw');
		expect(result.ran).toEqual(['Items', 'Node']);
	});

	test('continues with the regular output', async () => {
		const result = await run(workflow({ onError: 'continueRegularOutput' }), { items });
		expect(result.status).toBe('success');
		expect(result.json('A')).toMatchObject([{ text: 'one' }, { error: 'Asked to throw' }]);
	});

	test('continues with the Error output, which comes last', async () => {
		const result = await run(workflow({ onError: 'continueErrorOutput' }), { items });
		expect(result.outputs('Node').map((output) => output.length)).toEqual([1, 0, 1]);
		expect(result.json('C')).toMatchObject([{ error: 'Asked to throw' }]);
	});

	// So a node has to look at continueOnFail() itself.
	test('a node that throws all the same passes its input by the first output, even then', async () => {
		const hard = { items: texts('one', 'throw hard') };
		const result = await run(workflow({ onError: 'continueErrorOutput' }), hard);
		expect(result.json('A').map(({ text }) => text)).toEqual(['one', 'throw hard']);
		expect(result.items('C')).toEqual([]);
	});
});

test('cancelling reaches the node', async () => {
	const result = await run(workflow({ parameters: { wait: true } }), {
		items: texts('one'),
		cancelAfter: 30,
	});
	expect(result.status).toBe('canceled');
	expect(result.ms).toBeLessThan(1000);
	expect(result.ran).not.toContain('A');
});

describe('connected chat models', () => {
	const models = ['One', 'Two'].map((name) => ({ name, type: 'test.chatModel' }));
	const connected = Object.fromEntries(
		models.map(({ name }, index) => [
			name,
			{ ai_languageModel: [[{ node: 'Node', type: 'ai_languageModel', index }]] },
		]),
	);

	test('are obtained, in their order', async () => {
		const one: ChatModelBehaviour = {};
		const result = await run(workflow({ parameters: { models: 2 } }, models, connected), {
			items: texts('hello'),
			chatModels: { One: one, Two: { answer: 'I am two' } },
		});
		expect(result.json('Node')[0]?.answers).toEqual(['[One] hello', 'I am two']);
		expect(one.calls?.[0]?.messages.map((message: BaseMessage) => message.text)).toEqual(['hello']);
	});

	test('a missing one is named', async () => {
		const result = await run(workflow({ parameters: { models: 2 } }, models, { One: connected.One }), {
			items: texts('hello'),
			chatModels: { One: {} },
		});
		expect(result.error?.message).toContain('Model 2');
	});

	test('stream, count, fail and fall silent', async () => {
		const parts: string[] = [];
		const healthy = new StandInChatModel('M', { answer: 'one two three' });
		let last;
		for await (const chunk of await healthy.stream('hello there')) {
			parts.push(chunk.text);
			last = chunk.usage_metadata ?? last;
		}
		expect(parts.join('')).toBe('one two three');
		expect(parts.length).toBeGreaterThan(2);
		expect(last).toMatchObject({ input_tokens: 3, output_tokens: 3 });

		const faulty = new StandInChatModel('M', { fault: '429-2*1--cut*1' });
		await expect(faulty.invoke('x')).rejects.toMatchObject({ status: 429 });
		await expect(faulty.invoke('x')).rejects.toThrow('terminated');
		expect((await faulty.invoke('x')).text).toBe('[M] x');
		const silent = new StandInChatModel('M', { fault: 'silent' });
		await expect(silent.invoke('x', { signal: AbortSignal.timeout(20) })).rejects.toThrow();
	});
});

test('pinned data, Set, Split Out and binary data', async () => {
	const image = { data: Buffer.from('12345').toString('base64'), mimeType: 'image/png', fileName: 'a.png' };
	const result = await run({
		nodes: [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger' },
			{
				name: 'Set',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: {
					assignments: { assignments: [{ name: 'list.all', value: '={{ $json.texts }}', type: 'array' }] },
				},
			},
			{
				name: 'Raw',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: { mode: 'raw', jsonOutput: '={{ { "questions": $json.list.all } }}' },
			},
			{ name: 'Split', type: 'n8n-nodes-base.splitOut', parameters: { fieldToSplitOut: 'questions' } },
			{ name: 'Node', type: 'CUSTOM.throwAway', parameters: { text: '={{ $json.questions }}' } },
			{ name: 'Note', type: 'n8n-nodes-base.stickyNote', parameters: { content: 'hi' } },
		],
		connections: {
			Start: { main: [wire('Set')] },
			Set: { main: [wire('Raw')] },
			Raw: { main: [wire('Split')] },
			Split: { main: [wire('Node')] },
		},
		pinData: { Start: [{ json: { texts: ['a', 'b'] } }] },
	});
	expect(result.error).toBeNull();
	expect(result.json('Node').map(({ text }) => text)).toEqual(['a', 'b']);

	const binary = await run(workflow(), {
		items: { Items: [{ json: { text: 'one' }, binary: { file: image } }] },
	});
	expect(binary.json('Node')[0]?.size).toBe(5);
});

test('chunks for a chat, and a workflow that cannot start', async () => {
	const result = await run(workflow(), { items: texts('one'), mode: 'webhook', streaming: true });
	expect(result.chunks).toMatchObject([{ type: 'item', content: 'hello', metadata: { nodeName: 'Node' } }]);
	const refused = await run({ nodes: [{ name: 'A', type: 'n8n-nodes-base.noOp' }], connections: {} });
	expect(refused).toMatchObject({
		run: null,
		status: 'error',
		error: { message: expect.stringContaining('trigger') },
	});
});

test('drop-downs see the panel and the credential; a credential tests itself', async () => {
	const nodeType = new ThrowAway();
	const parameters = {
		list: {
			values: [
				{ name: 'a', provider: 'openAi' },
				{ name: 'b', provider: 'gemini' },
			],
		},
	};
	expect(await loadOptions({ nodeType, method: 'names', parameters })).toMatchObject([
		{ value: 'a' },
		{ value: 'b' },
	]);
	const found = await listSearch({
		nodeType,
		method: 'models',
		parameters,
		path: 'parameters.list.values[1].model',
		filter: 'f',
		credentials: { secretApi: { apiKey: 'sk-1' } },
	});
	expect(found.results).toEqual([{ name: 'gemini f sk-1', value: 'gemini' }]);

	const providers = await startSimulatedProviders();
	const test = async (apiKey: string) =>
		await testCredential(new SecretApi(), { apiKey, baseUrl: providers.baseUrl('openai') });
	expect((await test('sk-good')).status).toBe(200);
	expect((await test('sk-wrong')).status).toBe(401);
	await providers.close();
});
