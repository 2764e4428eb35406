/** Who answered a call of the sub-node, and whether all who counted its tokens say the same. */
import { randomUUID } from 'node:crypto';
import type { IDataObject, ITaskData } from 'n8n-workflow';

import type { World } from '../world';
import { node } from './cluster';

interface Logged {
	tokenUsage: { promptTokens: number; completionTokens: number; totalTokens: number };
	router: {
		id: string;
		model: string;
		route: string;
		outcome: string;
		attempts: unknown[];
		usage: { inputTokens: number; outputTokens: number; totalTokens: number };
	};
}

/** What n8n's log holds of a call. */
export const loggedIn = (task: ITaskData): Logged =>
	task.data?.ai_languageModel?.[0]?.[0]?.json as unknown as Logged;

/** By whom the calls were answered; an error's message where one failed. */
export const answeredBy = (calls: readonly ITaskData[]): string[] =>
	calls.map((call) => loggedIn(call)?.router?.model ?? String(call.error?.message));

/** n8n's log, the record of each decision and what the providers have sent. */
export function expectTokens(calls: readonly ITaskData[], { providers }: World): void {
	const byLog = calls.map((call) => {
		const { tokenUsage, router } = loggedIn(call);
		expect(tokenUsage.totalTokens).toBe(router.usage.totalTokens);
		expect(tokenUsage.promptTokens).toBe(router.usage.inputTokens);
		expect(tokenUsage.completionTokens).toBe(router.usage.outputTokens);
		return [tokenUsage.promptTokens, tokenUsage.completionTokens];
	});
	const byProvider = providers.log.flatMap(({ usage }) => (usage ? [[usage.input, usage.output]] : []));
	expect(sorted(byLog)).toEqual(sorted(byProvider));
}

/** The same, by what LLM Router Report reads in the ledger. */
export async function expectLedger(calls: readonly ITaskData[], { session }: World): Promise<void> {
	const path = `ledger-${randomUUID().slice(0, 8)}`;
	const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} };
	const workflow = await session.createWorkflow({
		name: `Ledger ${path}`,
		nodes: [
			{ ...node('Start', 'n8n-nodes-base.webhook', 2, parameters), webhookId: path },
			node('Report', 'n8n-nodes-smart-llm-router.llmRouterReport', 1, {
				operation: 'decisions',
				range: 'today',
				limit: 1000,
			}),
		],
		connections: { Start: { main: [[{ node: 'Report', type: 'main', index: 0 }]] } },
		settings: { executionOrder: 'v1' },
	});
	await session.publish(workflow);
	const { data } = await session.runByWebhook(workflow, path, {});
	const rows = (data.resultData.runData.Report?.[0]?.data?.main[0] ?? []).map(({ json }) => json);
	const counted = new Map(rows.map((row) => [row.id, [row.inputTokens, row.outputTokens]]));
	const ids = calls.map((call) => loggedIn(call).router.id);
	const logged: IDataObject = Object.fromEntries(
		calls.map((call) => {
			const { router, tokenUsage } = loggedIn(call);
			return [router.id, [tokenUsage.promptTokens, tokenUsage.completionTokens]];
		}),
	);
	expect(Object.fromEntries(ids.map((id) => [id, counted.get(id)]))).toEqual(logged);
}

const sorted = (pairs: number[][]): string[] => pairs.map((pair) => pair.join(' in, ')).sort();
