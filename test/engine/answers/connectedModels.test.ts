import type { IDataObject } from 'n8n-workflow';

import type { ChatModelBehaviour } from '../../support/standIn/chatModel';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { expectWholeRecord } from '../record';
import { connected, inOrder, model, runRouter, type RouterResult, type RouterRun } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

const PRICE = { inputPrice: 1, outputPrice: 2 };
const a = connected('a', 1, PRICE);
const b = connected('b', 2, PRICE);

const run = async (
	chatModels: Record<string, ChatModelBehaviour>,
	{ parameters, ...more }: Partial<RouterRun> = {},
): Promise<RouterResult> =>
	await runRouter(providers, {
		items: ['What is the capital of Peru?'],
		wired: Object.keys(chatModels),
		chatModels,
		credentials: {},
		...more,
		parameters: { models: [a, b], rules: [inOrder], ...parameters },
	});

test('each alias asks the chat model of its own input; two aliases may share one', async () => {
	const rule = (name: string) => ({ name, match: { keywords: name }, models: [name] });
	const chatModels = {
		'Model A': { modelName: 'gpt-4o', calls: [] },
		'Model B': { modelName: 'claude-opus', calls: [] },
		'Model C': { modelName: 'llama', calls: [] },
	};
	const result = await run(chatModels, {
		parameters: {
			outputs: 'models',
			models: [
				model('first', 'openAi', 'gpt-4o-mini'),
				connected('c', 3, PRICE),
				a,
				b,
				connected('aa', 1, PRICE),
			],
			rules: ['first', 'c', 'a', 'b', 'aa'].map(rule),
			noMatch: 'output',
		},
		items: ['c', 'a', 'b', 'aa', 'first'].map((word) => `word ${word}`),
		credentials: { llmRouterOpenAiApi: { apiKey: 'sk-good', baseUrl: providers.baseUrl('openai') } },
	});
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ c: [0], a: [1], b: [2], aa: [3], first: [4] });
	expect(result.all.map(({ json }) => String(json.output).split(']')[0])).toEqual([
		'[Model C',
		'[Model A',
		'[Model B',
		'[Model A',
		'[gpt-4o-mini',
	]);
	expect(result.record(1)).toMatchObject({ provider: 'connected', modelId: 'gpt-4o' });
	for (let index = 0; index < 4; index++) expectWholeRecord(result.record(index));
});

test('they get system message, history, images and the wish for JSON', async () => {
	const calls: ChatModelBehaviour['calls'] = [];
	const answer = '{"city": "Lima"}';
	const result = await run(
		{ 'Model A': { calls, answer } },
		{
			parameters: {
				models: [a],
				options: {
					systemMessage: 'You know cities.',
					history: '[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}]',
					attachments: 'photo',
					outputFormat: 'json',
					jsonSchema: '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}',
				},
			},
			items: [
				{
					json: { prompt: 'Which city?' },
					binary: { photo: { data: 'iVBORw0KGgo=', mimeType: 'image/png' } },
				},
			],
		},
	);
	expect(result.left).toEqual({ Answered: [0] });
	expect(result.all[0]?.json.output).toEqual({ city: 'Lima' });
	const messages = calls[0]!.messages;
	expect(messages.map((message) => message.getType())).toEqual(['system', 'human', 'ai', 'human']);
	expect(messages[0]!.text).toMatch(/^You know cities\..*JSON/s);
	expect(JSON.stringify(messages[3]!.content)).toContain('iVBORw0KGgo=');
});

interface Row {
	fault: string;
	outcomes: string[];
	leaves: string;
}

const ROWS: Row[] = [
	{ fault: '429-0.1*1', outcomes: ['rateLimited', 'answered'], leaves: 'Answered' },
	{ fault: '429-9', outcomes: ['rateLimited', 'answered'], leaves: 'Fallback' },
	{ fault: '500', outcomes: ['serverError', 'serverError', 'answered'], leaves: 'Fallback' },
	{ fault: 'quota', outcomes: ['quotaExhausted', 'answered'], leaves: 'Fallback' },
	{ fault: '401', outcomes: ['authentication', 'answered'], leaves: 'Fallback' },
	{ fault: 'context', outcomes: ['contextOverflow', 'answered'], leaves: 'Fallback' },
	{ fault: 'silent', outcomes: ['firstTokenTimeout', 'answered'], leaves: 'Fallback' },
	{ fault: 'stall', outcomes: ['stalled', 'answered'], leaves: 'Fallback' },
	{ fault: 'cut', outcomes: ['network', 'network', 'answered'], leaves: 'Fallback' },
	{ fault: 'empty', outcomes: ['emptyAnswer', 'emptyAnswer', 'answered'], leaves: 'Fallback' },
	{ fault: 'filterfinish', outcomes: ['contentFiltered'], leaves: 'Failed' },
];

test.each(ROWS)('$fault', async ({ fault, outcomes, leaves }) => {
	const calls: ChatModelBehaviour['calls'] = [];
	// A node of its own: what is known of its limits is known by its name.
	const first = `Model ${fault}`;
	const result = await run(
		{ [first]: { fault, calls }, 'Model B': {} },
		{ parameters: { options: { maxRetries: 1, firstTokenTimeout: 0.3, stallTimeout: 0.3 } } },
	);
	expect(result.error).toBeNull();
	expect(result.left).toEqual({ [leaves]: [0] });
	expect(result.record(0).attempts.map(({ outcome }) => outcome)).toEqual(outcomes);
	expect(calls).toHaveLength(leaves === 'Fallback' ? outcomes.length - 1 : outcomes.length);
	const { output, error } = result.all[0]!.json;
	if (leaves === 'Failed') expect((error as IDataObject).category).toBe(outcomes[0]);
	else expect(output).toContain(`[${leaves === 'Fallback' ? 'Model B' : first}] What is`);
	if (/silent|stall/.test(fault)) expect(calls.every(({ aborted }) => aborted)).toBe(true);
});

test('cancelling reaches the chat model within a second', async () => {
	const calls: ChatModelBehaviour['calls'] = [];
	const result = await run({ 'Model S': { fault: 'silent', calls }, 'Model B': {} }, { cancelAfter: 150 });
	expect(result.status).toBe('canceled');
	expect(result.ms).toBeLessThan(1150);
	expect(calls.map(({ aborted }) => aborted)).toEqual([true]);
});
