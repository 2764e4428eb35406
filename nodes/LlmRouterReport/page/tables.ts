import type { UsageRow } from '../../../router/ledger/ledger';
import { html, type Html } from './html';
import { count, duration, money, share } from './numbers';

/** A column: its heading, what stands in it, and whether that is words rather than a number. */
export interface Column<Row> {
	head: string;
	cell: (row: Row) => string | Html;
	words?: boolean;
}

/** The first column names the row. */
export function table<Row>(
	caption: string,
	[first, ...others]: ReadonlyArray<Column<Row>>,
	rows: readonly Row[],
): Html {
	const kind = ({ words }: Column<Row>) => words && html` class="words"`;
	return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
		<table>
			<caption>
				${caption}
			</caption>
			<thead>
				<tr>
					<th scope="col">${first.head}</th>
					${others.map((column) => html`<th scope="col" ${kind(column)}>${column.head}</th>`)}
				</tr>
			</thead>
			<tbody>
				${rows.map(
					(row) =>
						html`<tr>
							<th scope="row">${first.cell(row)}</th>
							${others.map((column) => html`<td${kind(column)}>${column.cell(row)}</td>`)}
						</tr> `,
				)}
			</tbody>
		</table>
	</div>`;
}

/** `12 (3 %)`; nothing but the count where that is none. */
function countAndShare(part: number, whole: number): string {
	return part === 0 ? count(part) : `${count(part)} (${share(part, whole)})`;
}

/** What every usage table says of its rows: cost first, as a phone shows no more than the first columns. */
export const USAGE_COLUMNS: ReadonlyArray<Column<UsageRow>> = [
	{ head: 'Cost', cell: ({ costUsd }) => money(costUsd) },
	{ head: 'Requests', cell: ({ requests }) => count(requests) },
	{ head: 'Saved', cell: ({ savedUsd }) => money(savedUsd) },
	{ head: 'Fallbacks', cell: ({ fallbacks, requests }) => countAndShare(fallbacks, requests) },
	{ head: 'Failed', cell: ({ failed, requests }) => countAndShare(failed, requests) },
	{ head: 'Median', cell: ({ p50Ms }) => duration(p50Ms) },
];

export function nameOf(key: string | null | undefined): string {
	return key === null || key === undefined || key === '' ? '(none)' : key;
}
