/** The figures as a plain table for the body of an email, which knows no style sheets. */
import type { PageData } from './data';
import { html, type Html } from './html';
import { count, duration, money, share } from './numbers';
import { nameOf } from './tables';

const MOST_MODELS = 10;
const CELL = 'padding:4px 12px 4px 0;text-align:left;border-bottom:1px solid #ddd';

export function renderEmail({ range, totals, models }: PageData): string {
	if (totals === null) return html`<p>LLM Router, ${range}: no request was recorded.</p>`.source;
	const { requests, answered, fallbacks, failed, costUsd, savedUsd, p50Ms } = totals;
	const facts: Array<[string, string]> = [
		['Requests', count(requests)],
		['Answered', `${share(answered + fallbacks, requests)} (${count(failed)} failed)`],
		['Cost', money(costUsd)],
		['Saved', money(savedUsd)],
		['Median time', duration(p50Ms)],
	];
	return html`<p>LLM Router, ${range}</p>
		<table role="presentation" style="border-collapse:collapse">
			${facts.map(([name, value]) => row([name, value]))}
		</table>
		<p>By model</p>
		<table style="border-collapse:collapse">
			${row(['Model', 'Requests', 'Cost', 'Saved'], 'th')}${models
				.slice(0, MOST_MODELS)
				.map((model) =>
					row([nameOf(model.model), count(model.requests), money(model.costUsd), money(model.savedUsd)]),
				)}
		</table>`.source;
}

function row(cells: readonly string[], kind: 'td' | 'th' = 'td'): Html {
	const cell = (text: string): Html =>
		kind === 'th' ? html`<th style="${CELL}">${text}</th>` : html`<td style="${CELL}">${text}</td>`;
	return html`<tr>
		${cells.map(cell)}
	</tr>`;
}
