import { createLocalClassifier, fingerprintPrompt } from '../../../../router/classify/classify';
import { inspectNow } from '../../../../router/guardrails/guardrails';
import { correctComplexity, learnCorrection, outcomesOf } from '../../../../router/classify/local/learning';
import type { Correction, RatedAnswer } from '../../../../router/classify/local/learning';
import { COMPLAINTS, GOODS, NEW_COMPLAINT, OTHERS } from '../../../support/complaints';

const others = [
	...OTHERS,
	'Summarise these minutes in three bullet points:\nThe board met on Monday. Sales rose by four per cent.',
	'def area(r): return 3.14 * r ** 2\nWhy does this lose precision?',
];

const rate = (texts: readonly string[], bad: number, strong = false): RatedAnswer[] =>
	texts.map((text) => ({ seen: fingerprintPrompt(text), strong, bad }));
const learn = (ratings: RatedAnswer[]) => learnCorrection(outcomesOf(ratings));
const change = (correction: Correction | null, text: string) => {
	const seen = fingerprintPrompt(text);
	return correction === null ? 0 : correctComplexity(correction, seen) - seen.complexity;
};

it('sees a prompt as the classifier does', () => {
	const { classify } = createLocalClassifier(inspectNow);
	for (const text of [NEW_COMPLAINT, ...others])
		expect(fingerprintPrompt(text).complexity).toBeCloseTo(classify({ text, attachments: [] }).complexity, 3);
});

it('learns nothing from nothing', () => {
	expect(learn([])).toBeNull();
});

it('finds prompts harder that are like those a weak model failed, and hardly any others', () => {
	const correction = learn(rate(COMPLAINTS, 1));
	expect(change(correction, NEW_COMPLAINT)).toBeGreaterThan(0.2);
	for (const text of others) expect(Math.abs(change(correction, text))).toBeLessThan(0.05);
});

it('finds prompts easier that a weak model answered well', () => {
	const correction = learn([...rate(COMPLAINTS, 0), ...rate(others, 1)]);
	expect(change(correction, NEW_COMPLAINT)).toBeLessThan(0);
});

it('tells two kinds of prompts apart by which of them failed', () => {
	const poems = GOODS.flatMap((goods) =>
		['spring', 'the sea', 'my mother', 'rain', 'Lisbon'].flatMap((theme) => [
			`Write a poem about ${theme} in which a ${goods} speaks.`,
			`Compose four rhyming lines on ${theme} and a ${goods}.`,
		]),
	);
	const correction = learn([...rate(COMPLAINTS, 0), ...rate(poems, 1)]);
	const harder = change(correction, 'Write a poem about autumn in which a clock speaks.');
	expect(harder).toBeGreaterThan(change(correction, NEW_COMPLAINT) + 0.2);
});

it('does not send to a strong model what a strong model fails as well', () => {
	const onlyWeakFails = learn([...rate(COMPLAINTS.slice(0, 50), 1), ...rate(COMPLAINTS.slice(50), 0, true)]);
	const bothFail = learn([...rate(COMPLAINTS.slice(0, 50), 1), ...rate(COMPLAINTS.slice(50), 1, true)]);
	expect(change(bothFail, NEW_COMPLAINT)).toBeLessThan(change(onlyWeakFails, NEW_COMPLAINT) - 0.2);
});

it('is moved little by ten ratings, and stays within 0 and 1', () => {
	const few = learn(rate(COMPLAINTS.slice(0, 10), 1));
	expect(Math.abs(change(few, NEW_COMPLAINT))).toBeLessThan(0.2);
	const seen = fingerprintPrompt(NEW_COMPLAINT);
	const most = learn(
		Array.from({ length: 30 }, () => rate(COMPLAINTS, 1))
			.flat()
			.slice(0, 1_500),
	);
	if (most === null) throw new Error('nothing learned');
	const corrected = [0, 0.001, 0.5, 0.999, 1].map((complexity) =>
		correctComplexity(most, { ...seen, complexity }),
	);
	expect([...corrected].sort((a, b) => a - b)).toEqual(corrected);
	for (const value of corrected) expect(value >= 0 && value <= 1).toBe(true);
});

it('says the same of the same ratings', () => {
	const [first, second] = [0, 1].map(() => learn(rate(COMPLAINTS, 1)));
	expect(change(first, NEW_COMPLAINT)).toBe(change(second, NEW_COMPLAINT));
});
