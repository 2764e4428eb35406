import { encode } from 'gpt-tokenizer/cjs/encoding/o200k_base';
import { estimateTokens } from '../../../router/text/tokens';
import { readCorpus } from '../../../train/data';
import { SAMPLE_TEXTS } from '../classify/sampleTexts';

/** Too low costs money, as budgets reserve the margin on top; too high by a little more only reserves too much. */
const MOST_HIGH = 0.2;
const MOST_LOW = -0.15;
const off = (text: string) => estimateTokens(text) / encode(text).length - 1;

describe('estimateTokens', () => {
	it.each(Object.entries(SAMPLE_TEXTS))(
		'is no more than 15 %% below and 20 %% above o200k_base for %s',
		(_name, text) => {
			expect(off(text)).toBeLessThan(MOST_HIGH);
			expect(off(text)).toBeGreaterThan(MOST_LOW);
		},
	);

	it('holds for half of each text and for mixtures', () => {
		const texts = Object.values(SAMPLE_TEXTS);
		for (let i = 0; i < texts.length; i++) {
			const mixture = `${texts[i]}\n\n${texts[(i + 5) % texts.length]}`;
			expect(off(mixture)).toBeLessThan(MOST_HIGH);
			expect(off(mixture)).toBeGreaterThan(MOST_LOW);
		}
	});

	it('holds for a long text, which is sampled', () => {
		const text = Object.values(SAMPLE_TEXTS).join('\n\n').repeat(15);
		expect(text.length).toBeGreaterThan(65_536);
		expect(Math.abs(off(text))).toBeLessThan(0.15);
	});

	it('is off by less than its margin in every language of our corpus, a page at a time', () => {
		const pages = new Map<string, string[]>();
		for (const { lang, prompt } of readCorpus()) {
			const list = pages.get(lang) ?? [''];
			pages.set(lang, list);
			if (list[list.length - 1].length > 1_500) list.push('');
			list[list.length - 1] += `${prompt}\n`;
		}
		const whole = [...pages].map(
			([lang, list]) => [lang, list.filter((page) => page.length > 1_000)] as const,
		);
		const median = (list: readonly string[]) => list.map(off).sort((a, b) => a - b)[list.length >> 1];
		const far = whole.filter(([, list]) => list.length > 0 && Math.abs(median(list)) > 0.13);
		expect(far.map(([lang, list]) => `${lang} ${median(list).toFixed(2)}`)).toEqual([]);
		const all = whole.flatMap(([, list]) => list);
		const low = all.filter((page) => off(page) < -0.15);
		expect(low.length / all.length).toBeLessThan(0.01);
		expect(all.length).toBeGreaterThan(200);
	});

	it('counts nothing for nothing, and something for anything', () => {
		expect(estimateTokens('')).toBe(0);
		for (const text of ['a', '?', ' ', '\n', '字', '😀', '\ud83d'])
			expect(estimateTokens(text)).toBeGreaterThan(0);
	});

	it.each(['QmFzZTY0IGlzIGEgZ3JvdXAgb2YgYmluYXJ5', '[{(<', '\t \n', '😀', '1234567890'])(
		'keeps a run of %j in proportion',
		(unit) => {
			const line = unit.repeat(300);
			const counted = encode(line).length;
			expect(estimateTokens(line)).toBeGreaterThan(counted / 3);
			expect(estimateTokens(line)).toBeLessThan(counted * 3);
		},
	);
});

it('counts what an agent sends again with each step once', () => {
	const texts = Array.from({ length: 60 }, (_, index) =>
		`Order ${index} was sent to Lima on time. `.repeat(400),
	);
	const counted = () => {
		const startedAt = performance.now();
		const tokens = texts.map((text) => estimateTokens(`${text} `.slice(0, -1)));
		return { tokens, ms: performance.now() - startedAt };
	};
	const first = counted();
	const again = counted();
	expect(again.tokens).toEqual(first.tokens);
	expect(again.ms).toBeLessThan(first.ms / 2);
	// One letter more is another text.
	expect(estimateTokens(`${texts[0]!}${'word '.repeat(100)}`)).toBeGreaterThan(first.tokens[0]! + 50);
});
