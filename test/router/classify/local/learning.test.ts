import { createLocalClassifier, fingerprintPrompt } from '../../../../router/classify/classify';
import { inspectNow } from '../../../../router/guardrails/guardrails';
import { correctComplexity, learnCorrection, outcomesOf } from '../../../../router/classify/local/learning';
import type { Correction, RatedAnswer } from '../../../../router/classify/local/learning';

const GOODS = [
	'kettle',
	'lamp',
	'bicycle',
	'printer',
	'sofa',
	'blender',
	'tent',
	'camera',
	'jacket',
	'router',
];
const FAULTS = ['arrived broken', 'never came', 'is the wrong colour', 'makes a noise', 'smells of smoke'];

/** A hundred mails of one kind. */
const refunds = GOODS.flatMap((goods) =>
	FAULTS.flatMap((fault) => [
		`Dear team, the ${goods} I ordered from your shop ${fault}. Please refund my order to my card.`,
		`Hello, my ${goods} ${fault} and I want my money back. When will the refund of my order come?`,
	]),
);
const newRefund =
	'Dear team, the toaster I ordered from your shop leaks. Please refund my order to my card soon.';
const others = [
	'Translate into German: the meeting has been moved to Thursday afternoon.',
	'Write a Python function that merges two sorted lists and test it.',
	'What is the capital of Australia?',
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
	for (const text of [newRefund, ...others])
		expect(fingerprintPrompt(text).complexity).toBeCloseTo(classify({ text, attachments: [] }).complexity, 3);
});

it('learns nothing from nothing', () => {
	expect(learn([])).toBeNull();
});

it('finds prompts harder that are like those a weak model failed, and hardly any others', () => {
	const correction = learn(rate(refunds, 1));
	expect(change(correction, newRefund)).toBeGreaterThan(0.2);
	for (const text of others) expect(Math.abs(change(correction, text))).toBeLessThan(0.05);
});

it('finds prompts easier that a weak model answered well', () => {
	const correction = learn([...rate(refunds, 0), ...rate(others, 1)]);
	expect(change(correction, newRefund)).toBeLessThan(0);
});

it('tells two kinds of prompts apart by which of them failed', () => {
	const poems = GOODS.flatMap((goods) =>
		['spring', 'the sea', 'my mother', 'rain', 'Lisbon'].flatMap((theme) => [
			`Write a poem about ${theme} in which a ${goods} speaks.`,
			`Compose four rhyming lines on ${theme} and a ${goods}.`,
		]),
	);
	const correction = learn([...rate(refunds, 0), ...rate(poems, 1)]);
	const harder = change(correction, 'Write a poem about autumn in which a clock speaks.');
	expect(harder).toBeGreaterThan(change(correction, newRefund) + 0.2);
});

it('does not send to a strong model what a strong model fails as well', () => {
	const onlyWeakFails = learn([...rate(refunds.slice(0, 50), 1), ...rate(refunds.slice(50), 0, true)]);
	const bothFail = learn([...rate(refunds.slice(0, 50), 1), ...rate(refunds.slice(50), 1, true)]);
	expect(change(bothFail, newRefund)).toBeLessThan(change(onlyWeakFails, newRefund) - 0.2);
});

it('is moved little by ten ratings, and stays within 0 and 1', () => {
	const few = learn(rate(refunds.slice(0, 10), 1));
	expect(Math.abs(change(few, newRefund))).toBeLessThan(0.2);
	const seen = fingerprintPrompt(newRefund);
	const most = learn(
		Array.from({ length: 30 }, () => rate(refunds, 1))
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
	const [first, second] = [0, 1].map(() => learn(rate(refunds, 1)));
	expect(change(first, newRefund)).toBe(change(second, newRefund));
});
