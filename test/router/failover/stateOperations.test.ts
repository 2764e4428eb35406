import type { State } from '../../../router/state/state';

import { fails, whole } from '../../support/standIn/scriptedModel';
import { outcomes, setting } from './setting';

/** So long each operation takes, in ms, as one does that goes over a network. */
const TRIP_MS = 100;

function distant() {
	const all = setting();
	const { facts } = all.state;
	let operations = 0;
	const trip = async () => {
		operations += 1;
		await all.time.surroundings.sleep(TRIP_MS);
	};
	const far: State['facts'] = {
		async read(keys) {
			await trip();
			return await facts.read(keys);
		},
		async update(changes) {
			await trip();
			await facts.update(changes);
		},
		list: (kind) => facts.list(kind),
	};
	const waited = async (work: () => Promise<unknown>) => {
		const from = all.time.elapsed();
		await all.time.run(work);
		return (all.time.elapsed() - from) / TRIP_MS;
	};
	const state = { ...all.state, facts: far };
	return { ...all, waited, world: { state }, operations: () => operations };
}

describe('what a healthy call waits for of the state', () => {
	test.each([
		['one key', 1],
		['five keys', 5],
	])('is one look and one step, with limits and %s', async (_, count) => {
		const { model, start, waited, world, operations, time } = distant();
		const keys = Array.from({ length: count }, (__, index) => `key ${index}`);
		const limits = {
			keys,
			site: 'here',
			maxConcurrent: 4,
			maxRequestsPerMinute: 50,
			maxTokensPerMinute: 9_000,
		};
		const models = [model('first', [whole()], limits), model('second', [whole()], { site: 'there' })];
		for (let call = 0; call < 3; call += 1) {
			expect(await waited(async () => await start(models, {}, world))).toBe(2);
		}
		await time.runOut();
		// Besides those: that a token came, and what the call said in the end.
		expect(operations()).toBe(3 * 4);
	});

	test('what a failure leaves behind is known before the next call', async () => {
		const { model, start, world, time } = distant();
		const models = [model('first', [fails('authentication')]), model('second', [whole()])];
		expect(outcomes(await time.run(async () => await start(models, {}, world)))).toHaveLength(2);
		expect(outcomes(await time.run(async () => await start(models, {}, world)))).toEqual(['second answered']);
	});
});
