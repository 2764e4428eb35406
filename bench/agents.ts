/**
 * What the sub-node adds to a step of an agent: the chat model is made, bound to tools and asked, whole and streaming, in
 * turn with a bare chat model over the same SDK that n8n's own are made on, against a provider that answers at once.
 *
 *     npm run bench -- agents [--keep]
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessage, AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';
import { convertToOpenAITool } from '@langchain/core/utils/function_calling';
import type { INode, ISupplyDataFunctions } from 'n8n-workflow';
import OpenAI from 'openai';

import type * as Supply from '../nodes/SmartLlmRouterModel/supply';
import { built } from './measures/builtEngine';
import { conditions, keep } from './measures/results';
import { PROMPTS } from './overhead/contenders';
import { median } from './overhead/measure';

const ROOT = join(__dirname, '..');
const WARM_UP = 60;
const CALLS = 300;
/** What the sub-node may add, in ms. */
const LIMITS = { call: 2, firstToken: 1 };

const TOOLS = ['calculator', 'search', 'orders'].map((name) => ({
	type: 'function' as const,
	function: {
		name,
		description: `Asks the ${name}.`,
		parameters: { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] },
	},
}));

/** As thin as a chat model can be. */
class BareChatModel extends BaseChatModel {
	private readonly client: OpenAI;

	constructor(baseURL: string) {
		super({ maxRetries: 0 });
		this.client = new OpenAI({ apiKey: 'sk-bench', baseURL, maxRetries: 0 });
	}

	override _llmType(): string {
		return 'bare';
	}

	override bindTools(tools: unknown[]) {
		return this.withConfig({ tools: tools.map((tool) => convertToOpenAITool(tool as object)) } as object);
	}

	override async _generate(messages: BaseMessage[]): Promise<ChatResult> {
		const answer = await this.client.chat.completions.create(this.bodyOf(messages));
		const message = new AIMessage(answer.choices[0].message.content ?? '');
		return { generations: [{ text: message.text, message }], llmOutput: { tokenUsage: answer.usage } };
	}

	override async *_streamResponseChunks(messages: BaseMessage[]): AsyncGenerator<ChatGenerationChunk> {
		const stream = await this.client.chat.completions.create({ ...this.bodyOf(messages), stream: true });
		for await (const { choices } of stream) {
			const text = choices[0]?.delta.content ?? '';
			yield new ChatGenerationChunk({ text, message: new AIMessageChunk(text) });
		}
	}

	private bodyOf(messages: BaseMessage[]) {
		return {
			model: 'gpt-4o-mini',
			tools: TOOLS,
			messages: messages.map(({ text }) => ({ role: 'user' as const, content: text })),
		};
	}
}

/** What n8n gives a sub-node, as far as it asks for it. */
function contextOf(baseUrl: string): ISupplyDataFunctions {
	const node: Partial<INode> = {
		name: 'Model',
		credentials: { llmRouterOpenAiApi: { id: '1', name: 'OpenAI' } },
		parameters: {
			providers: ['openAi'],
			models: {
				values: [
					{ name: 'mini', provider: 'openAi', model: { value: 'gpt-4o-mini' }, options: {} },
					{ name: 'large', provider: 'openAi', model: { value: 'gpt-4o' }, options: {} },
				],
			},
		},
	};
	let runs = 0;
	const context = {
		getNode: () => node,
		getWorkflow: () => ({ id: '1', name: 'Bench' }),
		getExecutionId: () => '1',
		getTimezone: () => 'Europe/Berlin',
		getMode: () => 'trigger',
		getExecutionCancelSignal: () => undefined,
		getNodeOutputs: () => [{ type: 'ai_languageModel' }],
		getNodeParameter: (name: string) => node.parameters?.[name] ?? null,
		getCredentials: () => Promise.resolve({ apiKey: 'sk-bench', baseUrl }),
		addInputData: () => ({ index: runs++ }),
		addOutputData: () => undefined,
		addExecutionHints: () => undefined,
		logAiEvent: () => undefined,
	};
	return context as unknown as ISupplyDataFunctions;
}

type Make = () => Promise<BaseChatModel>;

interface Taken {
	/** Until the whole answer, or until the first text of a stream. */
	ms: number;
	/** Processor time, which other load on the machine hardly changes. */
	cpuMs: number;
}

/** One step of an agent. */
async function step(make: Make, prompt: string, isStream: boolean): Promise<Taken> {
	const before = process.cpuUsage();
	const ms = await timed(make, prompt, isStream);
	const { user, system } = process.cpuUsage(before);
	return { ms, cpuMs: (user + system) / 1000 };
}

async function timed(make: Make, prompt: string, isStream: boolean): Promise<number> {
	const startedAt = performance.now();
	const bound = (await make()).bindTools!(TOOLS);
	if (!isStream) {
		await bound.invoke(prompt);
		return performance.now() - startedAt;
	}
	let firstAt = 0;
	for await (const chunk of await bound.stream(prompt)) {
		if (firstAt === 0 && (chunk as AIMessageChunk).text !== '') firstAt = performance.now();
	}
	return firstAt - startedAt;
}

interface Compared {
	bare: Taken;
	routed: Taken;
}

async function compared(bare: Make, routed: Make, isStream: boolean): Promise<Compared> {
	const taken: Array<Record<keyof Compared, Taken>> = [];
	for (let call = -WARM_UP; call < CALLS; call++) {
		const prompt = PROMPTS[(call + WARM_UP) % PROMPTS.length];
		const pair = { bare: await step(bare, prompt, isStream), routed: await step(routed, prompt, isStream) };
		if (call >= 0) taken.push(pair);
	}
	const middle = (who: keyof Compared): Taken => ({
		ms: median(taken.map((pair) => pair[who].ms)),
		cpuMs: median(taken.map((pair) => pair[who].cpuMs)),
	});
	return { bare: middle('bare'), routed: middle('routed') };
}

async function run(url: string): Promise<void> {
	const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
	const { supplyRoutedModel } = built<typeof Supply>('nodes/SmartLlmRouterModel/supply', ROOT);
	const context = contextOf(url);
	const routed: Make = async () => (await supplyRoutedModel(context, 0)).response as BaseChatModel;
	const bare: Make = () => Promise.resolve(new BareChatModel(url));
	const under = conditions();
	const whole = await compared(bare, routed, false);
	const stream = await compared(bare, routed, true);
	const row = ({ bare: without, routed: with_ }: Compared) => ({
		bare: rounded(without.ms),
		routed: rounded(with_.ms),
		added: rounded(with_.ms - without.ms),
		addedCpu: rounded(with_.cpuMs - without.cpuMs),
	});
	const figures = { call: row(whole), firstToken: row(stream) };
	console.log('Medians in ms of a step of an agent: the whole answer, and the first token of a stream');
	console.table(figures);
	const isOver = figures.call.added > LIMITS.call || figures.firstToken.added > LIMITS.firstToken;
	if (isOver) console.error(`Over ${LIMITS.call} ms a call or ${LIMITS.firstToken} ms to the first token`);
	if (isOver) process.exitCode = 1;
	if (values.keep) keep('agents', under, figures);
}

const rounded = (ms: number): number => Number(ms.toFixed(2));

const folder = mkdtempSync(join(tmpdir(), 'llm-router-bench-'));
process.env.N8N_USER_FOLDER = folder;
const provider = fork(join(__dirname, 'overhead/provider.ts'), {
	execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
});
void once(provider, 'message')
	.then(async ([message]) => await run((message as { ready: { url: string } }).ready.url))
	.catch((error: unknown) => {
		console.error(error);
		process.exitCode = 1;
	})
	.finally(() => {
		provider.disconnect();
		process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
		process.exit();
	});
