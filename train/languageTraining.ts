/** Languages by their letters. */
import { GRAM_ROWS, readLetterGrams } from '../router/classify/reading/letterGrams';
import { LETTER_LANGUAGES } from '../router/classify/local/weights';
import type { LetterWeights } from '../router/classify/local/language';
import { readCorpus, readLanguagePackages, type LanguageRow } from './data';
import { quantise } from './quantise';
import { seeded, type Random } from './random';
import { balance, trainSoftmax, type Example } from './softmaxTraining';

const CORPUS_SHARE = 0.3;
/** Pieces of two to five words of every longer text: most prompts are no sentences. */
const PIECES = 3;

/** Each of these rows quotes one language and asks in another, or has few rows beside it in its language. */
const QUOTING_OTHERS = 'short-requests.jsonl';

export function trainLanguages(rows: readonly LanguageRow[]): LetterWeights {
	const random = seeded(2);
	const corpus = readCorpus()
		.filter(({ group }) => !group.endsWith(QUOTING_OTHERS))
		.filter(() => random() < CORPUS_SHARE)
		.map(({ prompt, lang }) => ({ text: prompt.slice(0, 300), lang, dataset: 'corpus' }));
	const examples = [...rows, ...corpus, ...readLanguagePackages()].flatMap((row) => encode(row, random));
	balance(examples, LETTER_LANGUAGES.length, 1);
	const model = trainSoftmax(examples, {
		columns: LETTER_LANGUAGES.length,
		tableRows: GRAM_ROWS,
		epochs: 8,
		rate: 0.06,
		tablePull: 1e-4,
		inputsPull: 0,
		smoothing: 0.03,
		seed: 2,
	});
	const { bytes, scale } = quantise(model.table, LETTER_LANGUAGES.length);
	return { letters: bytes, lettersScale: scale };
}

function encode({ text, lang }: LanguageRow, random: Random): Example[] {
	const label = LETTER_LANGUAGES.indexOf(lang);
	if (label < 0) return [];
	const texts = [text];
	const words = text.split(/\s+/);
	for (let piece = 0; words.length > 4 && piece < PIECES; piece++) {
		const length = 2 + Math.floor(random() * 4);
		const from = Math.floor(random() * (words.length - length));
		texts.push(words.slice(from, from + length).join(' '));
	}
	return texts
		.map((part) => {
			const bag = readLetterGrams(part);
			const rows = bag.rows.slice(0, bag.size);
			const values = new Float32Array(bag.size).fill(1 / Math.sqrt(Math.max(1, bag.size)));
			return { rows, values, inputs: new Float32Array(0), label, weight: 1 };
		})
		.filter(({ rows }) => rows.length > 0);
}
