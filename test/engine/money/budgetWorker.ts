/**
 * An n8n process of its own: `tsx budgetWorker.ts <user folder> <base URL> <model> <items>` runs the router in n8n's
 * engine over so many items at once under a dollar a day for `shared`. Says `ready`, begins at the first byte of its
 * standard input, and prints `{ answered, failed, hints }` at the end.
 */
import { runWorkflow } from '../../support/engine';

import { createRequire } from 'node:module';

import type * as RouterNode from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';

// With its ending, as tsx takes the codex file of the same name for it.
const router = createRequire(__filename)(
	'../../../nodes/SmartLlmRouter/SmartLlmRouter.node.ts',
) as typeof RouterNode;

const [folder, baseUrl, modelId = '', items] = process.argv.slice(2);
// The engine has a folder of its own; the ledger is what the processes share.
process.env.N8N_USER_FOLDER = folder;

const run = async (count: number) =>
	await runWorkflow(
		{
			nodes: [
				{ name: 'Source', type: 'test.items' },
				{
					name: 'Router',
					type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
					parameters: {
						providers: ['openAi'],
						models: {
							values: [
								{
									name: 'small',
									provider: 'openAi',
									model: { __rl: true, mode: 'id', value: modelId },
									options: { inputPrice: 0, outputPrice: 1000, maxOutputTokens: 10 },
								},
							],
						},
						options: {
							concurrency: 1000,
							totalTimeout: 20,
							budgets: {
								values: [{ limitUsd: 1, period: 'day', scope: 'shared', onExceeded: 'fail' }],
							},
						},
					},
				},
			],
			connections: { Source: { main: [[{ node: 'Router', type: 'main', index: 0 }]] } },
			settings: { timezone: 'UTC' },
		},
		{
			nodeTypes: { smartLlmRouter: new router.SmartLlmRouter() },
			items: { Source: Array.from({ length: count }, (_, index) => ({ prompt: `Question ${index}` })) },
			credentials: { llmRouterOpenAiApi: { apiKey: 'sk-good', baseUrl } },
			mode: 'trigger',
		},
	);

async function main(): Promise<void> {
	// Loads what the first run needs.
	await run(0);
	process.stdout.write('ready\n');
	await new Promise((resolve) => process.stdin.once('data', resolve));
	const { outputs, hints, error } = await run(Number(items));
	const [answered, , failed] = outputs('Router').map(({ length }) => length);
	const said = hints('Router').map(({ message }) => message);
	process.stdout.write(`${JSON.stringify({ answered, failed, error: error?.message, hints: said })}\n`);
	process.exit(0);
}

void main();
