import type { Intent } from '../../types';
import { Examples } from './likeness';
import { readSentence, readSentences } from './sentences';
import { findConfusions, findThresholds } from './thresholds';

/** The intent of a prompt, by the user's own examples. */
export interface IntentMatch {
	intent: string | null;
	/** Far enough from where it would be decided otherwise. */
	isSure: boolean;
}

export interface IntentMatcher {
	/** What the user should know of the examples, a sentence each. */
	warnings: readonly string[];
	/** Every intent that it tells apart. */
	intents: readonly Intent[];
	/** About a tenth of a millisecond for a mail; bounded, however long the prompt is. */
	match(text: string): IntentMatch;
}

/** Where no rule names any. */
export const noIntents: IntentMatcher = {
	intents: [],
	warnings: [],
	match: () => ({ intent: null, isSure: true }),
};

/** What has no more than this of any threshold has surely none. */
const SURELY_NOT = 0.6;
/** A word or two in common make a short sentence this like an example; from here on it takes most of one. */
const SURELY = 0.35;
/** How much more like one intent than like another a sentence has to be. */
const MARGIN = 0.05;

const MOST_CACHED = 50;
const cached = new Map<string, IntentMatcher>();

/** Learns from the examples, once for each list of them in this process. Names are unique, each with an example. */
export function intentMatcher(intents: readonly Intent[]): IntentMatcher {
	if (intents.length === 0) return noIntents;
	const key = JSON.stringify(intents);
	const matcher = cached.get(key) ?? learn(intents);
	cached.delete(key);
	cached.set(key, matcher);
	if (cached.size > MOST_CACHED) cached.delete(cached.keys().next().value as string);
	return matcher;
}

function learn(intents: readonly Intent[]): IntentMatcher {
	const examples = new Examples(intents.map((intent) => intent.examples.map(readSentence)));
	const thresholds = findThresholds(examples, intents.length);
	return {
		intents,
		warnings: [...alone(intents), ...confused(intents, findConfusions(examples, intents.length))],
		match(text) {
			const scores = new Float64Array(intents.length);
			for (const sentence of readSentences(text)) {
				examples.likenessTo(sentence).forEach((score, intent) => {
					if (score > scores[intent]) scores[intent] = score;
				});
			}
			return decide(scores, intents, thresholds);
		},
	};
}

/** Of the intents over their thresholds the one that the prompt is most like. */
function decide(
	scores: Float64Array,
	intents: readonly Intent[],
	thresholds: readonly number[],
): IntentMatch {
	const found = intents
		.map(({ name }, index) => ({ name, score: scores[index], share: scores[index] / thresholds[index] }))
		.sort((a, b) => b.score - a.score);
	const best = found.find(({ share }) => share >= 1);
	if (!best) return { intent: null, isSure: found.every(({ share }) => share <= SURELY_NOT) };
	const next = Math.max(0, ...found.filter((other) => other !== best).map(({ score }) => score));
	return { intent: best.name, isSure: best.score >= SURELY && best.score - next >= MARGIN };
}

function alone(intents: readonly Intent[]): string[] {
	return intents
		.filter(({ examples }) => examples.length === 1)
		.map(
			({ name }) =>
				`The intent "${name}" has only one example sentence. Write about five under Rules → Match → Intents, in the words of the people who write to you.`,
		);
}

function confused(intents: readonly Intent[], pairs: ReadonlyArray<readonly [number, number]>): string[] {
	return pairs.map(
		([a, b]) =>
			`The intents "${intents[a].name}" and "${intents[b].name}" cannot be told apart by their examples. Give them examples that differ more, or make one intent of the two.`,
	);
}
