/** Corrects the estimated complexity of prompts by people's ratings in the ledger. */
import {
	createLocalClassifier,
	decodeFingerprint,
	encodeFingerprint,
	fingerprintPrompt,
	judgeCorrectedBy,
	learnCorrection,
	MOST_OUTCOMES,
	outcomesOf,
} from '../classify/classify';
import type { Classifier, Correction } from '../classify/classify';
import { inspectNow } from '../guardrails/guardrails';
import { StateBusy } from '../state/state';
import type { History, Lesson, LessonCount, RatedLesson } from '../state/state';
import type { Decision, Model } from '../types';

/** Each takes half a megabyte. */
const MOST_LEARNERS = 16;
/** Learns again when more than one in this many ratings is new. */
const ENOUGH_TO_WAIT = 50;

interface Learned {
	count: LessonCount;
	correction: Correction | null;
}

/** Keeps a classifier per learner and learns again when its ratings have changed. */
export class FeedbackLearner {
	private readonly learned = new Map<string, Learned>();

	constructor(
		private readonly history: Pick<History, 'countLessons' | 'lessons'>,
		private readonly local: Classifier,
	) {}

	/** Reads the ledger, once per execution. If the ledger is busy, the earlier classifier is used. */
	async classifierFor(learner: string): Promise<Classifier> {
		try {
			await this.learn(learner);
		} catch (error) {
			if (!(error instanceof StateBusy)) throw error;
		}
		const correction = this.learned.get(learner)?.correction ?? null;
		return correction === null ? this.local : createLocalClassifier(inspectNow, judgeCorrectedBy(correction));
	}

	private async learn(learner: string): Promise<void> {
		const known = this.learned.get(learner);
		const count = await this.history.countLessons(learner, known?.count.latest ?? 0);
		const learned =
			known && !isOutdated(known.count, count)
				? known
				: { count, correction: correctionOf(await this.history.lessons(learner, MOST_OUTCOMES)) };
		this.learned.delete(learner);
		this.learned.set(learner, learned);
		// Learners without corrections take no memory.
		const correcting = [...this.learned.keys()].filter((name) => this.learned.get(name)?.correction);
		if (correcting.length > MOST_LEARNERS) this.learned.delete(correcting[0]);
	}
}

/** One more among many changes little, and learning blocks the process for some 100 ms. */
function isOutdated(known: LessonCount, now: LessonCount): boolean {
	return Math.max(now.newer, Math.abs(now.rated - known.rated)) > known.rated / ENOUGH_TO_WAIT;
}

function correctionOf(lessons: readonly RatedLesson[]): Correction | null {
	const ratings = lessons.flatMap(({ strong, seen: bytes, rating }) => {
		const seen = decodeFingerprint(bytes);
		return seen === null ? [] : [{ seen, strong, bad: rating === 'bad' ? 1 : 0 }];
	});
	return learnCorrection(outcomesOf(ratings));
}

/** undefined if a rating teaches nothing, because no model was chosen or all are equally good. */
export function lessonOf(
	{ answer, outcome, route }: Decision,
	models: readonly Model[],
	learner: string,
	prompt: string,
): Lesson | undefined {
	const model = answer?.model ?? (outcome === 'routed' ? route?.candidates[0] : undefined);
	const qualities = models.map(({ quality }) => quality);
	const middle = (Math.min(...qualities) + Math.max(...qualities)) / 2;
	if (model === undefined || qualities.every((quality) => quality === middle)) return undefined;
	return { learner, strong: model.quality > middle, seen: encodeFingerprint(fingerprintPrompt(prompt)) };
}
