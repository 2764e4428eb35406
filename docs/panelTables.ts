/**
 * The tables of `panel.md`, made from the panels' own texts: `npx tsx docs/panelTables.ts` writes them anew. A test holds the
 * page to them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeProperties, INodePropertyCollection, INodePropertyOptions, INodeType } from 'n8n-workflow';

/** With its ending, as a loader takes `….node` for a library or finds the JSON beside it. */
function nodeOf(name: string): INodeType {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- an import may not have the ending
	const file = require(`../nodes/${name}/${name}.node.ts`) as Record<string, new () => INodeType>;
	return new file[name]();
}

const PAGE = join(__dirname, 'panel.md');
const NODES = ['SmartLlmRouter', 'SmartLlmRouterModel', 'LlmRouterReport'];
const BEGIN = '<!-- made by docs/panelTables.ts -->';

type Entry = INodePropertyOptions | INodeProperties | INodePropertyCollection;
interface Table {
	heading: string;
	rows: Array<[name: string, what: string, unless: string]>;
}

/** The page with its tables as the panels are now. */
export function panelPage(page = readFileSync(PAGE, 'utf8')): string {
	const intro = page.slice(0, page.indexOf(BEGIN) + BEGIN.length);
	const nodes = NODES.map(nodeOf);
	const parts = nodes.map(
		({ description: { displayName, properties } }) =>
			`## ${displayName}\n\n${tablesOf('', properties).map(inMarkdown).join('\n\n')}`,
	);
	return `${intro}\n\n${parts.join('\n\n')}\n`;
}

/** One for the list itself, then one for each list inside it. */
function tablesOf(heading: string, properties: readonly INodeProperties[]): Table[] {
	const shown = properties.filter(({ type }) => type !== 'notice' && type !== 'hidden' && type !== 'callout');
	const own: Table = { heading, rows: shown.map(rowOf) };
	const inner = shown.flatMap((property) => {
		const below = heading ? `${heading} → ${property.displayName}` : property.displayName;
		return fieldsOf(property).flatMap((fields) => tablesOf(below, fields));
	});
	return own.rows.length > 0 ? [own, ...inner] : inner;
}

function fieldsOf({ type, options = [] }: INodeProperties): INodeProperties[][] {
	if (type === 'collection') return [options.filter(isProperty)];
	if (type !== 'fixedCollection') return [];
	return options.filter(isCollection).map(({ values }) => values);
}

const isProperty = (entry: Entry): entry is INodeProperties => 'type' in entry;
const isCollection = (entry: Entry): entry is INodePropertyCollection => 'values' in entry;

function rowOf(property: INodeProperties): Table['rows'][number] {
	const choices = (property.options ?? []).filter((entry) => !isProperty(entry) && !isCollection(entry));
	const named =
		choices.length > 0 && choices.length <= 8 ? choices.map(({ name }) => `_${name}_`).join(', ') : '';
	const what = [property.hint ?? '', property.description ?? '', named && `Choices: ${named}.`]
		.filter(Boolean)
		.map(sentence);
	return [`**${property.displayName}**`, what.join(' '), defaultOf(property)];
}

function defaultOf({ type, default: value, options = [] }: INodeProperties): string {
	if (['collection', 'fixedCollection', 'filter', 'resourceLocator'].includes(type)) return '';
	// A longer text is an example to start from.
	if (value === '' || value === undefined || value === null || String(value).includes('\n')) return '';
	if (typeof value === 'boolean') return value ? 'on' : 'off';
	const nameOf = (one: unknown): string => {
		const choice = options.find((entry) => !isCollection(entry) && 'value' in entry && entry.value === one);
		return choice ? choice.name : `\`${String(one)}\``;
	};
	return Array.isArray(value) ? value.map(nameOf).join(', ') : nameOf(value);
}

/** Texts of the panel end without a full stop, and may hold HTML. */
function sentence(text: string): string {
	const plain = text
		.replace(/<br\s*\/?>/g, ' ')
		.replace(/<a [^>]*href="([^"]+)"[^>]*>(.*?)<\/a>/g, '[$2]($1)')
		.replace(/<[^>]+>/g, '')
		.replaceAll('|', '\\|')
		.replace(/\s+/g, ' ');
	return /[.!?]$/.test(plain) ? plain : `${plain}.`;
}

function inMarkdown({ heading, rows }: Table): string {
	const lines = rows.map((cells) => `| ${cells.join(' | ')} |`);
	const table = ['| parameter | what it is | unless you set it |', '| --- | --- | --- |', ...lines].join(
		'\n',
	);
	return heading ? `### ${heading}\n\n${table}` : table;
}

if (require.main === module) writeFileSync(PAGE, panelPage());
