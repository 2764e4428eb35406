/** Tells the intent of a prompt from the vectors that an embedding model gave for it and for the user's examples. */
import { createHash } from 'node:crypto';

import type { Intent } from '../../types';
import type { Breathe } from '../../text/pieces';
import { viewPrompt } from '../reading/promptView';
import { Nearness } from './likeness';
import type { IntentMatch } from './matcher';
import { proseIn, sentencesIn } from './sentences';
import { bestBound } from './thresholds';

/** Of all examples together; more would take too long to compare with. */
const MOST_EXAMPLES = 400;
/** Characters of an example. */
const LONGEST_EXAMPLE = 400;

/** Sentences of a prompt that are compared one by one: those at its head and at its tail. */
const HEAD = 5;
const TAIL = 2;

/**
 * Sentences that have no intent of anybody's. How near they are to the examples tells what "near" means to a model: for
 * one it is 0.3, for another 0.8.
 */
const ANYTHING: readonly string[] = [
	'What is the capital of France?',
	'Write a short poem about autumn.',
	'Fix the bug in this function.',
	'Translate this paragraph into English.',
	'Summarize the text below in three sentences.',
	'Thank you very much and have a nice day.',
	'Please find attached the minutes of the meeting.',
	'Which of these two phones has the better camera?',
	'Schreib mir bitte einen Text für unsere Website.',
	'¿Qué tiempo hace hoy en Madrid?',
	"Peux-tu m'expliquer comment cela fonctionne ?",
	'明日の予定を教えてください。',
];

/**
 * "Like anything" is what this share of them, and of the other intents' examples, stays below: one or two may be like an
 * intent by chance.
 */
const UNLIKE_BELOW = 0.8;

/** Where the threshold may lie between what is like anything (0) and what is like the examples themselves (1). */
const LOWEST = 0.5;
const HIGHEST = 0.75;
/** If an intent has one example: how like each other two sentences of one intent are, between "like anything" and equal. */
const OF_ONE = 0.6;
/** Examples that are hardly more like each other than like anything say nothing; in the same measure. */
const LEAST_OWN = 0.15;
/** What a result must be away from a threshold or from the next intent to be sure; between 0 and 1 as above. */
const SURELY = 0.2;

/** What is embedded for the user's intents, each text once. */
export interface ExampleTexts {
	intents: readonly Intent[];
	texts: readonly string[];
}

/** Of many intents with many examples each gets as many as there is room for. */
export function exampleTexts(intents: readonly Intent[]): ExampleTexts {
	const each = Math.max(1, Math.floor(MOST_EXAMPLES / Math.max(1, intents.length)));
	const used = intents.slice(0, MOST_EXAMPLES).map(({ name, examples }) => ({
		name,
		examples: examples
			.map((example) => whole(example.slice(0, LONGEST_EXAMPLE)).trim())
			.filter(saysSomething)
			.slice(0, each),
	}));
	const told = used.filter(({ examples }) => examples.length > 0);
	return { intents: told, texts: [...new Set([...ANYTHING, ...told.flatMap(({ examples }) => examples)])] };
}

/**
 * What is embedded of a prompt: the whole, and its sentences one by one, because an intent is stated in one sentence of
 * a long mail. Of a long prompt what tells to do something comes first.
 * @param mostTokens of each
 */
export function promptTexts(
	text: string,
	mostTokens: number,
	estimateTokens: (text: string) => number,
): string[] {
	const { lines, request } = viewPrompt(text);
	const prose = proseIn(lines);
	const asked = request.length > 0 ? request : prose;
	const all = asked.map(({ start, end }) => text.slice(start, end)).join('\n');
	const sentences = [
		...new Set([...sentencesIn(text, request), ...sentencesIn(text, prose)].map((one) => one.trim())),
	].filter(saysSomething);
	const ends =
		sentences.length > HEAD + TAIL ? [...sentences.slice(0, HEAD), ...sentences.slice(-TAIL)] : sentences;
	const texts = [all, ...ends].map((one) => cutTo(whole(one).trim(), mostTokens, estimateTokens));
	return [...new Set(texts)].filter(saysSomething);
}

function cutTo(text: string, mostTokens: number, estimateTokens: (text: string) => number): string {
	let cut = text;
	for (let tokens = estimateTokens(cut); tokens > mostTokens; tokens = estimateTokens(cut)) {
		cut = cut.slice(0, Math.floor((cut.length * mostTokens * 0.95) / tokens));
	}
	return whole(cut);
}

/** Providers refuse an empty text. */
function saysSomething(text: string): boolean {
	return /[\p{L}\p{N}]/u.test(text);
}

/** Half of a character at a cut can't be sent. */
function whole(text: string): string {
	return text.replace(/\p{Surrogate}/gu, '');
}

/** A key for a text's vector. @param space whose vectors may be compared with one another */
export function vectorKey(space: string, text: string): string {
	return createHash('sha256').update(`${space}\n${text}`).digest('base64url');
}

type Vector = Float32Array;

/** The user's intents as an embedding model sees them. */
export class EmbeddedIntents {
	/** Of all vectors; a prompt's must be as long. */
	readonly dimensions: number;

	/** Bytes, about. */
	readonly size: number;

	private constructor(
		private readonly intents: readonly Intent[],
		private readonly examples: readonly Vector[],
		private readonly nearness: Nearness,
		private readonly bounds: readonly Bounds[],
	) {
		this.dimensions = examples[0]?.length ?? 0;
		this.size = examples.length * (this.dimensions * 4 + examples.length * 8) + 1_000;
	}

	/** @param vectorOf of each of the texts */
	static async of(
		{ intents }: ExampleTexts,
		vectorOf: (text: string) => Vector,
		breathe: Breathe,
	): Promise<EmbeddedIntents> {
		const owners = intents.flatMap(({ examples }, owner) => examples.map(() => owner));
		const vectors = intents.flatMap(({ examples }) => examples.map(vectorOf));
		const rows: Float64Array[] = [];
		for (const vector of vectors) {
			rows.push(cosines(vector, vectors));
			await breathe();
		}
		const nearness = new Nearness(owners, intents.length, rows);
		const anything = ANYTHING.map((text) => nearness.likenessOf(cosines(vectorOf(text), vectors)));
		const bounds = await boundsOf(intents, nearness, anything, breathe);
		return new EmbeddedIntents(intents, vectors, nearness, bounds);
	}

	/** @param vectors of the prompt's texts: the most similar of them counts for each intent */
	async match(vectors: readonly Vector[], breathe: Breathe): Promise<IntentMatch> {
		const scores = new Float64Array(this.intents.length);
		for (const vector of vectors) {
			this.nearness.likenessOf(cosines(vector, this.examples)).forEach((score, intent) => {
				if (score > scores[intent]) scores[intent] = score;
			});
			await breathe();
		}
		// In shares of the way from "like anything" to "like the examples", in which all intents can be compared.
		const found = this.intents
			.map(({ name }, at) => ({ name, above: this.bounds[at].above(scores[at]) }))
			.sort((a, b) => b.above - a.above);
		const [best, second] = found;
		if (!best || best.above < 0)
			return { intent: null, isSure: found.every(({ above }) => above <= -SURELY) };
		const isFirst = !second || best.above - second.above >= SURELY;
		return { intent: best.name, isSure: best.above >= SURELY && isFirst };
	}
}

/** The threshold of one intent. */
class Bounds {
	constructor(
		private readonly threshold: number,
		private readonly way: number,
	) {}

	/** How far a score is above the threshold, as a share of the way from "like anything" to "like the examples". */
	above(score: number): number {
		return (score - this.threshold) / this.way;
	}
}

async function boundsOf(
	intents: readonly Intent[],
	nearness: Nearness,
	anything: readonly Float64Array[],
	breathe: Breathe,
): Promise<Bounds[]> {
	const leftOut = nearness.leftOut();
	const bounds: Bounds[] = [];
	for (const [intent, { examples }] of intents.entries()) {
		const scores = (isOwn: boolean): number[] =>
			leftOut.filter(({ owner }) => (owner === intent) === isOwn).map(({ likeness }) => likeness[intent]);
		const unlike = anything.map((likeness) => likeness[intent]);
		bounds.push(boundsBetween(scores(true), scores(false), unlike, examples.length > 1));
		await breathe();
	}
	return bounds;
}

/** @param hasSeveral whether there is more than one example, so that they can be compared with each other */
function boundsBetween(
	own: readonly number[],
	others: readonly number[],
	anything: readonly number[],
	hasSeveral: boolean,
): Bounds {
	const unlike = [anything, others].filter(({ length }) => length > 0);
	const base = Math.max(...unlike.map((scores) => quantile(scores, UNLIKE_BELOW)));
	const alike = hasSeveral ? mean(own) : base + OF_ONE * (1 - base);
	const way = Math.max(alike - base, LEAST_OWN * (1 - base), 1e-6);
	const best = hasSeveral ? bestBound(own, others, base) : base + way / 2;
	return new Bounds(Math.min(base + HIGHEST * way, Math.max(base + LOWEST * way, best)), way);
}

/** Vectors have length 1. */
function cosines(vector: Vector, others: readonly Vector[]): Float64Array {
	return Float64Array.from(others, (other) => {
		let sum = 0;
		for (let at = 0; at < vector.length; at++) sum += vector[at] * other[at];
		return sum;
	});
}

function quantile(values: readonly number[], share: number): number {
	return [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))];
}

function mean(values: readonly number[]): number {
	return values.reduce((sum, value) => sum + value, 0) / values.length;
}
