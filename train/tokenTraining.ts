/**
 * Rebuilds the token estimate's weights (`router/text/tokenWeights.ts`): what each group of three characters of a word adds to
 * the tokens that o200k_base cuts it into.
 *
 *     npx tsx train/tokenTraining.ts --data <folder with dev/> [--check]
 *
 * `--check` leaves every fifth text out and prints by language how far the estimate is off on those.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { encode } from 'gpt-tokenizer/cjs/encoding/o200k_base';
import {
	readCorpus,
	readLanguagePackages,
	readOutcomes,
	readRows,
	readTasks,
	type LanguageRow,
} from './data';
import { hashOf, seeded, shuffle } from './random';
import {
	estimateWith,
	groupsOf,
	TOKEN_LOWEST,
	TOKEN_ROWS,
	TOKEN_STEPS,
	TOKEN_ZERO,
	wordsOf,
} from '../router/text/tokens';

export interface Text {
	text: string;
	lang: string;
	held: boolean;
}

/** The highest that one character of the file can say. */
const MOST_STEP = 88;
const EPOCHS = 12;
const RATE = 0.25;
const PULL = 2e-4;
/** How often a word counts at most, by its share among the words of its language. */
const MOST_WEIGHT = 40;
/** Every language counts alike, but for English, code and what people ask in their own words, which most prompts are. */
const SHARES: Readonly<Record<string, number>> = { en: 4, code: 2, es: 2 };

const SOURCES = [
	'router/classify/local/features.ts',
	'router/text/tokens.ts',
	'router/walk/walk.ts',
	'train/data.ts',
];

export function readTexts(folder: string): Text[] {
	const rows = [
		...readRows<LanguageRow>(folder, 'language').map(({ text, lang }) => ({ text, lang })),
		...readLanguagePackages().map(({ text, lang }) => ({ text, lang })),
		...readCorpus().map(({ prompt, lang }) => ({ text: prompt, lang })),
		...readTasks(folder).map(({ prompt }) => ({ text: prompt, lang: 'en' })),
		...[...readOutcomes(folder).values()]
			.flat()
			.filter((_, i) => i % 5 === 0)
			.map(({ prompt }) => ({ text: prompt, lang: 'en' })),
		...SOURCES.flatMap((file) =>
			readFileSync(join(__dirname, '..', file), 'utf8')
				.split('\n\n')
				.map((text) => ({ text, lang: 'code' })),
		),
	];
	return rows.map((row) => ({ ...row, held: hashOf(row.text) % 5 === 0 }));
}

interface Word {
	groups: Int32Array;
	tokens: number;
	weight: number;
}

/** Each word of each language once, as often as it occurs there. Most words stand behind a space, which is theirs. */
function countWords(texts: readonly Text[]): Word[] {
	const languages = new Map<string, Map<string, number>>();
	for (const { text, lang } of texts) {
		const counts = languages.get(lang) ?? new Map<string, number>();
		languages.set(lang, counts);
		for (const [from, to] of wordsOf(text)) {
			const before = from > 0 && text[from - 1] === ' ' ? ' ' : '';
			const word = before + text.slice(from, to);
			counts.set(word, (counts.get(word) ?? 0) + 1);
		}
	}
	return [...languages].flatMap(([lang, counts]) => {
		const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
		return [...counts].map(([word, count]) => {
			const bare = word.trimStart();
			return {
				groups: Int32Array.from(groupsOf(bare, 0, bare.length)),
				tokens: encode(word).length,
				weight: Math.min(MOST_WEIGHT, ((SHARES[lang] ?? 1) * 5_000 * count) / all),
			};
		});
	});
}

/** By stochastic gradient descent on the squared error; a word is one token at least. */
export function trainTokens(texts: readonly Text[]): Float32Array {
	const words = countWords(texts);
	const weights = new Float32Array(TOKEN_ROWS).fill(0.2);
	const random = seeded(5);
	for (let epoch = 0; epoch < EPOCHS; epoch++) {
		shuffle(words, random);
		const rate = RATE * (1 - epoch / EPOCHS) + RATE / 50;
		for (const { groups, tokens, weight } of words) {
			let sum = 0;
			for (const group of groups) sum += weights[group];
			const off = sum - tokens;
			// Below one token nothing is off where one is right.
			if (tokens === 1 && off < 0) continue;
			const step = (rate * Math.min(1, weight) * off) / groups.length;
			for (const group of groups) weights[group] -= step + PULL * rate * weights[group];
		}
	}
	// Chosen with `--check`: as many languages a little above as below.
	return weights.map((weight) => weight * 0.98);
}

export function encodeTokenWeights(weights: Float32Array): string {
	let text = '';
	for (const weight of weights) {
		const step = Math.round(weight * TOKEN_STEPS) + TOKEN_ZERO;
		const code = TOKEN_LOWEST + Math.max(0, Math.min(MOST_STEP, step));
		// Neither a backslash nor a quote, so that the file reads as it is.
		text += String.fromCharCode(code === 92 || code === 96 || code === 39 ? code + 1 : code);
	}
	return text;
}

function check(texts: readonly Text[], weights: Float32Array): void {
	const ratios = new Map<string, number[]>();
	const waiting = new Map<string, string>();
	for (const { text, lang, held } of texts) {
		if (!held) continue;
		// Pages of some 1,000 characters: what is a sentence off evens out in what a request holds.
		const page = `${waiting.get(lang) ?? ''}${text}\n`;
		if (page.length < 1_000) {
			waiting.set(lang, page);
			continue;
		}
		waiting.set(lang, '');
		const list = ratios.get(lang) ?? [];
		ratios.set(lang, list);
		list.push(estimateWith(weights, page) / encode(page).length);
	}
	for (const [lang, list] of [...ratios].sort()) {
		list.sort((a, b) => a - b);
		const at = (share: number) => list[Math.floor(share * (list.length - 1))].toFixed(2);
		console.log(
			`${lang} ${list.length} pages: lowest ${at(0)}, 5 % ${at(0.05)}, median ${at(0.5)}, 95 % ${at(0.95)}, highest ${at(1)}`,
		);
	}
}

if (require.main === module) {
	const { values } = parseArgs({ options: { data: { type: 'string' }, check: { type: 'boolean' } } });
	if (values.data === undefined) {
		console.error('Name the folder of the data: npx tsx train/tokenTraining.ts --data <folder> [--check]');
		process.exitCode = 1;
	} else {
		const texts = readTexts(join(values.data, 'dev'));
		if (values.check) check(texts, trainTokens(texts.filter(({ held }) => !held)));
		else {
			const file = join(__dirname, '../router/text/tokenWeights.ts');
			const weights = encodeTokenWeights(trainTokens(texts));
			writeFileSync(
				file,
				`/** Made by \`train/tokenTraining.ts\`. */\nexport const TOKEN_WEIGHTS =\n\t'${weights}';\n`,
			);
		}
	}
}
