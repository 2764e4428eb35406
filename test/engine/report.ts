/** The report node, run in n8n's engine in the process that the routers of the same test file run in. */
import { runWorkflow, type RunOptions, type WorkflowResult } from '../support/engine';

import type { IDataObject } from 'n8n-workflow';

import { LlmRouterReport } from '../../nodes/LlmRouterReport/LlmRouterReport.node';

const TYPE = 'n8n-nodes-smart-llm-router.llmRouterReport';
const nodeTypes = { llmRouterReport: new LlmRouterReport() };

export interface ReportResult extends WorkflowResult {
	rows: IDataObject[];
	hintTexts: string[];
}

interface ReportRun extends Partial<RunOptions> {
	/** The time zone of the workflow. */
	timezone?: string;
	onError?: string;
}

export async function runReport(
	parameters: IDataObject,
	{ timezone = 'UTC', onError, ...options }: ReportRun = {},
): Promise<ReportResult> {
	const result = await runWorkflow(
		{
			nodes: [
				{ name: 'Source', type: 'test.items' },
				{ name: 'Report', type: TYPE, parameters, onError },
			],
			connections: { Source: { main: [[{ node: 'Report', type: 'main', index: 0 }]] } },
			settings: { timezone },
		},
		{ nodeTypes, ...options },
	);
	const hintTexts = result.hints('Report').map(({ message }) => message);
	return { ...result, rows: result.json('Report'), hintTexts };
}
