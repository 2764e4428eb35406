/** The page of a usage report: what it says is gathered here, how it looks is in `page/`. */
import type { IBinaryData, IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';

import { overview, budgetsReport } from '../../router/ledger/ledger';
import type { UsageReportQuery } from '../../router/ledger/ledger';
import { hostEngine } from '../host/engine';
import { modelRows } from './models';
import type { PageData } from './page/data';
import { everyDay } from './page/days';
import { endingsOf } from './page/endings';
import { renderEmail } from './page/email';
import { renderPage } from './page/page';
import { reportProperties } from './properties';

const FILE_NAME = 'llm-router-report.html';

export interface PageFiles {
	/** The whole page as a file. */
	file: IBinaryData;
	/** HTML for the body of an email. */
	emailHtml: string;
}

export async function pageOf(context: IExecuteFunctions, query: UsageReportQuery): Promise<PageFiles> {
	const engine = hostEngine();
	const { surroundings, state } = engine;
	const seen = await overview(query, state.history, surroundings);
	const data: PageData = {
		...seen,
		days: everyDay(seen.days, query, surroundings.now()),
		range: nameOfRange(query),
		timeZone: query.timeZone,
		madeAt: surroundings.now(),
		budgets: await budgetsReport(state.budgets, surroundings),
		endings: endingsOf(await modelRows()),
		notices: engine.notices(),
	};
	const page = Buffer.from(await renderPage(data), 'utf8');
	return {
		file: await context.helpers.prepareBinaryData(page, FILE_NAME, 'text/html'),
		emailHtml: renderEmail(data),
	};
}

/** The page goes with the first row; with an item of its own where there is no row. */
export function withPage(
	rows: readonly INodeExecutionData[],
	{ file, emailHtml }: PageFiles,
	pairedItem: IPairedItemData,
): INodeExecutionData[] {
	const [first = { json: { requests: 0 }, pairedItem }, ...others] = rows;
	return [{ ...first, json: { ...first.json, emailHtml }, binary: { report: file } }, ...others];
}

/** As the panel calls it. */
function nameOfRange({ range, from, to, timeZone }: UsageReportQuery): string {
	if (range === 'custom') {
		const day = (at: number) => new Intl.DateTimeFormat('sv', { timeZone }).format(at);
		const begin = from === undefined ? 'The First Day' : day(from);
		return `${begin} to ${to === undefined ? 'Now' : day(to - 1)}`;
	}
	const options = reportProperties.find(({ name }) => name === 'range')?.options ?? [];
	const option = options.find((one) => 'value' in one && one.value === range);
	return option?.name ?? range;
}
