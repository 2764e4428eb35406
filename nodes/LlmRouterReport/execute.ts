import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import {
	decisionsReport,
	type DecisionsReportQuery,
	budgetsReport,
	usageReport,
} from '../../router/ledger/ledger';
import { healthReport, type HealthRow } from '../../router/failover/failover';
import { MOST_ACCOUNTS_LISTED } from '../../router/state/state';
import { toNodeError } from '../host/errors';
import { escapedHints } from '../host/hints/escape';
import { hostEngine } from '../host/engine';
import { giveFeedback } from './feedback';
import { modelRows } from './models';
import { pageOf, withPage, type PageFiles } from './page';
import { decisionsQueryOf, operationOf, usageQueryOf, wantsPage, type Operation } from './parameters';
import { reset } from './reset';
import { updateCatalogue } from './updateCatalogue';

interface Report {
	rows: readonly object[];
	/** Hint for an empty result. */
	whyEmpty: string;
	/** Added to the first item. */
	page?: PageFiles;
	/** Hint where the result was cut. */
	more?: string;
}

/** Rows come out as items; what a person should know beside them as hints. */
export async function executeReport(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	// What this process has just decided is in the report.
	const engine = hostEngine();
	await engine.flush();
	const placed: INodeExecutionData[] = [];
	const hints = new Set<string>();
	for (let itemIndex = 0; itemIndex < context.getInputData().length; itemIndex++) {
		const pairedItem = { item: itemIndex };
		try {
			const { rows, whyEmpty, page, more } = await REPORTS[operationOf(context, itemIndex)](
				context,
				itemIndex,
			);
			if (rows.length === 0) hints.add(whyEmpty);
			if (more !== undefined) hints.add(more);
			const items = rows.map((row) => ({ json: jsonOf(row), pairedItem }));
			placed.push(...(page ? withPage(items, page, { item: itemIndex }) : items));
		} catch (error) {
			const nodeError = toNodeError(context.getNode(), error, itemIndex);
			if (!context.continueOnFail()) throw nodeError;
			placed.push({ json: { error: nodeError.message }, pairedItem });
		}
	}
	context.addExecutionHints(
		...escapedHints([
			...[...hints].map((message) => ({ message, location: 'outputPane' as const, type: 'info' as const })),
			...engine
				.notices()
				.map((message) => ({ message, location: 'outputPane' as const, type: 'warning' as const })),
		]),
	);
	return [placed];
}

/** The columns are those of the contract; one more says what is not in a sum, where there is such. */
function jsonOf(row: object): IDataObject {
	const json: IDataObject = { ...row };
	if (json.unknownCostRequests === 0) delete json.unknownCostRequests;
	return json;
}

/** A circuit that is closed lets everything through, which sounds like the opposite to most. */
const STATES: Readonly<Record<HealthRow['state'], string>> = {
	closed: 'healthy',
	resting: 'resting',
	open: 'shut',
	halfOpen: 'trying again',
	probing: 'trying again',
};

const REPORTS: Record<Operation, (context: IExecuteFunctions, itemIndex: number) => Promise<Report>> = {
	async usage(context, itemIndex) {
		const query = usageQueryOf(context, itemIndex);
		const { state, surroundings } = hostEngine();
		const rows = await usageReport(query, state.history, surroundings);
		const page = wantsPage(context, itemIndex) ? await pageOf(context, query) : undefined;
		return { rows, whyEmpty: rows.length > 0 ? '' : await whyNoUsage(), page };
	},
	async health() {
		const { state, surroundings } = hostEngine();
		return {
			rows: (await healthReport(state, surroundings)).map((row) => ({ ...row, state: STATES[row.state] })),
			whyEmpty:
				'No model has been asked yet: run a workflow with the node Smart LLM Router on this n8n first.',
		};
	},
	async decisions(context, itemIndex) {
		const query = decisionsQueryOf(context, itemIndex);
		const { state, surroundings } = hostEngine();
		const rows = await decisionsReport(query, state.history, surroundings);
		return { rows, whyEmpty: rows.length > 0 ? '' : await whyNoDecisions(query) };
	},
	async models() {
		return {
			rows: await modelRows(),
			whyEmpty:
				'No model has been used yet: run a workflow with the node Smart LLM Router on this n8n first.',
		};
	},
	async updateCatalogue(context, itemIndex) {
		return { rows: [await updateCatalogue(context, itemIndex)], whyEmpty: '' };
	},
	async feedback(context, itemIndex) {
		return { rows: [await giveFeedback(context, itemIndex)], whyEmpty: '' };
	},
	async reset(context, itemIndex) {
		return { rows: [await reset(context, itemIndex)], whyEmpty: '' };
	},
	async budgets() {
		const { state, surroundings } = hostEngine();
		const rows = await budgetsReport(state.budgets, surroundings);
		return {
			rows,
			...(rows.length >= MOST_ACCOUNTS_LISTED && {
				more: `There are more budgets than these: the ${MOST_ACCOUNTS_LISTED.toLocaleString('en')} fullest are listed.`,
			}),
			whyEmpty:
				'No budget has been used in its present period. Budgets are set in Smart LLM Router, under Options → Budgets.',
		};
	},
};

async function whyNoDecisions({ where, pageNumber }: DecisionsReportQuery): Promise<string> {
	if (
		(await hostEngine().state.history.earliest()) === null ||
		Object.keys(where).length + pageNumber === 1
	) {
		return await whyNoUsage();
	}
	return pageNumber > 1
		? `There is no page ${pageNumber} of these decisions.`
		: 'No decision in this range is as Filter Decisions asks. Change the filters, or choose another Range.';
}

async function whyNoUsage(): Promise<string> {
	const earliest = await hostEngine().state.history.earliest();
	return earliest === null
		? 'Nothing has been decided yet: run a workflow with the node Smart LLM Router on this n8n first.'
		: 'Nothing was decided in this range. Choose another one under Range.';
}
