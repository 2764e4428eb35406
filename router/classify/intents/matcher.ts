import type { Intent } from '../../types';
import { Examples } from './likeness';
import { readSentence, readSentences } from './sentences';
import { findConfusions, findThresholds } from './thresholds';

/** Tells the intent of a prompt from the user's examples. */
export interface IntentMatch {
	intent: string | null;
	/** Whether the result is far from any threshold. */
	isSure: boolean;
}

export interface IntentMatcher {
	/** Problems with the examples, one sentence each. */
	warnings: readonly string[];
	/** All intents. */
	intents: readonly Intent[];
	/** Takes about a tenth of a millisecond for a mail, and limited time for any prompt. */
	match(text: string): IntentMatch;
}

/** The matcher if no rule names an intent. */
export const noIntents: IntentMatcher = {
	intents: [],
	warnings: [],
	match: () => ({ intent: null, isSure: true }),
};

/** Below this share of every threshold it is certain that there is no intent. */
const SURELY_NOT = 0.6;
/** A short sentence reaches this with a word or two in common; above it, most of an example must match. */
const SURELY = 0.35;
/** Required difference in similarity between the best and the second intent. */
const MARGIN = 0.05;

const MOST_CACHED = 50;
const cached = new Map<string, IntentMatcher>();

/** Learns from the examples; cached per list of intents. Names are unique, and each has an example. */
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

/** The most similar of the intents above their thresholds. */
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
