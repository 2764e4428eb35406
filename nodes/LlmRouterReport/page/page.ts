/** The report as one HTML file: nothing is loaded, no script runs, and everything from outside is escaped. */
import { CONDUCT } from '../../../router/failover/failover';
import { PER } from '../../../router/ledger/ledger';
import type { BudgetRow, GroupBy, UsageRow } from '../../../router/ledger/ledger';
import type { FailureGroup } from '../../../router/state/state';
import { draw, type Chart, type Series } from './charts';
import { taskLabel } from '../../host/properties/rules';
import type { PageData } from './data';
import { endingSection } from './endings';
import { html, type Html } from './html';
import { count, duration, money, share } from './numbers';
import { STYLE } from './style';
import { nameOf, table, USAGE_COLUMNS } from './tables';

/** Most lines of a chart; more cannot be told apart. */
const MOST_SERIES = 6;
const MOST_BARS = 12;
const MOST_ROWS = 20;
const REST = 'Others';

/** @returns the file's text, UTF-8 */
export async function renderPage(data: PageData): Promise<string> {
	const body = data.totals === null ? empty(data) : await full(data, data.totals);
	return html`<!doctype html>
		<html lang="en">
			<head>
				<meta charset="utf-8" />
				<meta name="viewport" content="width=device-width, initial-scale=1" />
				<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
				<title>LLM Router Report: ${data.range}</title>
				<style>
					${STYLE}
				</style>
			</head>
			<body>
				<main>
					<header>
						<h1>LLM Router Report</h1>
						<p class="soft">${data.range} · days of ${data.timeZone} · made ${writtenTime(data)}</p>
					</header>
					${data.notices.map((notice) => html`<p class="notice">${notice}</p>`)} ${body}
				</main>
			</body>
		</html> `.source;
}

function empty({ range }: PageData): Html {
	return html`<p class="notice">
		No request was recorded: ${range.toLowerCase()}. Run a workflow with the Smart LLM Router, or choose a
		longer Range.
	</p>`;
}

async function full(data: PageData, totals: UsageRow): Promise<Html> {
	return html`${figures(totals)}
		<div class="grid">
			${await spendSection(data)} ${await savedSection(data)} ${await outcomeSection(data)}
			${await latencySection(data)} ${await barSection('Routes', 'route', data.routes)}
			${await barSection('Tasks', 'task', data.tasks.map(inTaskWords))}
			<section class="full">
				<h2>Models</h2>
				${usageTable('What each model answered and cost', 'Model', 'model', dearestFirst(data.models))}
			</section>
			${data.endings.length > 0 && endingSection(data.endings)}
			${data.budgets.length > 0 && budgetSection(data.budgets)} ${failureSection(data.failures)}
		</div>`;
}

function figures(totals: UsageRow): Html {
	const { requests, answered, fallbacks, costUsd, baselineCostUsd, savedUsd, unknownCostRequests } = totals;
	const unpriced = unknownCostRequests > 0 && `${count(unknownCostRequests)} of unknown price`;
	const one = (name: string, value: string, note: string | false): Html =>
		html`<div>
			<dt>${name}</dt>
			<dd>${value}</dd>
			${note && html`<dd class="note">${note}</dd>`}
		</div>`;
	return html`<dl class="figures">
		${one('Requests', count(requests), false)}
		${one('Answered', share(answered + fallbacks, requests), `${count(fallbacks)} by another model`)}
		${one('Cost', money(costUsd), unpriced)}
		${one('Saved', money(savedUsd), baselineCostUsd === null ? false : `against ${money(baselineCostUsd)} with the best model`)}
		${one('Median Time', duration(totals.p50Ms), `19 of 20 within ${duration(totals.p95Ms)}`)}
		${one('Tokens', count(totals.inputTokens + totals.outputTokens), `${count(totals.outputTokens)} of them written`)}
	</dl>`;
}

async function spendSection({ days, daysAndModels }: PageData): Promise<Html> {
	const names = dayNames(days);
	const models = ranked(daysAndModels, 'model');
	const series = models.map((model, place): Series => {
		const values = names.map((day) =>
			daysAndModels
				.filter(
					(row) =>
						row.day === day &&
						(model === REST ? !models.includes(nameOf(row.model)) : nameOf(row.model) === model),
				)
				.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0),
		);
		return { name: model, values, color: `var(--c${place + 1})` };
	});
	const label = `Spend by day and model: ${models.join(', ')}`;
	return await chartSection('Spend by Day and Model', days, {
		kind: 'stacked',
		categories: shortDays(names),
		series,
		format: money,
		label,
	});
}

function dearestFirst(rows: readonly UsageRow[]): UsageRow[] {
	return [...rows].sort((a, b) => (b.costUsd ?? 0) - (a.costUsd ?? 0));
}

/** The most expensive by name, the others together. */
function ranked(rows: readonly UsageRow[], key: GroupBy): string[] {
	const sums = new Map<string, number>();
	for (const row of rows) sums.set(nameOf(row[key]), (sums.get(nameOf(row[key])) ?? 0) + (row.costUsd ?? 0));
	const names = [...sums].sort((a, b) => b[1] - a[1]).map(([name]) => name);
	return names.length <= MOST_SERIES ? names : [...names.slice(0, MOST_SERIES), REST];
}

async function savedSection({ days }: PageData): Promise<Html> {
	return await chartSection('Saved Against the Best Model', days, {
		kind: 'stacked',
		categories: shortDays(dayNames(days)),
		series: [
			{ name: 'Cost', values: days.map(({ costUsd }) => costUsd ?? 0), color: 'var(--c1)' },
			...savedSeries(days),
		],
		format: money,
		label: 'Cost and savings by day, together what the best model would have cost',
	});
}

/** By kind, where not all was saved by cheaper models. */
function savedSeries(days: PageData['days']): Series[] {
	const kinds = [
		{ name: 'Saved by prompt caches', key: 'savedByPromptCacheUsd', color: 'var(--c2)' },
		{ name: 'Saved by cheaper tiers', key: 'savedByTierUsd', color: 'var(--c4)' },
		{ name: 'Saved by remembered answers', key: 'savedByAnswerCacheUsd', color: 'var(--c5)' },
	] as const;
	const shown = kinds.filter(({ key }) => days.some((day) => (day[key] ?? 0) > 0));
	const byOthers = (day: UsageRow) => kinds.reduce((sum, { key }) => sum + (day[key] ?? 0), 0);
	return [
		{
			name: shown.length > 0 ? 'Saved by another model' : 'Saved',
			values: days.map((day) => Math.max(0, (day.savedUsd ?? 0) - byOthers(day))),
			color: 'var(--c3)',
		},
		...shown.map(({ name, key, color }) => ({
			name,
			values: days.map((day) => Math.max(0, day[key] ?? 0)),
			color,
		})),
	];
}

async function outcomeSection({ days }: PageData): Promise<Html> {
	const by = (name: string, key: 'answered' | 'fallbacks' | 'failed', color: string): Series => ({
		name,
		values: days.map((day) => day[key]),
		color,
	});
	return await chartSection('Outcomes', days, {
		kind: 'stacked',
		categories: shortDays(dayNames(days)),
		series: [
			by('Answered', 'answered', 'var(--c3)'),
			by('Fallback', 'fallbacks', 'var(--c5)'),
			by('Failed', 'failed', 'var(--bad)'),
		],
		format: count,
		label: 'Requests by day: answered, answered by another model, failed',
	});
}

async function latencySection({ days }: PageData): Promise<Html> {
	return await chartSection('Time to the Answer', days, {
		kind: 'lines',
		categories: shortDays(dayNames(days)),
		series: [
			{ name: 'Median', values: days.map(({ p50Ms }) => p50Ms), color: 'var(--c1)' },
			{ name: '95th percentile', values: days.map(({ p95Ms }) => p95Ms), color: 'var(--c2)' },
		],
		format: duration,
		label: 'Median and 95th percentile of the time to the whole answer, by day',
	});
}

async function chartSection(title: string, days: readonly UsageRow[], chart: Chart): Promise<Html> {
	const columns = [
		{ head: 'Day', cell: (day: number) => nameOf(days[day].day) },
		...chart.series.map(({ name, values }) => ({
			head: name,
			cell: (day: number) => (values[day] === null ? '–' : chart.format(values[day])),
		})),
	];
	const rows = days.map((_, index) => index);
	return html`<section>
		<h2>${title}</h2>
		<ul class="legend">
			${chart.series.map(({ name, color }) => html`<li><i style="background:${color}"></i>${name}</li>`)}
		</ul>
		<div role="img" aria-label="${chart.label}">${await draw(chart)}</div>
		<details>
			<summary>As a table</summary>
			${table(title, columns, rows)}
		</details>
	</section>`;
}

async function barSection(title: string, key: GroupBy, rows: readonly UsageRow[]): Promise<Html> {
	const shown = [...rows].sort((a, b) => b.requests - a.requests).slice(0, MOST_BARS);
	const chart: Chart = {
		kind: 'bars',
		categories: shown.map((row) => nameOf(row[key])),
		series: [{ name: 'Requests', values: shown.map(({ requests }) => requests), color: 'var(--c1)' }],
		format: count,
		label: `Requests by ${key}: ${shown.map((row) => `${nameOf(row[key])} ${count(row.requests)}`).join(', ')}`,
	};
	return html`<section>
		<h2>${title}</h2>
		<div role="img" aria-label="${chart.label}">${await draw(chart)}</div>
		<details>
			<summary>As a table</summary>
			${usageTable(`Usage by ${key}`, title.slice(0, -1), key, rows)}
		</details>
	</section>`;
}

function usageTable(caption: string, head: string, key: GroupBy, rows: readonly UsageRow[]): Html {
	const first = { head, cell: (row: UsageRow) => nameOf(row[key]) };
	const more = rows.length > MOST_ROWS && html`<p class="soft">and ${rows.length - MOST_ROWS} more</p>`;
	return html`${table(caption, [first, ...USAGE_COLUMNS], rows.slice(0, MOST_ROWS))}${more}`;
}

function budgetSection(budgets: readonly BudgetRow[]): Html {
	const used = ({ spentUsd, limitUsd }: BudgetRow) => Math.min(100, Math.round((100 * spentUsd) / limitUsd));
	const bar = (row: BudgetRow): Html =>
		html`<div class="bar"><i${used(row) >= 80 && html` class="full"`} style="width:${used(row)}%"></i></div>`;
	// Few columns, so that a phone shows them all.
	const columns = [
		{
			head: 'Budget',
			cell: ({ scope, period }: BudgetRow) => html`${nameOf(scope)} <span class="soft">${PER[period]}</span>`,
		},
		{
			head: 'Spent',
			cell: ({ spentUsd, limitUsd }: BudgetRow) => `${money(spentUsd)} of ${money(limitUsd)}`,
		},
		{ head: 'Used', cell: (row: BudgetRow) => html`${share(row.spentUsd, row.limitUsd)}${bar(row)}` },
	];
	const more = budgets.length > MOST_ROWS && html`<p class="soft">and ${budgets.length - MOST_ROWS} more</p>`;
	return html`<section class="full">
		<h2>Budgets</h2>
		${table('What is spent of each budget in its present period', columns, budgets.slice(0, MOST_ROWS))}${more}
	</section>`;
}

function failureSection(failures: readonly FailureGroup[]): Html {
	if (failures.length === 0)
		return html`<section class="full">
			<h2>Failures</h2>
			<p>None. Every request was answered.</p>
		</section>`;
	const columns = [
		{
			head: 'Failure',
			cell: ({ category }: FailureGroup) =>
				html`${CONDUCT[category].label}<br /><span class="soft">${CONDUCT[category].remedy}</span>`,
		},
		{ head: 'Model', cell: ({ model }: FailureGroup) => nameOf(model), words: true },
		{ head: 'Requests', cell: ({ requests }: FailureGroup) => count(requests) },
	];
	return html`<section class="full">
		<h2>Top Failures</h2>
		${table('Requests that nobody answered', columns, failures.slice(0, MOST_BARS))}
	</section>`;
}

/** `business_writing` as the panel calls it: Business Writing. */
function inTaskWords(row: UsageRow): UsageRow {
	return { ...row, task: taskLabel(row.task ?? null) };
}

function dayNames(days: readonly UsageRow[]): string[] {
	return days.map(({ day }) => nameOf(day));
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `2026-10-05` → `5 Oct` */
function shortDays(days: readonly string[]): string[] {
	return days.map((day) => {
		const [, month, date] = day.split('-').map(Number);
		return month >= 1 && month <= 12 ? `${date} ${MONTHS[month - 1]}` : day;
	});
}

function writtenTime({ madeAt, timeZone }: PageData): string {
	return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
		madeAt,
	);
}
