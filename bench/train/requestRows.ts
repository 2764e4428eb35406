/** Prompts made of our own requests with topics and texts put in, so that the wording of a request decides. */
import { TASKS, type Task } from '../../router/types';
import { readOutcomes, readRows, type LanguageRow, type TaskRow } from './data';
import { pick, seeded, type Random } from './random';
import { AUDIENCES, LANGUAGES, REQUESTS, TOPICS } from './requests';

const PER_TASK = 300;

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

/** One request a line; a line that only holds a text or a rule belongs to the lines below it. */
export function requestsOf(task: Task): string[] {
	const requests: string[] = [];
	let head = '';
	for (const line of (REQUESTS[task] ?? '').split('\n')) {
		const part = head === '' ? line : `${head}\n${line}`;
		head = line === '{m}' || line === '' || line === '===' ? part : '';
		if (head === '') requests.push(part);
	}
	return requests;
}

export function makeRequestRows(folder: string, perTask = PER_TASK): TaskRow[] {
	const random = seeded(11);
	const texts = readTexts(folder);
	return TASKS.flatMap((label) => {
		const requests = requestsOf(label);
		if (requests.length === 0) return [];
		return Array.from({ length: perTask }, (_, i) => {
			const request = requests[i % requests.length];
			const prompt = vary(fill(request, texts, random), label, random);
			return { prompt, label, dataset: 'requests', group: `${label} ${i % requests.length}` };
		});
	});
}

const topics = TOPICS.split('|');
const audiences = AUDIENCES.split('|');
const languages = LANGUAGES.split('|');

function fill(request: string, texts: readonly string[], random: Random): string {
	return request.replace(/\{(\w)\}/g, (_, slot: string) => {
		if (slot === 't') return pick(topics, random);
		if (slot === 'w') return pick(audiences, random);
		if (slot === 'l') return pick(languages, random);
		return slot === 'n' ? `${2 + Math.floor(random() * 40)}` : someText(texts, random);
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
		text += ` It should cover ${pick(topics, random)} and ${pick(topics, random)}.`;
	return text;
}
