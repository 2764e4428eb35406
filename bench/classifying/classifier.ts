/**
 * Measures the local classifier on a folder of gzipped JSON lines:
 *
 *     npx tsx bench/classifying/classifier.ts <folder> [--errors]
 *
 * The folder may hold `task`, `language`, `injection`, `personal-data` and `routing-*` files; what it lacks
 * is left out. `--errors` prints what tasks are mistaken for. Speed is measured on texts made here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { containsPromptInjection } from '../../router/guardrails/injection/injection';
import { createLocalClassifier } from '../../router/classify/classify';
import { inspectNow } from '../../router/guardrails/guardrails';
import { findPersonalData } from '../../router/guardrails/personalData/personalData';
import { estimateTokens } from '../../router/text/tokens';
import { apgr } from '../measures/apgr';
import { readCorpus } from '../../train/data';
import { hostileTexts } from '../../test/router/classify/hostileTexts';

const classifier = createLocalClassifier(inspectNow);
const classify = (text: string) => classifier.classify({ text, attachments: [] });
const percent = (part: number, whole: number) =>
	whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;

function readRows<Row>(folder: string, name: string): Row[] {
	const file = join(folder, `${name}.jsonl.gz`);
	if (!existsSync(file)) return [];
	return gunzipSync(readFileSync(file))
		.toString('utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as Row);
}

function measureTasks(folder: string, withErrors: boolean): void {
	const rows = readRows<{ prompt: string; label: string; dataset: string }>(folder, 'task');
	if (rows.length === 0) return;
	const tally = new Map<string, { right: number; all: number; named: number }>();
	const datasets = new Map<string, { right: number; all: number }>();
	const mistakes = new Map<string, number>();
	const bands = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.01].map((below) => ({ below, right: 0, all: 0 }));
	const of = (label: string) => {
		const entry = tally.get(label) ?? { right: 0, all: 0, named: 0 };
		tally.set(label, entry);
		return entry;
	};
	for (const { prompt, label, dataset } of rows) {
		const { task, confidence } = classify(prompt);
		const right = task === label ? 1 : 0;
		of(label).all++;
		of(task).named++;
		of(label).right += right;
		const set = datasets.get(dataset) ?? { right: 0, all: 0 };
		datasets.set(dataset, { right: set.right + right, all: set.all + 1 });
		const band = bands.find(({ below }) => confidence < below);
		if (band !== undefined) {
			band.all++;
			band.right += right;
		}
		if (!right) mistakes.set(`${label} → ${task}`, (mistakes.get(`${label} → ${task}`) ?? 0) + 1);
	}
	const right = [...tally.values()].reduce((sum, entry) => sum + entry.right, 0);
	const scores = [...tally.values()]
		.filter(({ all }) => all > 0)
		.map((entry) => (2 * entry.right) / (entry.all + entry.named));
	const macro = scores.reduce((sum, score) => sum + score, 0) / scores.length;
	console.log(`task: ${percent(right, rows.length)} of ${rows.length}, macro-F1 ${macro.toFixed(3)}`);
	for (const [label, entry] of tally)
		console.log(`  ${label}: ${percent(entry.right, entry.all)} of ${entry.all}`);
	for (const [dataset, entry] of datasets)
		console.log(`  from ${dataset}: ${percent(entry.right, entry.all)} of ${entry.all}`);
	for (const band of bands)
		console.log(`  confidence below ${band.below}: ${percent(band.right, band.all)} right of ${band.all}`);
	if (!withErrors) return;
	for (const [mistake, count] of [...mistakes].sort((a, b) => b[1] - a[1]).slice(0, 25))
		console.log(`  ${count} × ${mistake}`);
}

function measureLanguages(folder: string): void {
	const rows = readRows<{ text: string; lang: string; dataset: string }>(folder, 'language');
	const kinds = new Map<string, { right: number; all: number }>();
	for (const { text, lang, dataset } of rows) {
		const kind = kinds.get(dataset) ?? { right: 0, all: 0 };
		kind.all++;
		if (classify(text).language === lang) kind.right++;
		kinds.set(dataset, kind);
	}
	for (const [kind, { right, all }] of kinds)
		console.log(`language, ${kind}: ${percent(right, all)} of ${all}`);
}

function measureRouting(folder: string): void {
	const names = readdirSync(folder)
		.filter((name) => name.startsWith('routing-') && name.endsWith('.jsonl.gz'))
		.map((name) => name.slice(0, -'.jsonl.gz'.length));
	const areas: number[] = [];
	for (const name of names) {
		const rows = readRows<{ prompt: string; strong_score: number; weak_score: number }>(folder, name);
		const outcomes = (score: (prompt: string) => number) =>
			rows.map((row) => ({ score: score(row.prompt), strong: row.strong_score, weak: row.weak_score }));
		const complexity = outcomes((prompt) => classify(prompt).complexity);
		const area = apgr(complexity);
		areas.push(area);
		const byLength = apgr(outcomes((prompt) => prompt.length));
		const mean = complexity.reduce((sum, { score }) => sum + score, 0) / rows.length;
		const needed = rows.filter((row) => row.weak_score < row.strong_score).length / rows.length;
		console.log(
			`${name}: APGR ${area.toFixed(3)} (length alone ${byLength.toFixed(3)}) over ${rows.length}; mean complexity ${mean.toFixed(2)}, needed the strong model ${needed.toFixed(2)}`,
		);
	}
	if (areas.length > 0)
		console.log(`routing: mean APGR ${(areas.reduce((a, b) => a + b, 0) / areas.length).toFixed(3)}`);
}

/** Names of the marked spans that the finder looks for. */
const FOUND_KINDS: Record<string, string> = {
	EMAIL_ADDRESS: 'email',
	PHONE_NUMBER: 'phone',
	CREDIT_CARD: 'card',
	IBAN_CODE: 'iban',
	IP_ADDRESS: 'ip',
};

function measurePersonalData(folder: string): void {
	const rows = readRows<{ text: string; spans: Array<[number, number, string]> }>(folder, 'personal-data');
	const recall = new Map<string, { found: number; all: number }>();
	let clean = 0;
	let alarms = 0;
	for (const { text, spans } of rows) {
		const found = findPersonalData(text);
		const marked = spans.filter(([, , kind]) => kind in FOUND_KINDS);
		for (const [start, end, kind] of marked) {
			const entry = recall.get(kind) ?? { found: 0, all: 0 };
			entry.all++;
			if (found.some((span) => span.start < end && span.end > start)) entry.found++;
			recall.set(kind, entry);
		}
		if (marked.length > 0) continue;
		clean++;
		if (found.length > 0) alarms++;
	}
	for (const [kind, { found, all }] of recall)
		console.log(`personal data, ${kind}: found ${percent(found, all)} of ${all}`);
	if (clean > 0)
		console.log(
			`personal data: false alarms ${percent(alarms, clean)} of ${clean} texts without any of these`,
		);
}

function measureInjection(folder: string): void {
	const rows = readRows<{ prompt: string; label: number | string; dataset: string }>(folder, 'injection');
	const sets = new Map<string, { flagged: number; all: number; label: number }>();
	for (const { prompt, label, dataset } of rows) {
		// One set may hold attacks and harmless texts.
		const key = `${dataset}, ${Number(label) === 1 ? 'attacks' : 'benign'}`;
		const entry = sets.get(key) ?? { flagged: 0, all: 0, label: Number(label) };
		entry.all++;
		if (containsPromptInjection(prompt)) entry.flagged++;
		sets.set(key, entry);
	}
	for (const [set, { flagged, all, label }] of sets) {
		console.log(
			`injection, ${set}: ${label === 1 ? 'found' : 'false alarms'} ${percent(flagged, all)} of ${all}`,
		);
	}
	const benign = [...sets.values()].filter(({ label }) => label === 0);
	const sum = (key: 'flagged' | 'all') => benign.reduce((total, entry) => total + entry[key], 0);
	if (benign.length > 0)
		console.log(`injection: false alarms ${percent(sum('flagged'), sum('all'))} of ${sum('all')} benign`);
}

function timed(run: () => void): number {
	const start = performance.now();
	run();
	return performance.now() - start;
}

const median = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

function measureSpeed(folder: string): void {
	const prompts = readRows<{ prompt: string }>(folder, 'task').map(({ prompt }) => prompt);
	const samples = prompts.filter((prompt) => prompt.length > 3_000 && prompt.length < 5_000);
	const fourKilobytes = samples.length > 0 ? samples : hostileTexts(4_000).map(({ text }) => text);
	for (let round = 0; round < 20; round++) for (const prompt of fourKilobytes.slice(0, 50)) classify(prompt);
	const times = fourKilobytes.flatMap((prompt) => [1, 2, 3].map(() => timed(() => void classify(prompt))));
	console.log(`speed: 4 kB prompts median ${median(times).toFixed(3)} ms over ${fourKilobytes.length}`);
	const short = prompts.filter((prompt) => prompt.length < 4_000).slice(0, 2_000);
	const shortTimes = short.map((prompt) => timed(() => void classify(prompt))).sort((a, b) => a - b);
	if (short.length > 0) {
		const at = (q: number) => shortTimes[Math.floor(q * (shortTimes.length - 1))].toFixed(3);
		console.log(`speed: prompts under 4 kB median ${at(0.5)} ms, 99th percentile ${at(0.99)} ms`);
	}
	measureThroughput();
	for (const { name, text } of hostileTexts(1_000_000)) {
		classify(text);
		const all = Math.min(...[1, 2, 3, 4, 5].map(() => timed(() => void classify(text))));
		const parts = [findPersonalData, containsPromptInjection, estimateTokens].map((part) =>
			timed(() => void part(text)).toFixed(1),
		);
		console.log(
			`speed: 1 MB of ${name}, best of 5: ${all.toFixed(1)} ms (personal data, injection, tokens: ${parts.join(', ')})`,
		);
	}
}

const MIXED_PROMPTS = 10_000;

/** Our own corpus over and over, every tenth prompt with a page of another one pasted below it. */
function measureThroughput(): void {
	const corpus = readCorpus().map(({ prompt }) => prompt);
	const prompts = Array.from({ length: MIXED_PROMPTS }, (_, i) => {
		const prompt = corpus[(i * 7_919) % corpus.length];
		return i % 10 === 0 ? `${prompt}\n\n${corpus[(i * 13) % corpus.length].repeat(8)}` : prompt;
	});
	const rates = [1, 2, 3, 4, 5].map(() => {
		const start = process.threadCpuUsage();
		for (const prompt of prompts) classify(prompt);
		const { user, system } = process.threadCpuUsage(start);
		return MIXED_PROMPTS / ((user + system) / 1e6);
	});
	const characters = prompts.reduce((sum, { length }) => sum + length, 0) / MIXED_PROMPTS;
	console.log(
		`speed: ${MIXED_PROMPTS} mixed prompts of ${characters.toFixed(0)} characters on average: ${Math.max(...rates).toFixed(0)} a second on one core (best of 5, this thread's own time)`,
	);
}

const folder = process.argv[2];
if (folder === undefined || !existsSync(folder)) {
	console.error('Name the folder of the data: npx tsx bench/classifying/classifier.ts <folder> [--errors]');
	process.exit(1);
}
console.log(
	`first prompt: ${timed(() => void classify('Hello, what is the capital of France?')).toFixed(0)} ms`,
);
measureTasks(folder, process.argv.includes('--errors'));
measureLanguages(folder);
measureRouting(folder);
measurePersonalData(folder);
measureInjection(folder);
measureSpeed(folder);
