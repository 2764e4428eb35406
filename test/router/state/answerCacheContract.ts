import type { AnswerCache, CacheEntry } from '../../../router/state/answerCache';

export const entryOf = (text: string, keptAt = 0, expiresAt = 1000): CacheEntry => ({
	answer: {
		model: 'one',
		parts: null,
		text,
		json: null,
		finishReason: 'stop',
		usage: {
			inputTokens: 1,
			outputTokens: 1,
			cachedInputTokens: 0,
			reasoningTokens: 0,
			totalTokens: 2,
		},
		usageEstimated: false,
		escalatedFrom: [],
	},
	keptAt,
	expiresAt,
});

/** What every place for answers has to do. @param make an empty one with room for so many bytes */
export function describeAnswerCache(name: string, make: (bytes: number) => AnswerCache): void {
	describe(`answers in ${name}`, () => {
		it('are there until they expire, the latest of a key', async () => {
			const cache = make(1e6);
			expect(await cache.get('a', 0)).toBeNull();
			await cache.put('a', entryOf('first'));
			await cache.put('a', entryOf('second', 10, 500));
			expect(await cache.get('a', 499)).toEqual(entryOf('second', 10, 500));
			expect(await cache.get('b', 0)).toBeNull();
			expect(await cache.get('a', 500)).toBeNull();
		});

		it('take no more room than they are given; those longest unused give way', async () => {
			const cache = make(100_000);
			const text = 'x'.repeat(5000);
			for (let i = 0; i < 50; i++) {
				await cache.put(`key ${i}`, entryOf(text));
				await cache.get('key 0', 0);
			}
			const there = [];
			for (let i = 0; i < 50; i++) if (await cache.get(`key ${i}`, 0)) there.push(i);
			expect(there.length * text.length).toBeLessThanOrEqual(100_000);
			expect(there.length).toBeGreaterThan(2);
			expect(there[0]).toBe(0);
			expect(there.at(-1)).toBe(49);
		});

		it('that are larger than all of it are not kept, and leave nothing older behind', async () => {
			const cache = make(100_000);
			await cache.put('a', entryOf('small'));
			await cache.put('b', entryOf('small'));
			await cache.put('a', entryOf('x'.repeat(200_000)));
			expect(await cache.get('a', 0)).toBeNull();
			expect(await cache.get('b', 0)).not.toBeNull();
		});

		it('are forgotten on demand', async () => {
			const cache = make(1e6);
			await cache.put('a', entryOf('one'));
			await cache.put('b', entryOf('two'));
			expect(await cache.clear()).toBe(2);
			expect(await cache.get('a', 0)).toBeNull();
			expect(await cache.clear()).toBe(0);
		});

		it('that nobody asks for any more leave when their time is over', async () => {
			const cache = make(1e6);
			for (let i = 0; i < 10; i++) await cache.put(`old ${i}`, entryOf('old', 0, 1000));
			await cache.put('new', entryOf('new', 120_000, 200_000));
			expect(await cache.clear()).toBe(1);
		});
	});
}
