/** The answer as it is written, behind a chat trigger with streaming. */
import type { StructuredChunk } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { inOrder, model, runRouter, type RouterParameters, type RouterResult } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const HEALTHY = model('healthy', 'anthropic', 'claude-haiku-4-5');
const ANSWER = '[claude-haiku-4-5] You asked: Who built the bridge?';
const RULES = [inOrder];

const chat = async (
	parameters: RouterParameters,
	items: string[] = ['Who built the bridge?'],
): Promise<RouterResult> =>
	await runRouter(providers, {
		parameters: { rules: RULES, ...parameters },
		items,
		streaming: true,
		mode: 'webhook',
	});

/** `[` and `]` around each message, `!` before an error. */
const script = (chunks: readonly StructuredChunk[]): string =>
	chunks
		.map(
			({ type, content = '' }) =>
				({ begin: '[', end: ']', item: content, error: `!${content}` })[type] ?? type,
		)
		.join('');

test.each([
	['openAi', 'gpt-4o-mini'],
	['anthropic', 'claude-haiku-4-5'],
	['gemini', 'gemini-2.5-flash'],
])('%s: the whole answer in parts', async (provider, id) => {
	const { chunks, record, all } = await chat({ models: [model('only', provider, id)] });
	expect(script(chunks)).toBe(`[[${id}] You asked: Who built the bridge?]`);
	expect(chunks.length).toBeGreaterThan(4);
	expect(all[0].json.output).toBe(`[${id}] You asked: Who built the bridge?`);
	expect(record(0).outcome).toBe('answered');
	expect(new Set(chunks.map(({ metadata }) => metadata.itemIndex))).toEqual(new Set([0]));
});

test('a failure before the first word is not seen', async () => {
	const models = [
		model('down', 'openAi', 'gpt-4o-mini--500'),
		model('empty', 'gemini', 'gemini-2.5-flash--empty'),
	];
	const { chunks, left } = await chat({ models: [...models, HEALTHY], options: { maxRetries: 0 } });
	expect(script(chunks)).toBe(`[${ANSWER}]`);
	expect(left).toEqual({ Fallback: [0] });
});

test('after it, the message is marked and the whole answer begins in a new one', async () => {
	const models = [model('cut', 'openAi', 'gpt-4.1--cut-3'), HEALTHY];
	const { chunks, all } = await chat({ models, options: { maxRetries: 0 } });
	expect(script(chunks)).toMatch(/^\[\[gpt-4\.1\].*\n\n\[interrupted, asking again\]\n\n\]\[/);
	expect(script(chunks).endsWith(`][${ANSWER}]`)).toBe(true);
	expect(all[0].json.output).toBe(ANSWER);
});

test('personal data that was redacted is read in the chat, not its placeholder', async () => {
	const models = [model('only', 'openAi', 'gpt-4o-mini')];
	const prompt = 'Who is ann.miller@example.org, and who is bob@example.org?';
	const { chunks } = await chat({ models, options: { redactPersonalData: true } }, [prompt]);
	expect(script(chunks)).toBe(`[[gpt-4o-mini] You asked: ${prompt}]`);
	expect(JSON.stringify(providers.log.map(({ body }) => body))).not.toContain('ann.miller');
});

test('where nobody is asked again, the message does not say so', async () => {
	const { chunks, left } = await chat({
		models: [model('cut', 'openAi', 'gpt-4.1--cut-3')],
		options: { maxRetries: 0 },
	});
	expect(script(chunks.slice(0, -1))).toMatch(/^\[\[gpt-4\.1\].*\n\n\[interrupted\]\]$/);
	expect(chunks.at(-1)?.type).toBe('error');
	expect(left).toEqual({ Failed: [0] });
});

test('a failure is an error in the chat', async () => {
	const { chunks, left } = await chat({ models: [model('down', 'openAi', 'gpt-4o-mini--badrequest')] });
	expect(chunks.map(({ type }) => type)).toEqual(['error']);
	expect(chunks[0].content).toMatch(/^down: /);
	expect(left).toEqual({ Failed: [0] });
});

test.each<[string, RouterParameters, string[]]>([
	['several items', { models: [HEALTHY] }, ['one', 'two']],
	['JSON', { models: [HEALTHY], options: { outputFormat: 'json' } }, ['one']],
	['a cascade', { models: [HEALTHY], rules: [{ name: 'Cheap first', strategy: 'cascade' }] }, ['one']],
	['Stream to Chat off', { models: [HEALTHY], options: { streamToChat: false } }, ['one']],
	['Route Only', { models: [HEALTHY], mode: 'route' }, ['one']],
])('nothing is streamed with %s', async (_name, parameters, items) => {
	const { chunks, all } = await chat(parameters, items);
	expect(chunks).toEqual([]);
	expect(all).toHaveLength(items.length);
});

test('nor where nobody listens; a disabled cascade does not matter', async () => {
	const parameters = { models: [HEALTHY], rules: RULES };
	expect((await runRouter(providers, { parameters, items: ['x'] })).chunks).toEqual([]);
	const off = { name: 'Off', enabled: false, strategy: 'cascade' };
	expect(script((await chat({ models: [HEALTHY], rules: [off, ...RULES] })).chunks)).toBe(`[${ANSWER}]`);
});

describe('strategies of their own conduct', () => {
	const cheap = (id: string) =>
		model('cheap', 'openAi', id, { inputPrice: 0.1, outputPrice: 0.1, quality: 40 });
	const good = model('good', 'anthropic', 'claude-sonnet-4-5', {
		inputPrice: 3,
		outputPrice: 9,
		quality: 80,
	});
	const rules = [{ name: 'Cheap first', strategy: 'cascade' }];
	const ask = async (id: string) =>
		await runRouter(providers, {
			parameters: { models: [good, cheap(id)], rules },
			items: ['Who built the bridge?'],
		});

	test('cascade: an escalation leaves as answered', async () => {
		providers.answer = ({ modelId }) =>
			modelId === 'gpt-4o-mini' ? 'Das weiß ich leider nicht.' : undefined;
		const { record, left } = await ask('gpt-4o-mini');
		providers.answer = () => undefined;
		expect(left).toEqual({ Answered: [0] });
		expect(record(0)).toMatchObject({
			outcome: 'answered',
			escalated: true,
			model: 'good',
			strategy: 'cascade',
		});
		expect(record(0).attempts.map(({ outcome }) => outcome)).toEqual(['refused', 'answered']);
		expect(record(0).reason).toContain('if its answer does not hold, good is next');
	});

	test.each([
		['gpt-4o-mini--refusal', 'Answered', true],
		['gpt-4o-mini--empty', 'Answered', true],
		['gpt-4o-mini', 'Answered', undefined],
		['gpt-4o-mini--404', 'Fallback', undefined],
	])('cascade: %s leaves by %s', async (id, output, escalated) => {
		const { record, left } = await ask(id);
		expect(left).toEqual({ [output]: [0] });
		expect(record(0).escalated).toBe(escalated);
	});

	test('fastest: goes to the faster one, most of the time, once both were seen', async () => {
		const models = [
			model('slow', 'openAi', 'gpt-4.1-mini--drip-100'),
			model('fast', 'openAi', 'gpt-4.1-nano'),
		];
		const answeredBy = async (rule: object, count: number): Promise<unknown[]> => {
			const items = Array.from({ length: count }, (_, index) => `Question ${index}`);
			const parameters = { models, rules: [rule], options: { concurrency: 1 } };
			const { all } = await runRouter(providers, { parameters, items });
			return all.map(({ json }) => (json.router as { model: string }).model);
		};
		await answeredBy({ name: 'Slow', strategy: 'priority', models: ['slow'] }, 1);
		await answeredBy({ name: 'Fast', strategy: 'priority', models: ['fast'] }, 5);
		const aliases = await answeredBy({ name: 'Speed', strategy: 'fastest' }, 30);
		// One in twenty goes to the other: ten of thirty would be a chance of one in a million.
		expect(aliases.filter((alias) => alias === 'fast').length).toBeGreaterThan(20);
	});
});
