import { encode } from 'gpt-tokenizer/cjs/encoding/o200k_base';
import { estimateTokens } from '../../../router/text/tokens';
import { SAMPLE_TEXTS } from '../classify/sampleTexts';

const off = (text: string) => estimateTokens(text) / encode(text).length - 1;

describe('estimateTokens', () => {
	it.each(Object.entries(SAMPLE_TEXTS))('is within 15 %% of o200k_base for %s', (_name, text) => {
		expect(Math.abs(off(text))).toBeLessThan(0.15);
	});

	it('holds for half of each text and for mixtures', () => {
		const texts = Object.values(SAMPLE_TEXTS);
		for (let i = 0; i < texts.length; i++) {
			const mixture = `${texts[i]}\n\n${texts[(i + 5) % texts.length]}`;
			expect(Math.abs(off(mixture))).toBeLessThan(0.15);
		}
	});

	it('holds for a long text, which is sampled', () => {
		const text = Object.values(SAMPLE_TEXTS).join('\n\n').repeat(15);
		expect(text.length).toBeGreaterThan(65_536);
		expect(Math.abs(off(text))).toBeLessThan(0.15);
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
