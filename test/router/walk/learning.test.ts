import { createLocalClassifier, fingerprintPrompt } from '../../../router/classify/classify';
import { inspectNow } from '../../../router/guardrails/guardrails';
import { decodeFingerprint, encodeFingerprint } from '../../../router/classify/local/fingerprint';
import { FeedbackLearner, lessonOf } from '../../../router/walk/learning';
import { StateBusy } from '../../../router/state/state';
import type { RatedLesson } from '../../../router/state/state';
import { decisionOf, HAIKU as CHEAP, OPUS as DEAR, USAGE } from '../ledger/decisions';

const HAIKU = { ...CHEAP, quality: 40 };
const OPUS = { ...DEAR, quality: 80 };

const local = createLocalClassifier(inspectNow);
const PROMPT = 'Please refund the kettle that arrived broken.';
const complexityOf = (classifier: typeof local) =>
	classifier.classify({ text: PROMPT, attachments: [] }).complexity;

it('keeps of a prompt what the learner needs, in few bytes', () => {
	const seen = fingerprintPrompt(PROMPT);
	const bytes = encodeFingerprint(seen);
	const back = decodeFingerprint(bytes);
	expect(back?.rows).toEqual(seen.rows);
	expect(back?.inputs).toEqual(seen.inputs);
	expect(back?.complexity).toBeCloseTo(seen.complexity, 6);
	back?.values.forEach((value, i) => expect(value).toBeCloseTo(seen.values[i], 2));
	expect(encodeFingerprint(fingerprintPrompt(`${PROMPT} `.repeat(2_000))).length).toBeLessThan(1_000);
	expect(decodeFingerprint(bytes.subarray(0, -1))).toBeNull();
	bytes.writeUInt16LE(0xffff, 0);
	expect(decodeFingerprint(bytes)).toBeNull();
});

it('takes a lesson only from answers that tell models apart', () => {
	const answerOf = (model: typeof HAIKU) => ({
		model,
		parts: [{ type: 'text' as const, text: '42' }],
		text: '42',
		finishReason: 'stop' as const,
		usage: USAGE,
		usageEstimated: false,
	});
	const of = (model: typeof HAIKU, models: Array<typeof HAIKU>) =>
		lessonOf(decisionOf({ at: 0, answer: answerOf(model) }), models, 'desk', PROMPT);
	expect(of(HAIKU, [HAIKU, OPUS])?.strong).toBe(false);
	expect(of(OPUS, [HAIKU, OPUS])?.strong).toBe(true);
	expect(of(HAIKU, [HAIKU])).toBeUndefined();
	const unanswered = decisionOf({ at: 0, answer: null, outcome: 'failed' });
	expect(lessonOf(unanswered, [HAIKU, OPUS], 'desk', PROMPT)).toBeUndefined();
});

it('learns anew only where ratings have come, and holds to what it knows where the ledger is busy', async () => {
	let lessons: RatedLesson[] = [];
	let isBusy = false;
	let reads = 0;
	/** As if so many ratings had been changed since. */
	let revised = 0;
	const learner = new FeedbackLearner(
		{
			countLessons: async () => {
				if (isBusy) throw new StateBusy();
				return { rated: lessons.length, latest: 0, newer: revised };
			},
			lessons: async () => {
				reads++;
				return lessons;
			},
		},
		local,
	);
	const asked = async () => complexityOf(await learner.classifierFor('desk'));
	const before = complexityOf(local);
	expect(await asked()).toBe(before);
	const seen = encodeFingerprint(fingerprintPrompt(PROMPT));
	lessons = Array.from({ length: 50 }, () => ({ strong: false, rating: 'bad', seen }));
	expect(await asked()).toBeGreaterThan(before + 0.2);
	lessons = [...lessons, lessons[0]];
	await asked();
	expect(reads).toBe(2);
	lessons = [...lessons, lessons[0]];
	await asked();
	expect(reads).toBe(3);
	revised = 1;
	await asked();
	expect(reads).toBe(3);
	revised = 2;
	await asked();
	expect(reads).toBe(4);
	revised = 0;
	const last = await asked();
	isBusy = true;
	expect(await asked()).toBe(last);
});
