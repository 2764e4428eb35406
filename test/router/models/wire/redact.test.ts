import { cleanWords } from '../../../../router/models/wire/redact';
import { ask } from '../protocols';

const clean = (words: string, prompt = '', secrets: string[] = []) =>
	cleanWords(words, { secrets, request: ask(prompt) });

test.each([
	['Incorrect API key provided: sk-abc***wxyz. You can', 'Incorrect API key provided: … You can'],
	['Your api key: ****1234 is invalid', 'Your api key: … is invalid'],
	['token Bearer eyJhbGciOi.J9 expired', 'token … expired'],
	['GET https://x.example/?key=AIzaSyA1B2C3D4E5F6&alt=sse', 'GET https://x.example/?key=…&alt=sse'],
	['key 0f9e8d7c6b5a49382716050403020100ff unknown', 'key … unknown'],
	['The model `gpt-4o-mini` does not exist', 'The model `gpt-4o-mini` does not exist'],
	[
		'See https://platform.claude.com/docs/en/build-with-claude/extended-thinking',
		'See https://platform.claude.com/docs/en/build-with-claude/extended-thinking',
	],
	['two\n\tlines\u007f here ', 'two lines here'],
	['<html><body>502</body></html>', ''],
])('%s', (words, expected) => {
	expect(clean(words)).toBe(expected);
});

test('secrets are cut wherever they stand', () => {
	expect(clean('a my-own-token! b', '', ['my-own-token'])).toBe('a …! b');
});

test('a quote of the prompt is cut, with its line ends or without', () => {
	const prompt = `Please write\nto Ada Lovelace,\n12 Byron Street, about her loan of 500 pounds`;
	const quoted = `Invalid content: "${prompt.slice(10).replace(/\n/g, ' ')}" is not allowed`;
	expect(clean(quoted, prompt)).toBe('Invalid content: "…" is not allowed');
	expect(clean(`Invalid: ${prompt.slice(14, 50)} and ${prompt.slice(-25)}`, prompt)).toBe('Invalid: … and …');
	expect(clean('You said: buy milk', 'buy milk')).toBe('You said: …');
});

test('everyday words of the prompt stay', () => {
	const words = 'maximum context length is 8192 tokens';
	expect(clean(words, 'What is the maximum length of a context?')).toBe(words);
});

test('long words are bounded', () => {
	const cleaned = clean('word '.repeat(2000));
	expect(cleaned.length).toBeLessThanOrEqual(300);
	expect(cleaned.endsWith('…')).toBe(true);
});

test.each([
	['a large prompt', 'lorem ipsum dolor sit amet '.repeat(40_000), 'no such text here at all'],
	['the same letter', 'a'.repeat(1_000_000), `${'a'.repeat(18)}b`.repeat(200)],
	['hostile words', 'x'.repeat(1000), `${'A-'.repeat(1500)}${'*'.repeat(900)}`],
])('%s costs little', (_, prompt, words) => {
	const started = performance.now();
	clean(words, prompt);
	expect(performance.now() - started).toBeLessThan(500);
});
