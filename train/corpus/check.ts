/**
 * Checks the corpus: every row has its shape, none is the same as another or nearly so, and the counts are printed
 * that the README of this folder quotes. Exit code 1 on a bad row, a repeated prompt or a near-duplicate.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { LEVELS, TASKS } from '../../router/types/classification';

const Row = z
	.object({
		prompt: z.string().trim().min(1).max(6000),
		label: z.enum(TASKS),
		level: z.enum(LEVELS),
		lang: z.string().regex(/^[a-z]{2}$/),
	})
	.strict();
type Row = z.infer<typeof Row>;

interface Place {
	file: string;
	line: number;
}

/** Share of the shorter prompt's 5-grams found in the other from which two prompts count as the same. */
const NEAR = 0.6;
/** Prompts with fewer 5-grams than this share them by chance; for those only equality counts. */
const FEWEST_GRAMS = 4;
/** Texts without spaces between words are compared by characters: about as much text as five words. */
const GRAM_OF_CHARACTERS = 10;

const normalise = (text: string): string =>
	text
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[^\p{L}\p{N}]+/gu, ' ')
		.trim();

function grams(text: string): Set<string> {
	const plain = normalise(text);
	const found = new Set<string>();
	if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(plain)) {
		const characters = [...plain.replace(/ /g, '')];
		for (let at = 0; at + GRAM_OF_CHARACTERS <= characters.length; at++)
			found.add(characters.slice(at, at + GRAM_OF_CHARACTERS).join(''));
		return found;
	}
	const words = plain.split(' ');
	for (let at = 0; at + 5 <= words.length; at++) found.add(words.slice(at, at + 5).join(' '));
	return found;
}

function readRows(folder: string): { rows: (Row & Place)[]; faults: string[] } {
	const rows: (Row & Place)[] = [];
	const faults: string[] = [];
	for (const file of readdirSync(folder).sort()) {
		if (!file.endsWith('.jsonl')) continue;
		const lines = readFileSync(join(folder, file), 'utf8').split('\n');
		lines.forEach((text, index) => {
			if (text === '') return;
			const place = { file, line: index + 1 };
			try {
				rows.push({ ...Row.parse(JSON.parse(text)), ...place });
			} catch (error) {
				faults.push(`${file}:${place.line} ${error instanceof Error ? error.message : String(error)}`);
			}
		});
	}
	return { rows, faults };
}

function repeated(rows: readonly (Row & Place)[]): string[] {
	const faults: string[] = [];
	const name = (row: Place) => `${row.file}:${row.line}`;
	const seen = new Map<string, Place>();
	const holders = new Map<string, number[]>();
	const sizes: number[] = [];
	rows.forEach((row, index) => {
		const key = normalise(row.prompt);
		const earlier = seen.get(key);
		if (earlier) faults.push(`same: ${name(earlier)} ${name(row)}`);
		else seen.set(key, row);

		const own = grams(row.prompt);
		sizes.push(own.size);
		const overlaps = new Map<number, number>();
		for (const gram of own) {
			const list = holders.get(gram) ?? [];
			for (const other of list) overlaps.set(other, (overlaps.get(other) ?? 0) + 1);
			list.push(index);
			holders.set(gram, list);
		}
		if (earlier || own.size < FEWEST_GRAMS) return;
		for (const [other, overlap] of overlaps) {
			const smaller = Math.min(own.size, sizes[other] ?? 0);
			if (smaller >= FEWEST_GRAMS && overlap / smaller >= NEAR)
				faults.push(`near: ${name(rows[other] ?? row)} ${name(row)} (${(overlap / smaller).toFixed(2)})`);
		}
	});
	return faults;
}

function counts(rows: readonly Row[]): string {
	const languages = new Map<string, Map<string, number>>();
	for (const row of rows) {
		const labels = languages.get(row.lang) ?? new Map<string, number>();
		labels.set(row.label, (labels.get(row.label) ?? 0) + 1);
		languages.set(row.lang, labels);
	}
	const total = (labels: Map<string, number>) => [...labels.values()].reduce((sum, count) => sum + count, 0);
	const ordered = [...languages].sort((a, b) => total(b[1]) - total(a[1]));
	const cells = (head: string, values: (string | number)[]) =>
		head.padEnd(18) + values.map((value) => String(value).padStart(6)).join('');
	const lines = [cells('', [...ordered.map(([lang]) => lang), 'all'])];
	for (const label of TASKS) {
		const values = ordered.map(([, labels]) => labels.get(label) ?? 0);
		lines.push(cells(label, [...values, values.reduce((sum, count) => sum + count, 0)]));
	}
	lines.push(cells('all', [...ordered.map(([, labels]) => total(labels)), rows.length]));
	const share = (test: (row: Row) => boolean) =>
		`${((100 * rows.filter(test).length) / Math.max(rows.length, 1)).toFixed(1)} %`;
	lines.push(
		'',
		...(['simple', 'moderate', 'complex'] as const).map(
			(level) => `${level.padEnd(18)}${share((row) => row.level === level)}`,
		),
		`under 150          ${share((row) => row.prompt.length < 150)}`,
		`150 to 799         ${share((row) => row.prompt.length >= 150 && row.prompt.length < 800)}`,
		`800 and more       ${share((row) => row.prompt.length >= 800)}`,
	);
	return lines.join('\n');
}

const { rows, faults } = readRows(__dirname);
faults.push(...repeated(rows));
console.log(counts(rows));
console.log(faults.length === 0 ? '\nno faults' : `\n${faults.length} faults\n${faults.join('\n')}`);
process.exitCode = faults.length === 0 ? 0 : 1;
