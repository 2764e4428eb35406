/** Items as a table that people read. */
import Table from 'cli-table3';
import type { IDataObject } from 'n8n-workflow';

import { formatUsd } from '../../router/money/cost';
import type { Played, PlayedItem } from './play';

/** The part of the field `router` that is shown. */
interface RouterRecord {
	outcome: string;
	cached: boolean;
	route: string | null;
	model: string | null;
	classification: { task: string; complexity: number; level: string } | null;
	attempts: Array<{ model: string; outcome: string }>;
	usage: { totalTokens: number };
	costUsd: number | null;
	baselineCostUsd: number | null;
	savedUsd: number | null;
	ms: number;
}

const recordOf = ({ json }: PlayedItem): RouterRecord => json.router as unknown as RouterRecord;

/** Column, width in characters, alignment. */
const COLUMNS: ReadonlyArray<[string, number, 'left' | 'right']> = [
	['item', 26, 'left'],
	['task', 16, 'left'],
	['complexity', 13, 'left'],
	['route', 20, 'left'],
	['model', 11, 'left'],
	['outcome', 8, 'left'],
	['tokens', 6, 'right'],
	['cost', 9, 'right'],
	['saved', 10, 'right'],
	['time', 6, 'right'],
];

/** With a gap between columns: 134, which fits a terminal of 140. */
const WIDTH = COLUMNS.reduce((sum, [, width]) => sum + width + 1, -1);

/** Lines between rows and columns are left out: white space does it. */
const PLAIN = Object.fromEntries(
	(
		'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right ' +
		'left left-mid mid mid-mid right right-mid middle'
	)
		.split(' ')
		.map((part) => [part, '']),
);

/** The totals of one example, or of all. */
export interface Totals {
	items: number;
	answered: number;
	fallback: number;
	failed: number;
	/** USD; of items whose cost is known. */
	costUsd: number;
	/** USD; what the best model of the list would have cost for the answers that were given. */
	baselineUsd: number;
	savedUsd: number;
	unknownCosts: number;
}

export function tableOf({ items }: Played): string {
	const table = new Table({
		head: COLUMNS.map(([name]) => name),
		colWidths: COLUMNS.map(([, width]) => width + 1),
		colAligns: COLUMNS.map(([, , align]) => align),
		style: { 'padding-left': 0, 'padding-right': 1, head: [], border: [], compact: true },
		chars: PLAIN,
	});
	for (const item of items) table.push(cellsOf(item));
	const [head = '', ...rows] = table
		.toString()
		.split('\n')
		.map((line) => line.trimEnd());
	return [head, '─'.repeat(WIDTH), ...rows].join('\n');
}

function cellsOf(item: PlayedItem): string[] {
	const { classification, route, model, outcome, cached, usage, costUsd, savedUsd, ms } = recordOf(item);
	return [
		`${String(item.item).padStart(2)}  ${String(item.json.prompt).replace(/\s+/g, ' ')}`,
		classification?.task ?? '',
		classification ? `${classification.complexity.toFixed(2)} ${classification.level}` : '',
		route ?? '',
		model ?? '',
		cached ? 'cached' : outcome,
		usage.totalTokens === 0 ? '' : count(usage.totalTokens),
		usd(costUsd),
		savedUsd === null ? '' : usd(savedUsd),
		duration(ms),
	];
}

/** One line for every item that took more than one attempt, or got no answer. */
export function attemptLines({ items }: Played): string[] {
	return items
		.filter((item) => recordOf(item).attempts.length > 1 || item.json.error)
		.map((item) => {
			const tried = recordOf(item).attempts.map(({ model, outcome }) => `${model} ${words(outcome)}`);
			const { message = '' } = (item.json.error ?? {}) as IDataObject;
			const end = item.json.error ? ` → no answer. ${String(message)}` : '';
			return wrapped(`${String(item.item).padStart(2)}  ${tried.join(' → ')}${end}`, '    ');
		});
}

/** Breaks between words; further lines are indented. */
export function wrapped(text: string, indent: string): string {
	const lines = [''];
	for (const word of text.split(/(?<=\S) /)) {
		const line = lines.at(-1) ?? '';
		const longer = line === '' ? word : `${line} ${word}`;
		if (longer.length <= WIDTH) lines[lines.length - 1] = longer;
		else lines.push(indent + word);
	}
	return lines.join('\n');
}

export function totalsOf(items: readonly PlayedItem[]): Totals {
	const records = items.map(recordOf);
	const outcomes = (wanted: string) => records.filter(({ outcome }) => outcome === wanted).length;
	const sum = (part: 'costUsd' | 'baselineCostUsd' | 'savedUsd') =>
		records.reduce((total, record) => total + (record[part] ?? 0), 0);
	return {
		items: records.length,
		answered: outcomes('answered'),
		fallback: outcomes('fallback'),
		failed: outcomes('failed'),
		costUsd: sum('costUsd'),
		baselineUsd: sum('baselineCostUsd'),
		savedUsd: sum('savedUsd'),
		unknownCosts: records.filter(({ costUsd }) => costUsd === null).length,
	};
}

export function totalsLine(totals: Totals): string {
	const { items, answered, fallback, failed, costUsd, baselineUsd, savedUsd, unknownCosts } = totals;
	const share = baselineUsd > 0 ? ` (${Math.round((100 * Math.abs(savedUsd)) / baselineUsd)} %)` : '';
	return [
		`${items} items: ${answered} answered, ${fallback} fallback, ${failed} failed`,
		`cost ${usd(costUsd)}${unknownCosts > 0 ? `, unknown for ${unknownCosts}` : ''}`,
		`best model throughout ${usd(baselineUsd)}`,
		`${savedUsd < 0 ? 'spent more' : 'saved'} ${usd(Math.abs(savedUsd))}${share}`,
	].join(' · ');
}

/** USD as people read it. */
function usd(amount: number | null): string {
	return formatUsd(amount === null ? null : Math.round(amount * 1e9));
}

/** `950`, `1.2 k`. */
export function count(amount: number): string {
	return amount < 1000 ? String(amount) : `${(amount / 1000).toFixed(1)} k`;
}

/** `340 ms`, `3.4 s`. */
export function duration(ms: number): string {
	return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** `firstTokenTimeout` as people write it: `first token timeout`. */
function words(outcome: string): string {
	return outcome.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
