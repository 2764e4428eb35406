/** The answer cache and conversations that stay with their model, as a workflow sees them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INodeExecutionData, StructuredChunk } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import type { ChatModelBehaviour } from '../../support/standIn/chatModel';
import { runReport } from '../report';
import { connected, inOrder, model, runRouter, type RouterResult, type RouterRun } from '../workflow';

import { hostEngine } from '../../../nodes/host/engine';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(async () => {
	providers.reset();
	await hostEngine().forgetAnswers();
});
afterAll(async () => await providers.close());

const PRICE = { inputPrice: 1, outputPrice: 2 };
const CHEAP = model('cheap', 'openAi', 'gpt-4o-mini', { ...PRICE, quality: 30 });
const GOOD = model('good', 'anthropic', 'claude-haiku-4-5', { inputPrice: 10, outputPrice: 20, quality: 90 });
const FAQ = 'When are you open on Sunday?';

const nano = (usd: unknown): number => Math.round(1e9 * Number(usd));
const total = ({ all }: RouterResult, field: string): number =>
	all.map(({ json }) => nano((json.router as IDataObject)[field])).reduce((sum, value) => sum + value, 0);

const ask = async (
	options: IDataObject,
	items: RouterRun['items'] = [FAQ],
	more: Partial<RouterRun> = {},
): Promise<RouterResult> =>
	await runRouter(providers, {
		...more,
		parameters: {
			models: [CHEAP, GOOD],
			rules: [inOrder],
			...more.parameters,
			options: { cacheTtl: 600, ...options },
		},
		items,
	});

test('1,000 equal items at once make one call, and the books agree', async () => {
	const items = Array.from({ length: 1000 }, () => FAQ);
	const result = await ask({ concurrency: 1000 }, items, { workflowId: 'faq' });
	expect(providers.log).toHaveLength(1);
	expect(result.left).toEqual({ Answered: items.map((_, index) => index) });
	expect(result.all.every(({ json }) => json.output === `[gpt-4o-mini] You asked: ${FAQ}`)).toBe(true);
	const asked = result.all.filter(({ json }) => !(json.router as IDataObject).cached);
	expect(asked).toHaveLength(1);
	const { rows } = await runReport({ groupBy: ['model'] });
	const [row] = rows.filter(({ model: alias }) => alias === 'cheap');
	expect(row).toMatchObject({ requests: 1000, answered: 1000 });
	expect(nano(row?.costUsd)).toBe(total(result, 'costUsd'));
	expect(nano(row?.savedUsd)).toBe(total(result, 'savedUsd'));
	expect(row?.inputTokens).toBe(((asked[0]?.json.router as IDataObject).usage as IDataObject).inputTokens);
});

test('an answer of an earlier execution is given again, with all that a record has', async () => {
	const first = (await ask({})).record(0);
	const second = (await ask({})).record(0);
	expect(providers.log).toHaveLength(1);
	expect(second).toMatchObject({
		outcome: 'answered',
		cached: true,
		attempts: [],
		costUsd: 0,
		savedUsd: first.baselineCostUsd,
		baselineCostUsd: first.baselineCostUsd,
		usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
		model: 'cheap',
		modelId: 'gpt-4o-mini',
		finishReason: 'stop',
		route: 'In order',
		classification: { task: (first.classification as IDataObject).task },
	});
	expect(Object.keys(second)).toEqual(Object.keys(first));
	expect(await hostEngine().forgetAnswers()).toBe(1);
	expect((await ask({})).record(0).cached).toBe(false);
	expect((await ask({ cacheTtl: 0 })).record(0).cached).toBe(false);
	expect(providers.log).toHaveLength(3);
});

const withFile = (letter: string): INodeExecutionData => ({
	json: { prompt: FAQ },
	binary: { data: { data: Buffer.from(letter).toString('base64'), mimeType: 'image/png' } },
});
const history = (content: string): string => JSON.stringify([{ role: 'user', content }]);

test.each<[string, IDataObject, RouterRun['items'], Partial<RouterRun>?]>([
	['temperature', { temperature: 0.5 }, [FAQ]],
	['limit', { maxOutputTokens: 500 }, [FAQ]],
	['system message', { systemMessage: 'Be brief.' }, [FAQ]],
	['history', { history: history('Hello') }, [FAQ]],
	['attachment', { attachments: 'data' }, [withFile('a')]],
	['model list', {}, [FAQ], { parameters: { models: [CHEAP] } }],
	[
		'temperature of the model',
		{},
		[FAQ],
		{
			parameters: {
				models: [model('cheap', 'openAi', 'gpt-4o-mini', { ...PRICE, quality: 30, temperature: 1 }), GOOD],
			},
		},
	],
])('another %s makes another call', async (_name, options, items, more = {}) => {
	const cached = async (...args: Parameters<typeof ask>) => (await ask(...args)).record(0).cached;
	expect(await cached({})).toBe(false);
	expect(await cached(options, items, more)).toBe(false);
	expect(await cached(options, items, more)).toBe(true);
	expect(await cached({})).toBe(true);
	expect(providers.log).toHaveLength(2);
});

test('another file makes another call', async () => {
	const result = await ask({ attachments: 'data', concurrency: 1 }, ['a', 'b', 'a'].map(withFile));
	expect(result.all.map(({ json }) => (json.router as IDataObject).cached)).toEqual([false, false, true]);
});

test('another setting of a connected chat model makes another call', async () => {
	const calls: ChatModelBehaviour['calls'] = [];
	const run = async (modelName: string) =>
		(
			await ask({}, [FAQ], {
				parameters: { models: [connected('own', 1, PRICE)] },
				wired: ['Model A'],
				chatModels: { 'Model A': { calls, modelName } },
			})
		).record(0).cached;
	expect([await run('one'), await run('one'), await run('two')]).toEqual([false, true, false]);
	expect(calls).toHaveLength(2);
});

test('failed, refused and cut answers are asked for anew', async () => {
	for (const fault of ['400*1', 'filterfinish*1', 'length*1']) {
		providers.reset();
		await hostEngine().forgetAnswers();
		providers.setFault('gpt-4o-mini', fault);
		const alone = { parameters: { models: [CHEAP] } };
		for (const cached of [false, false, true]) {
			expect([fault, (await ask({ maxRetries: 0 }, [FAQ], alone)).record(0).cached]).toEqual([fault, cached]);
		}
		expect(providers.log).toHaveLength(2);
	}
});

test('an execution that is stopped does not take with it another that waits for its answer', async () => {
	providers.setFault('gpt-4o-mini', 'hang*1');
	const stop = new AbortController();
	const first = ask({}, [FAQ], { signal: stop.signal });
	while (providers.log.length === 0) await new Promise((resolve) => setImmediate(resolve));
	const second = ask({});
	// Enough turns for it to reach the first one's call.
	for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));
	expect(providers.log).toHaveLength(1);
	stop.abort();
	expect((await first).status).toBe('canceled');
	expect((await second).record(0)).toMatchObject({ outcome: 'answered', cached: false });
	expect(providers.log).toHaveLength(2);
});

test('a cached answer is streamed to the chat as a whole', async () => {
	const listening = { streaming: true, mode: 'webhook' as const };
	await ask({}, [FAQ], listening);
	const { chunks } = await ask({}, [FAQ], listening);
	expect(chunks.map(({ type, content }: StructuredChunk) => [type, content])).toEqual([
		['begin', undefined],
		['item', `[gpt-4o-mini] You asked: ${FAQ}`],
		['end', undefined],
	]);
	expect(providers.log).toHaveLength(1);
});

test('a time that is none is a fault of the node', async () => {
	const { error } = await ask({ cacheTtl: 'soon' });
	expect(error?.message).toContain('Options → Cache TTL');
});

describe('a conversation', () => {
	const say = async (items: IDataObject[], models = ['cheap', 'good'], more: Partial<RouterRun> = {}) =>
		await ask({ cacheTtl: 0, stickyKey: '={{ $json.session }}', maxRetries: 0, concurrency: 1 }, items, {
			...more,
			parameters: { rules: [{ ...inOrder, models }], ...more.parameters },
		});
	const models = ({ all }: RouterResult): unknown[] =>
		all.map(({ json }) => (json.router as IDataObject).model);
	let sessions = 0;
	const session = (): string => `session ${++sessions}`;

	test('stays with its model from one execution to the next; an empty key is none', async () => {
		const [one, two] = [session(), session()];
		expect(models(await say([{ prompt: 'Hi', session: one }]))).toEqual(['cheap']);
		const next = ['good', 'cheap'];
		const items = [one, two, '', null].map((key) => ({ prompt: 'And now?', session: key }));
		const result = await say(items, next);
		expect(models(result)).toEqual(['cheap', 'good', 'good', 'good']);
		expect(result.left).toEqual({ Answered: [0, 1, 2, 3] });
		expect(result.record(0).reason).toContain('the conversation stays with cheap');
		expect(result.record(1).reason).not.toContain('conversation');
	});

	test('moves once when its model fails', async () => {
		const [one] = [session()];
		const item = { prompt: 'Hi', session: one };
		await say([item]);
		providers.setFault('gpt-4o-mini', '500*1');
		const moved = await say([item]);
		expect([models(moved), moved.left]).toEqual([['good'], { Fallback: [0] }]);
		const stayed = await say([item]);
		expect([models(stayed), stayed.left]).toEqual([['good'], { Answered: [0] }]);
	});

	test('obeys the rule that matches, and leaves by the output of the model it stays with', async () => {
		const item = { prompt: 'Hi', session: session() };
		await say([item]);
		const result = await say([item], ['good', 'cheap'], { parameters: { outputs: 'models' } });
		expect(result.left).toEqual({ cheap: [0] });
		const forbidden = await say([item], ['good']);
		expect(models(forbidden)).toEqual(['good']);
		expect(forbidden.record(0).reason).toContain('it is not among the models of In order');
	});

	test('leaves no trace of its key in the files', async () => {
		const key = 'customer-4711@example.org';
		await say([{ prompt: 'Hi', session: key }]);
		const folder = join(process.env.N8N_USER_FOLDER!, '.n8n', 'llm-router');
		const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString('latin1'));
		expect(files.join('')).toContain('conversation');
		expect(files.join('')).not.toContain(key);
	});

	test('is told by all of an object, and apart in every node and workflow', async () => {
		const prompt = 'Hi';
		const [ann, bob] = ['Ann', 'Bob'].map((name) => ({ prompt, session: { name, id: session() } }));
		await say([ann!]);
		expect(models(await say([ann!, bob!], ['good', 'cheap']))).toEqual(['cheap', 'good']);
		expect(models(await say([ann!], ['good', 'cheap'], { workflowId: 'another' }))).toEqual(['good']);
	});
});
