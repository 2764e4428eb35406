import { makeLongDocuments } from '../../../bench/measures/longDocuments';
import { createLocalClassifier } from '../../../router/classify/classify';
import { inspectNow } from '../../../router/guardrails/guardrails';
import questions from './customerQuestions.json';
import everydayPrompts from './everydayPrompts.json';

const classifier = createLocalClassifier(inspectNow);
const taskOf = (text: string) => classifier.classify({ text, attachments: [] }).task;

/**
 * Five in each of ten languages, and none in the corpus. The first fifty were written before the corpus was read; the second
 * when it was complete, before they were tried.
 */
it.each(Object.entries(questions))(
	'what customers ask is a question: 45 of the %s fifty at least',
	(_name, fifty) => {
		const asked: string[] = Object.values(fifty).flat();
		expect(asked).toHaveLength(50);
		const wrong = asked.filter((text) => taskOf(text) !== 'qa').map((text) => `${taskOf(text)}: ${text}`);
		expect([wrong, wrong.length <= 5]).toEqual([wrong, true]);
	},
);

/**
 * Six in each of ten languages: mails, forms, tickets, slips of the pen, of all tasks; none in the corpus. The first sixty were
 * written before a prompt was added for the weights that are shipped, the second when the corpus was complete, before they were tried.
 */
it.each(Object.entries(everydayPrompts))(
	'what people put into workflows is told apart: 51 of the %s sixty at least',
	(_name, sixty) => {
		const asked: Array<{ prompt: string; label: string }> = Object.values(sixty).flat();
		expect(asked).toHaveLength(60);
		const wrong = asked.filter(({ prompt, label }) => taskOf(prompt) !== label);
		const shown = wrong.map(({ prompt, label }) => `${label}, not ${taskOf(prompt)}: ${prompt}`);
		expect([shown, wrong.length <= 9]).toEqual([shown, true]);
	},
);

describe('a one-line request about a long text', () => {
	const documents = makeLongDocuments();

	it('is seen above, below and around 1 to 50 kB of reports, mails, tables, code and markup', () => {
		for (const place of ['above', 'below', 'around'] as const) {
			const own = documents.filter((document) => document.place === place);
			const right = own.filter(({ prompt, task }) => taskOf(prompt) === task).length;
			expect([place, right / own.length > 0.8]).toEqual([place, true]);
		}
	});

	it('tells the language, not the text', () => {
		const english =
			'The committee met in the old hall and nobody could say why the lift had been moved. '.repeat(30);
		for (const [request, language] of [
			['Bitte fasse den folgenden Text in drei Sätzen zusammen:', 'de'],
			['Résume le texte suivant en trois phrases, s’il te plaît :', 'fr'],
		]) {
			for (const prompt of [`${request}\n\n${english}`, `${english}\n\n${request}`])
				expect(classifier.classify({ text: prompt, attachments: [] }).language).toBe(language);
		}
	});
});
