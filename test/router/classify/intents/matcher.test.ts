import { intentMatcher, noIntents } from '../../../../router/classify/intents/matcher';
import type { Intent } from '../../../../router/types';
import { GERMAN, MIXED, SUPPORT } from './intentSet';
import type { IntentSet } from './intentSet';

const found = ({ intents }: IntentSet, text: string) => intentMatcher(intents).match(text).intent;

test.each<[string, IntentSet]>([
	['English', SUPPORT],
	['German', GERMAN],
	['several languages', MIXED],
])('%s: prompts find their intent, others find none', (_, set) => {
	const prompts = Object.entries(set.prompts).flatMap(([name, texts]) =>
		texts.map((text) => ({ name, text })),
	);
	const right = prompts.filter(({ name, text }) => found(set, text) === name);
	const falselyFound = set.others.filter((text) => found(set, text) !== null);
	expect(right.length / prompts.length).toBeGreaterThanOrEqual(0.9);
	expect(falselyFound.length / set.others.length).toBeLessThanOrEqual(0.1);
	expect(intentMatcher(set.intents).warnings).toEqual([]);
});

test('being sure is seldom wrong', () => {
	const matcher = intentMatcher(SUPPORT.intents);
	for (const [name, texts] of Object.entries(SUPPORT.prompts)) {
		for (const text of texts) {
			const { intent, isSure } = matcher.match(text);
			if (isSure) expect({ text, intent }).toEqual({ text, intent: name });
		}
	}
	expect(matcher.match('What is the capital of Australia?')).toEqual({ intent: null, isSure: true });
});

test('one sentence of a long mail is enough', () => {
	const idle = 'We had a wonderful summer and the children enjoyed the garden very much.\n'.repeat(8);
	expect(found(SUPPORT, `${idle}Anyway, I forgot my password.\n${idle}`)).toBe('password');
	expect(found(SUPPORT, idle)).toBeNull();
});

test('intents that cannot be told apart are named, once, and so is one with a single example', () => {
	const intents: Intent[] = [
		{ name: 'refund', examples: ['I want my money back', 'please refund my order', 'I want a refund'] },
		{
			name: 'return',
			examples: ['I want the money back', 'please refund this order', 'I want a full refund'],
		},
		{ name: 'hours', examples: ['When do you open on Sundays?'] },
	];
	expect(intentMatcher(intents).warnings).toEqual([
		expect.stringMatching(/"hours" has only one example/),
		expect.stringMatching(/"refund" and "return" cannot be told apart/),
	]);
	expect(intentMatcher(intents).match('Do you open on Sundays?').intent).toBe('hours');
});

test('learned once for the same words, anew for others; nothing without intents', () => {
	const [first] = SUPPORT.intents;
	expect(intentMatcher([{ ...first }])).toBe(intentMatcher([{ ...first }]));
	expect(intentMatcher([{ ...first, name: 'other' }])).not.toBe(intentMatcher([first]));
	expect(intentMatcher([])).toBe(noIntents);
});

test('hostile texts: no words, one endless word, halves of characters', () => {
	const matcher = intentMatcher(MIXED.intents);
	for (const text of ['', '!!!', 'a'.repeat(1_000_000), '返'.repeat(100_000), '\ud83d'.repeat(5_000)]) {
		expect(() => matcher.match(text)).not.toThrow();
	}
	expect(() => intentMatcher([{ name: 'empty', examples: ['?', '…'] }]).match('anything')).not.toThrow();
});
