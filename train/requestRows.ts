/**
 * Prompts made of our own requests (`requests/<task>.txt`, one a line) with topics and texts put in, so that the wording of a request decides:
 * `{t}` a topic, `{m}` a text to work on, `{n}` a number, `{l}` a language, `{w}` for whom, `{c}` a clause of a contract,
 * `{p}` somebody's trouble, `{s}` a rule of law, `{d}` a table, `{k}` code, `{v}` a verb, and with it `{b}`, `{f}`, `{i}` what is to be written, invented, advised.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TASKS, type Task } from '../router/types';
import { readOutcomes, readRows, type LanguageRow, type TaskRow } from './data';
import { pick, seeded, type Random } from './random';

const PER_TASK = 600;

/** Texts to work on, from rows that carry no task label: sentences, mails, questions without their answers. */
function readTexts(folder: string): string[] {
	const sentences = readRows<LanguageRow>(folder, 'language')
		.filter(({ lang, dataset }) => lang === 'en' && dataset === 'lingua_sentences')
		.flatMap(({ text }) => [text, text, text]);
	const mails = readRows<{ prompt: string; label: number | string }>(folder, 'injection')
		.filter(({ label }) => Number(label) === 0)
		.map(({ prompt }) => prompt);
	const letters = readRows<{ text: string }>(folder, 'personal-data').map(({ text }) => text);
	const questions = (readOutcomes(folder).get('mmlu') ?? [])
		.filter((_, i) => i % 10 === 0)
		.map(({ prompt }) => prompt.split('\nA.')[0]);
	return [...sentences, ...mails, ...letters, ...questions];
}

const FOLDER = join(__dirname, 'requests');

/** The lines of one of our files; `\\n` within a line stands for a line break. */
function readOwnLines(name: string): string[] {
	return readFileSync(join(FOLDER, `${name}.txt`), 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => line.replaceAll('\\n', '\n'));
}

export function makeRequestRows(folder: string, perTask = PER_TASK): TaskRow[] {
	const random = seeded(11);
	const texts = readTexts(folder);
	return TASKS.flatMap((label) => {
		const requests = readOwnLines(label);
		if (requests.length === 0) return [];
		return Array.from({ length: perTask }, (_, i) => {
			const request = requests[i % requests.length];
			const prompt = vary(fill(request, texts, random), label, random);
			return { prompt, label, dataset: 'requests', group: `${label} ${i % requests.length}` };
		});
	});
}

/** What the slots of a request are filled with, by the slot's letter; `{m}` and `{n}` are made. */
const SLOTS = Object.fromEntries(
	['t', 'w', 'l', 'c', 'p', 's', 'd', 'k', 'v', 'b', 'f', 'i'].map((slot) => [
		slot,
		readOwnLines(`slot-${slot}`),
	]),
);

function fill(request: string, texts: readonly string[], random: Random): string {
	return request.replace(/\{(\w)\}/g, (whole, slot: string) => {
		if (slot === 'm') return someText(texts, random);
		if (slot === 'n') return `${2 + Math.floor(random() * 40)}`;
		return SLOTS[slot] === undefined ? whole : pick(SLOTS[slot], random);
	});
}

function someText(texts: readonly string[], random: Random): string {
	let text = texts.length > 0 ? pick(texts, random) : '';
	while (texts.length > 0 && random() < 0.4) text += `\n${pick(texts, random)}`;
	const dice = random();
	if (dice < 0.3) return `\n\n${text}`;
	return dice < 0.5 ? `"${text}"` : text;
}

/** As people type: lower case, a `please`, a greeting, a wish on top. */
function vary(prompt: string, label: Task, random: Random): string {
	let text = prompt;
	const lowered = () => text.slice(0, 1).toLowerCase() + text.slice(1);
	if (random() < 0.25) text = lowered();
	if (random() < 0.12) text = `Please ${lowered()}`;
	if (random() < 0.1) text = `Hi! ${text}`;
	if (random() < 0.15 && label !== 'chitchat')
		text += ` It should cover ${pick(SLOTS.t, random)} and ${pick(SLOTS.t, random)}.`;
	return text;
}
