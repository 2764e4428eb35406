/**
 * 200 items against a provider that takes 50 ms, 50 at once, through the built node in n8n's own engine. The
 * floor is 0.2 s; one after the other they would take 10 s. The provider runs in a process of its own, as
 * providers do. Prints the first run of the process and the median of the next ones, for each protocol.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { INodeType } from 'n8n-workflow';

import { runWorkflow } from '../test/support/engine';
import { startSimulatedProviders } from '../test/support/simulatedProviders';

const ITEMS = 200;
const LATENCY_MS = 50;
const CONCURRENCY = 50;
const ROUNDS = 7;
const ROUTER = join(__dirname, '../dist/nodes/SmartLlmRouter/SmartLlmRouter.node.js');

const PROTOCOLS = [
	['openAi', 'llmRouterOpenAiApi', '/openai/v1', 'gpt-4o-mini'],
	['anthropic', 'llmRouterAnthropicApi', '/anthropic', 'claude-haiku-4-5'],
	['gemini', 'llmRouterGeminiApi', '/gemini', 'gemini-2.5-flash'],
] as const;

async function serve(): Promise<void> {
	const { url } = await startSimulatedProviders({ latencyMs: LATENCY_MS });
	process.send?.(url);
}

async function measure(): Promise<void> {
	const { SmartLlmRouter } = createRequire(__filename)(ROUTER) as { SmartLlmRouter: new () => INodeType };
	const child = fork(__filename, { execArgv: ['--import', 'tsx'] });
	const [url] = (await once(child, 'message')) as [string];
	for (const [provider, credential, path, id] of PROTOCOLS) {
		const run = async (items: number): Promise<number> => {
			const models = { values: [{ name: 'm', provider, model: { __rl: true, mode: 'id', value: id } }] };
			const { ms, outputs } = await runWorkflow(
				{
					nodes: [
						{ name: 'Items', type: 'test.items' },
						{
							name: 'Router',
							type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
							parameters: { models, options: { concurrency: CONCURRENCY } },
						},
					],
					connections: { Items: { main: [[{ node: 'Router', type: 'main', index: 0 }]] } },
				},
				{
					nodeTypes: { smartLlmRouter: new SmartLlmRouter() },
					items: { Items: Array.from({ length: items }, (_, i) => ({ prompt: `What is ${i} times ${i}?` })) },
					credentials: { [credential]: { apiKey: 'sk-bench', baseUrl: url + path } },
				},
			);
			const answered = outputs('Router')[0].length;
			if (answered !== items) throw new Error(`Only ${answered} of ${items} items were answered`);
			return ms;
		};
		await run(1);
		const first = await run(ITEMS);
		const times: number[] = [];
		for (let round = 0; round < ROUNDS; round++) times.push(await run(ITEMS));
		times.sort((a, b) => a - b);
		console.log(
			`${provider.padEnd(10)} first ${seconds(first)}, then ${seconds(times[ROUNDS >> 1])} ` +
				`(${seconds(times[0])} to ${seconds(times[ROUNDS - 1])})`,
		);
	}
	child.kill();
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

void (process.send ? serve() : measure());
