import { EmbeddedIntents, exampleTexts, promptTexts } from '../../../../router/classify/intents/vectors';
import { readSentence } from '../../../../router/classify/intents/sentences';
import { estimateTokens } from '../../../../router/text/tokens';
import type { Intent } from '../../../../router/types';
import { GERMAN, MIXED, SUPPORT, type IntentSet } from './intentSet';

const SIZE = 384;
const noBreath = () => undefined;

/**
 * Vectors of words and their parts, which stand in for a model's. @param lean what all of them have in common, as
 * vectors of most models have: with 2 even unlike texts have a cosine of 0.8
 */
function vectorOf(text: string, lean: number): Float32Array {
	const vector = new Float32Array(SIZE);
	let squares = 0;
	for (const [feature, weight] of readSentence(text)) {
		const at = (feature >>> 0) % (SIZE - 1);
		vector[at] += weight * (feature & (1 << 20) ? 1 : -1);
	}
	for (const number of vector) squares += number * number;
	const length = Math.sqrt(squares) || 1;
	const whole = Math.sqrt(1 + lean * lean);
	const leaning = vector.map((number) => number / length / whole);
	leaning[SIZE - 1] = lean / whole;
	return leaning;
}

async function learned(intents: readonly Intent[], lean: number): Promise<EmbeddedIntents> {
	return await EmbeddedIntents.of(exampleTexts(intents), (text) => vectorOf(text, lean), noBreath);
}

async function told(
	embedded: EmbeddedIntents,
	prompts: readonly string[],
	lean: number,
): Promise<Array<string | null>> {
	return await Promise.all(
		prompts.map(async (prompt) => {
			const texts = promptTexts(prompt, 450, estimateTokens);
			const vectors = texts.map((text) => vectorOf(text, lean));
			return (await embedded.match(vectors, noBreath)).intent;
		}),
	);
}

// These vectors know no meanings, only words: a model's tell far more apart. What is tested is that the thresholds
// follow the model.
describe.each([0, 1, 2, 4])('however near a model puts all texts (lean %d)', (lean) => {
	test.each<[string, IntentSet]>([
		['English', SUPPORT],
		['German', GERMAN],
		['several languages', MIXED],
	])('%s: prompts find their intent, others find none', async (_, { intents, prompts, others }) => {
		const embedded = await learned(intents, lean);
		const rows = Object.entries(prompts).flatMap(([name, texts]) => texts.map((text) => ({ name, text })));
		const found = await told(
			embedded,
			rows.map(({ text }) => text),
			lean,
		);
		const right = found.filter((intent, at) => intent === rows[at].name).length;
		const none = (await told(embedded, others, lean)).filter((intent) => intent === null).length;
		expect(right / rows.length).toBeGreaterThanOrEqual(0.65);
		expect(none / others.length).toBeGreaterThanOrEqual(0.85);
	});
});

test('one intent with one example is enough', async () => {
	const embedded = await learned([{ name: 'refund', examples: ['I want my money back'] }], 1);
	const prompts = ['i want my money back!!', 'What is the capital of Australia?'];
	expect(await told(embedded, prompts, 1)).toEqual(['refund', null]);
});

describe('what is embedded', () => {
	test('of a long mail each sentence of its head and tail, what it asks for first', () => {
		const idle = 'We had a wonderful summer and the garden was lovely.\n'.repeat(300);
		const mail = `Please cancel my subscription.\n\n${idle}\nKind regards, Anna`;
		const texts = promptTexts(mail, 450, estimateTokens);
		expect(texts[0]).toMatch(/^Please cancel my subscription/);
		expect(texts).toContain('Please cancel my subscription');
		expect(texts.length).toBeLessThanOrEqual(8);
		for (const text of texts) expect(estimateTokens(text)).toBeLessThanOrEqual(450);
	});

	test.each([
		['nothing but signs', '?!? … --- 🚀', []],
		['half a character at its end', `refund ${'\ud83d'}`, ['refund']],
		['one sentence', 'I want a refund', ['I want a refund']],
	])('of %s', (_, prompt, texts) => {
		expect(promptTexts(prompt, 450, estimateTokens)).toEqual(texts);
	});

	test('a text of any script fits the tokens', () => {
		for (const word of ['漢字', '𓀀𓀁', 'ﷺ', 'a'.repeat(50), '🧑‍🚀']) {
			const texts = promptTexts(word.repeat(20_000), 100, estimateTokens);
			for (const text of texts) expect(estimateTokens(text)).toBeLessThanOrEqual(100);
		}
	});

	test('of more examples than there is room for each intent has some', () => {
		const intents = Array.from({ length: 60 }, (_, at) => ({
			name: `intent ${at}`,
			examples: Array.from({ length: 50 }, (_none, one) => `example ${one} of ${at} ${'x'.repeat(1_000)}`),
		}));
		const { intents: used, texts } = exampleTexts(intents);
		expect(used.map(({ examples }) => examples.length)).toEqual(new Array(60).fill(6));
		expect(texts.length).toBeLessThanOrEqual(420);
		for (const text of texts) expect(text.length).toBeLessThanOrEqual(400);
	});
});
