import { trace, type Context, type Span, type TracerProvider } from '@opentelemetry/api';

import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { SmartLlmRouterModel } from '../../../nodes/SmartLlmRouterModel/SmartLlmRouterModel.node';
import { runWorkflow } from '../../support/engine';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import type { ChatModelBehaviour } from '../../support/standIn/chatModel';
import { connected, credentialsFor, inOrder, model, type RouterRecord } from '../workflow';
import { runAgent } from './agent';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const models = [
	model('mini', 'openAi', 'gpt-4o-mini', { inputPrice: 1, outputPrice: 2 }),
	model('haiku', 'anthropic', 'claude-haiku-4-5', { inputPrice: 1, outputPrice: 2 }),
];
const parameters = { models, rules: [inOrder] };
const ASK = 'What is the capital of Peru?';

test.each([false, true])(
	'an agent is answered, and the log shows who answered it (streaming: %s)',
	async (streaming) => {
		const result = await runAgent(providers, { parameters, items: [ASK], streaming });
		expect(result.error).toBeNull();
		const [{ output }] = result.json('Agent');
		expect(output).toEqual(expect.stringMatching(/\w/));
		expect(result.calls).toHaveLength(1);
		const { usage } = result.record(0);
		expect(result.record(0)).toMatchObject({ outcome: 'answered', model: 'mini', provider: 'openAi' });
		expect(result.log(0)).toMatchObject({
			response: { generations: [[{ text: output, generationInfo: { finish_reason: 'stop' } }]] },
			tokenUsage: { promptTokens: usage.inputTokens, completionTokens: usage.outputTokens },
		});
		if (streaming) {
			const said = result.chunks.map(({ content = '' }) => content).join('');
			expect(said).toBe(output);
		}
	},
);

test('a failing model is stood in for, a hint says so, and the next execution leaves it alone', async () => {
	providers.setFault('gpt-4o-mini', '401');
	const first = await runAgent(providers, { parameters, items: [ASK], mode: 'webhook' });
	expect(first.json('Agent')).toHaveLength(1);
	expect(first.record(0)).toMatchObject({ outcome: 'fallback', model: 'haiku' });
	expect(first.calls[0].hints?.map(({ message }) => message)).toEqual([
		expect.stringMatching(/^1 call answered by a fallback \(mini: /),
		// An old model, as with the main node.
		expect.stringContaining('gpt-4o-mini'),
	]);
	const second = await runAgent(providers, { parameters, items: [ASK], mode: 'webhook' });
	expect(second.record(0).attempts.map(({ model: asked }) => asked)).toEqual(['haiku']);
});

test('where all fail, the agent fails with what the models said, and the log has it on this node', async () => {
	for (const { model: id } of models) providers.setFault(id.value, '400');
	const { error, calls, json } = await runAgent(providers, { parameters, items: [ASK] });
	expect(json('Agent')).toEqual([]);
	expect(error?.message).toContain('2 models were tried');
	expect(`${calls[0].error?.description}`).toMatch(/mini: .*haiku: /);
	expect(calls[0]).toMatchObject({ executionStatus: 'error', error: { node: { name: 'Model' } } });
});

test('once a part of an answer has been passed on, no other model goes on with it', async () => {
	providers.setFault('gpt-4o-mini', 'cut');
	const { chunks, error } = await runAgent(providers, { parameters, items: [ASK], streaming: true });
	expect(error?.message).toContain('A part of its answer had been passed on, so no other model continues it');
	expect(chunks.filter(({ content = '' }) => content !== '').length).toBeGreaterThan(0);
	expect(providers.log.map(({ modelId }) => modelId)).toEqual(['gpt-4o-mini']);
	const whole = await runAgent(providers, { parameters, items: [ASK] });
	expect(whole.record(0).outcome).toBe('fallback');
});

describe.each([false, true])('a cancelled execution (streaming: %s)', (streaming) => {
	test.each([
		['openAi', 'gpt-4o'],
		['anthropic', 'claude-sonnet-4-5'],
		['gemini', 'gemini-2.5-pro'],
		['openAiCompatible', 'llama-3.3-70b'],
	])('aborts the call of %s within a second, between two tools as well', async (provider, id) => {
		providers.setFault(id, 'none*1--silent');
		const stop = new AbortController();
		let stoppedAt = 0;
		const look = () => {
			void seen(() => providers.log[1]).then(() => {
				stoppedAt = Date.now();
				stop.abort();
			});
			return 'seen';
		};
		const { calls } = await runAgent(providers, {
			parameters: { models: [model('only', provider, id)] },
			items: ['use look({}) then use look({})'],
			tools: { look },
			streaming,
			signal: stop.signal,
		});
		expect(Date.now() - stoppedAt).toBeLessThan(1_000);
		expect(calls).toHaveLength(2);
		expect((await seen(() => providers.log[1].endedAt)) - stoppedAt).toBeLessThan(1_000);
		expect(providers.log[1].aborted).toBe(true);
	});

	test('aborts the call of a connected model', async () => {
		const own: ChatModelBehaviour = { fault: 'silent' };
		const stop = new AbortController();
		void seen(() => own.calls?.[0]).then(() => stop.abort());
		await runAgent(providers, {
			parameters: { models: [connected('own', 1)] },
			items: [ASK],
			wired: ['Own'],
			chatModels: { Own: own },
			streaming,
			signal: stop.signal,
		});
		await seen(() => own.calls![0].endedAt);
		expect(own.calls![0].aborted).toBe(true);
	});
});

/** Waits until `look` finds something. */
async function seen<T>(look: () => T | null | undefined): Promise<T> {
	for (;;) {
		const found = look();
		if (found !== null && found !== undefined) return found;
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}

test('a connected model answers, below the run of this node in the log', async () => {
	const behaviour = { answer: 'Lima.', modelName: 'own' };
	const result = await runAgent(providers, {
		parameters: { models: [{ name: 'own', provider: 'connected', input: 1 }] },
		items: [ASK],
		wired: ['Own'],
		chatModels: { Own: behaviour },
	});
	expect(result.json('Agent')).toMatchObject([{ output: 'Lima.' }]);
	expect(result.record(0)).toMatchObject({ provider: 'connected', model: 'own', modelId: 'own' });
});

test('a budget that is spent ends the call with an error that names it', async () => {
	const budgets = { values: [{ limitUsd: 0, period: 'execution', scope: 'anna', onExceeded: 'fail' }] };
	const { error } = await runAgent(providers, {
		parameters: { ...parameters, options: { budgets } },
		items: [ASK],
	});
	expect(error?.message).toMatch(/budget.*anna/i);
	expect(providers.log).toEqual([]);
});

test('a wrong setting is told in the words of the panel', async () => {
	const { error } = await runAgent(providers, { parameters: { models: [] }, items: [ASK] });
	expect(`${error?.message} ${error?.description}`).toContain('The list of models is empty');
});

test('the main node takes it as a connected model', async () => {
	const wire = (node: string, type: string) => ({ [type]: [[{ node, type, index: 0 }]] });
	const result = await runWorkflow(
		{
			nodes: [
				{ name: 'Source', type: 'test.items' },
				{
					name: 'Router',
					type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
					parameters: { models: { values: [connected('all', 1)] } },
				},
				{
					name: 'Model',
					type: 'n8n-nodes-smart-llm-router.smartLlmRouterModel',
					parameters: { models: { values: models }, rules: { values: [inOrder] } },
				},
			],
			connections: { Source: wire('Router', 'main'), Model: wire('Router', 'ai_languageModel') },
		},
		{
			nodeTypes: { smartLlmRouter: new SmartLlmRouter(), smartLlmRouterModel: new SmartLlmRouterModel() },
			credentials: credentialsFor(providers),
			items: { Source: [{ prompt: ASK }] },
		},
	);
	expect(result.error).toBeNull();
	const [{ router }] = result.json('Router') as Array<{ router: RouterRecord }>;
	const [inner] = result.tasks('Model');
	const { router: below } = inner.data?.ai_languageModel?.[0]?.[0]?.json as { router: RouterRecord };
	expect(router).toMatchObject({ outcome: 'answered', provider: 'connected' });
	expect(below).toMatchObject({ model: 'mini', usage: router.usage });
});

test('personal data is masked on its way to the model, in what tools say as well, and whole for tools and people', async () => {
	const said: unknown[] = [];
	const result = await runAgent(providers, {
		parameters: { ...parameters, options: { redactPersonalData: true } },
		items: ['use mail({"to":"anna.schmidt@example.com"})'],
		tools: {
			mail: ({ to }) => {
				said.push(to);
				return 'copied to bo.larsen@example.com';
			},
		},
	});
	expect(result.error).toBeNull();
	expect(said).toEqual(['anna.schmidt@example.com']);
	expect(result.json('Agent')[0].output).toContain('bo.larsen@example.com');
	const sent = JSON.stringify(providers.log.map(({ body }) => body));
	expect(providers.log).toHaveLength(2);
	expect(sent).not.toMatch(/schmidt|larsen|example/);
});

test('a rule looks at what the person asked and at the size of it all', async () => {
	const rules = [
		{ name: 'Long', match: { minTokens: 120 }, models: ['haiku'], strategy: 'priority' },
		{ name: 'Refunds', match: { keywords: 'refund' }, models: ['haiku'], strategy: 'priority' },
		{ name: 'Rest', models: ['mini'], strategy: 'priority' },
	];
	const tools = { look: () => 'a refund '.repeat(60) };
	const asked = async (prompt: string) =>
		(await runAgent(providers, { parameters: { models, rules }, items: [prompt], tools })).calls;
	const routes = async (prompt: string) =>
		(await asked(prompt)).map(
			(call) => (call.data?.ai_languageModel?.[0]?.[0]?.json.router as RouterRecord).route,
		);
	expect(await routes('Where is my parcel?')).toEqual(['Rest']);
	// The tool says "refund", the person does not; but then it is long.
	expect(await routes('use look({})')).toEqual(['Rest', 'Long']);
});

test('with tracing switched on, each call is a span with its attempts below it, and without a word of anyone', async () => {
	const spans: Array<{ name: string; above: string | undefined; attributes: unknown }> = [];
	const startSpan = (name: string, { attributes = {} } = {}, parent?: Context) => {
		const above = parent && trace.getSpan(parent)?.spanContext().spanId;
		spans.push({ name, above, attributes });
		return { spanContext: () => ({ spanId: name }), setStatus: () => {}, end: () => {} } as unknown as Span;
	};
	trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan }) } as unknown as TracerProvider);
	providers.setFault('gpt-4o-mini', 'none*1--401');
	const tools = { look: () => 'CANARY of a tool' };
	const result = await runAgent(providers, {
		parameters: { ...parameters, options: { stickWithinRun: false } },
		items: ['use look({"at":"CANARY"})'],
		tools,
	}).finally(() => trace.disable());
	expect(result.error).toBeNull();
	expect(spans.map(({ name, above }) => [name, above])).toEqual([
		['route In order', undefined],
		['chat gpt-4o-mini', 'route In order'],
		['route In order', undefined],
		['chat gpt-4o-mini', 'route In order'],
		['chat claude-haiku-4-5', 'route In order'],
	]);
	const [first] = spans;
	const { promptTokens, completionTokens } = result.log(0).tokenUsage as Record<string, number>;
	expect(first.attributes).toMatchObject({
		'llm_router.decision.id': result.record(0).id,
		'gen_ai.usage.input_tokens': promptTokens,
		'gen_ai.usage.output_tokens': completionTokens,
	});
	expect(JSON.stringify(spans)).not.toContain('CANARY');
});
