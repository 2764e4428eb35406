import { countCall, mayRetry } from '../../../../router/failover/health/retryBudget';
import { createMemoryState } from '../../../../router/state/state';
import { modelOf } from '../../../support/standIn/scriptedModel';
import { virtualTime } from '../../../support/virtualTime';

const model = modelOf('first', null);

describe('the retry budget of a model', () => {
	test('is ten a second, or a fifth of the calls of the last minute', async () => {
		const { facts } = createMemoryState(virtualTime().surroundings);
		const count = async (calls: number, now: number, isRetry: boolean): Promise<number> => {
			let counted = 0;
			for (let call = 0; call < calls; call += 1) {
				let isMade = true;
				const one = { isMade: () => isMade, drop: () => (isMade = false) };
				await facts.update([countCall(model, () => now, isRetry, one)]);
				counted += Number(isMade);
			}
			return counted;
		};
		// Ten of them in any case.
		expect(await count(30, 0, true)).toBe(10);
		expect(await count(30, 1_000, true)).toBe(10);
		expect(await mayRetry(facts, model, 1_500)).toBe(false);
		expect(await mayRetry(facts, model, 2_000)).toBe(true);
		// With 180 first tries to the 20 retries, a fifth of all is 40 in 200, then 45 in 225.
		expect(await count(180, 2_000, false)).toBe(180);
		expect(await count(100, 2_000, true)).toBe(25);
		// What is older than a minute no longer counts: 25 retries in 205 calls are left, then 45 in 225.
		expect(await count(100, 61_999, true)).toBe(20);
		expect(await count(100, 125_000, true)).toBe(10);
	});
});
