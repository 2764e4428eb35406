/** Short prompts of the corpus with a page of something else pasted below, above or around which they stand; what is asked stays. */
import { TASKS, type Task } from '../router/types';
import { readCorpus, readOutcomes, readRows, type LanguageRow, type TaskRow } from './data';
import { pick, seeded, shuffle, type Random } from './random';

const PER_TASK = 110;
/** Nobody makes small talk around a document, or seldom. */
const PER_TASK_OF: Partial<Record<Task, number>> = { chitchat: 40 };
const LONGEST_BASE = 220;

/** Pieces of what people paste, by kind: sentences in many languages, mails, letters, exam questions, code. */
function readPieces(folder: string): string[][] {
	const sentences = new Map<string, string[]>();
	for (const { text, lang, dataset } of readRows<LanguageRow>(folder, 'language'))
		if (dataset === 'lingua_sentences') sentences.set(lang, [...(sentences.get(lang) ?? []), text]);
	const mails = readRows<{ prompt: string; label: number | string }>(folder, 'injection')
		.filter(({ label }) => Number(label) === 0)
		.map(({ prompt }) => prompt);
	const letters = readRows<{ text: string }>(folder, 'personal-data').map(({ text }) => text);
	const outcomes = readOutcomes(folder);
	const of = (set: string) => (outcomes.get(set) ?? []).map(({ prompt }) => prompt);
	const code = of('ze_crux').map((prompt) => prompt.split('[PYTHON]')[1]?.split('[/PYTHON]')[0] ?? prompt);
	const english = sentences.get('en') ?? [];
	return [...sentences.values(), english, english, mails, mails, letters, letters, of('gsm8k'), code].filter(
		(kind) => kind.length > 0,
	);
}

/** The pasted text in one of the forms in which texts arrive. */
function dress(pieces: readonly string[], random: Random): string {
	const dice = random();
	if (dice < 0.35) return pieces.join(random() < 0.5 ? '\n\n' : ' ');
	if (dice < 0.45) return pieces.join('\n').replace(/^/gm, '> ');
	if (dice < 0.55) return `"""\n${pieces.join('\n')}\n"""`;
	if (dice < 0.63) return `<text>\n${pieces.join('\n')}\n</text>`;
	if (dice < 0.72)
		return JSON.stringify(
			pieces.map((text, id) => ({ id, text })),
			null,
			2,
		);
	if (dice < 0.8) return `<div>\n${pieces.map((piece) => `<p>${piece}</p>`).join('\n')}\n</div>`;
	if (dice < 0.88)
		return `id;text;n\n${pieces.map((piece, i) => `${i};${piece.replaceAll('\n', ' ')};${piece.length}`).join('\n')}`;
	return pieces.map((piece, i) => `[${8 + i}:15] ${i % 2 ? 'Sam' : 'Kim'}: ${piece}`).join('\n');
}

export function makeLongRows(folder: string): TaskRow[] {
	const random = seeded(23);
	const kinds = readPieces(folder);
	const short = shuffle(
		readCorpus().filter(({ prompt }) => prompt.length <= LONGEST_BASE),
		random,
	);
	return TASKS.flatMap((task) =>
		short
			.filter(({ label }) => label === task)
			.slice(0, PER_TASK_OF[task] ?? PER_TASK)
			.map(({ prompt, label, group }) => {
				const kind = pick(kinds, random);
				const pieces = [pick(kind, random)];
				const size = 500 + 2_500 * random();
				while (pieces.join('').length < size) pieces.push(pick(kind, random));
				const text = dress(pieces, random);
				const gap = random() < 0.75 ? '\n\n' : '\n';
				const place = random();
				const whole =
					place < 0.45
						? `${prompt}${gap}${text}`
						: place < 0.85
							? `${text}${gap}${prompt}`
							: `Hi,${gap}${text}${gap}${prompt}`;
				return { prompt: whole, label, dataset: 'long', group };
			}),
	);
}
