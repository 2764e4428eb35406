import { readChoices } from '../../../../router/classify/local/choices';
import { formOf } from '../../../../router/classify/local/denseFeatures';
import { readFeatures } from '../../../../router/classify/local/features';
import { detectLanguage } from '../../../../router/classify/local/language';
import { viewPrompt } from '../../../../router/classify/reading/promptView';

const QUESTION = 'A car of 900 kg brakes from 20 m/s. It stops after 4 s. Which force acts on it?';
const withAnswers = (answers: readonly string[], behind = '') =>
	`${QUESTION}\n${answers.map((answer, i) => `${'ABCDEFGHIJ'[i]}. ${answer}`).join('\n')}${behind}`;
const FORCES = ['4500 N', '1.8 kN', 'It cannot be told without the road', '12', '900 N', '0.5 kN'];

function formOfText(text: string): number {
	const view = viewPrompt(text);
	return formOf(readFeatures(view, detectLanguage(view), false), view);
}

it('few answers, many, and questions that want more than a letter are weighed apart', () => {
	expect(formOfText(withAnswers(FORCES.slice(0, 4)))).toBe(1);
	expect(formOfText(withAnswers(FORCES))).toBe(2);
	expect(formOfText(withAnswers(FORCES, '\nThink step by step.'))).toBe(0);
	expect(formOfText(QUESTION)).toBe(0);
});

it('sees what the answers look like and what stands before them', () => {
	const seen = readChoices(viewPrompt(withAnswers(FORCES.slice(0, 4))));
	expect(seen).toMatchObject({ decimal: 0.25, unit: 0.5, whole: 0.25, short: 0.75, numeric: 0.75 });
	expect(seen).toMatchObject({
		lengths: 0.75,
		sentences: Math.log1p(2),
		numbers: Math.log1p(3),
		asks: 1,
		latex: 0,
	});
});

it('has nothing to say where there is nothing to choose', () => {
	const { negated, statements, ...rest } = readChoices(viewPrompt(QUESTION));
	expect([negated, statements]).toEqual([0, 0]);
	expect(Object.values(rest).every((value) => value === 0)).toBe(true);
});
