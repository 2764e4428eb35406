import { NOTICE_DAYS } from '../../../router/models/catalogue/lifecycle';
import { html, type Html } from './html';
import { nameOf, table, type Column } from './tables';

/** A model in use whose provider has named its last day. */
export interface Ending {
	model: string;
	modelId: string;
	/** YYYY-MM-DD. */
	retiresAt: string | null;
	/** Less than 1 from that day on. */
	daysLeft: number;
	successor: string | null;
	workflows: readonly string[];
}

/** Those that are near enough to do something about, the nearest first. */
export function endingsOf(
	rows: ReadonlyArray<Omit<Ending, 'daysLeft'> & { daysLeft: number | null }>,
): Ending[] {
	return rows
		.flatMap(({ daysLeft, ...row }) =>
			daysLeft !== null && daysLeft <= NOTICE_DAYS[0] ? [{ ...row, daysLeft }] : [],
		)
		.sort((a, b) => a.daysLeft - b.daysLeft);
}

export function endingSection(endings: readonly Ending[]): Html {
	const columns: Array<Column<Ending>> = [
		{ head: 'Model', cell: ({ model, modelId }) => html`${model} <span class="soft">${modelId}</span>` },
		{ head: 'Last Day', cell: whenInWords, words: true },
		{ head: 'In Its Place', cell: ({ successor }) => successor ?? 'not named yet', words: true },
		{ head: 'Workflows', cell: ({ workflows }) => workflowsInWords(workflows), words: true },
	];
	return html`<section class="full">
		<h2>Models That End</h2>
		${table('Change them under Models before that day, or set On Retired to Use Successor', columns, endings)}
	</section>`;
}

function whenInWords({ retiresAt, daysLeft }: Ending): Html {
	const when = daysLeft < 1 ? 'retired' : daysLeft === 1 ? 'in one day' : `in ${daysLeft} days`;
	const mark = daysLeft <= NOTICE_DAYS[1] && html` class="bad"`;
	return html`${retiresAt ?? ''} <span${mark}>${when}</span>`;
}

const MOST_WORKFLOWS = 3;

function workflowsInWords(workflows: readonly string[]): string {
	const more = workflows.length - MOST_WORKFLOWS;
	const named = workflows.slice(0, MOST_WORKFLOWS).map(nameOf).join(', ');
	return more > 0 ? `${named} and ${more} more` : named;
}
