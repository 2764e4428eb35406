import { DEFAULTS } from '../../../router/failover/settings';
import type { Model } from '../../../router/types';
import { end, fails, text, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';
import { outcomes, setting } from './setting';
import { requestOf } from '../../support/requests';
import type { Escalation } from '../../../router/failover/terms';

const passes: Play = whole("I don't know.");
const escalation = (ladder: readonly Model[], toleratedDoubt = 0.5): { escalation: Escalation } => ({
	escalation: { ladder, toleratedDoubt },
});
const names = (models: readonly Model[]): string[] => models.map(({ alias }) => alias);

function three(
	cheap: Play | Play[],
	better: Play | Play[] = whole('It was Roebling.'),
	best: Play = whole('best'),
) {
	const house = setting();
	const plays = (play: Play | Play[]): Play[] => (Array.isArray(play[0]) ? (play as Play[]) : [play as Play]);
	const models = [
		house.model('cheap', plays(cheap)),
		house.model('better', plays(better)),
		house.model('best', [best]),
	];
	return { ...house, models };
}

describe('an answer that does not hold leads to the next better model, at once', () => {
	test.each<[string, Play, string]>([
		['it says that it cannot', passes, 'refused'],
		['it is refused', [text('No.'), end('refusal')], 'refused'],
		['it is empty', [end()], 'emptyAnswer'],
	])('%s', async (_name, cheap, category) => {
		const { models, ask, clients } = three(cheap);
		const result = await ask(models, escalation(models));
		expect(outcomes(result)).toEqual([`cheap ${category}`, 'better answered']);
		expect(result.attempts[0]).toMatchObject({ billing: 'named', usage: { totalTokens: 15 } });
		expect(result.answer).toMatchObject({ text: 'It was Roebling.', model: { alias: 'better' } });
		expect(names(result.escalatedFrom)).toEqual(['cheap']);
		expect(clients.cheap.calls).toHaveLength(1);
	});

	test('JSON that does not fit: after one repair', async () => {
		const { models, ask } = three(whole('no json'), whole('{"a":1}'));
		const request = requestOf('four', { format: { type: 'json' } });
		const result = await ask(models, escalation(models), { request });
		expect(outcomes(result)).toEqual(['cheap invalidOutput', 'cheap invalidOutput', 'better answered']);
		expect(names(result.escalatedFrom)).toEqual(['cheap']);
	});

	test('whatever the user names as a reason for a fallback; but a content filter is the last word', async () => {
		const none = { fallbackOn: new Set<never>() };
		const empty = three([end()]);
		expect((await empty.ask(empty.models, { ...none, ...escalation(empty.models) })).answer).not.toBeNull();
		const filtered = three([end('contentFilter')]);
		const result = await filtered.ask(filtered.models, escalation(filtered.models));
		expect(result.failure?.category).toBe('contentFiltered');
		expect(result.attempts).toHaveLength(1);
	});
});

test.each([
	[1, "I don't know.", 'cheap'],
	[0.5, "I'm not sure, but it was Roebling.", 'cheap'],
	[0, "I'm not sure, but it was Roebling.", 'better'],
	[0, 'It was Roebling.', 'cheap'],
])('doubt of up to %d is put up with: %s', async (tolerated, words, by) => {
	const { models, ask } = three(whole(words));
	expect((await ask(models, escalation(models, tolerated))).answer?.model.alias).toBe(by);
});

test('a cheap answer is better than nothing, and the best of several is passed on', async () => {
	const down = fails('serverError', { status: 500 });
	const one = three(passes, down, down);
	const result = await one.ask(one.models, { maxRetries: 0, ...escalation(one.models) });
	expect(outcomes(result)).toEqual(['cheap answered', 'better serverError', 'best serverError']);
	expect(result).toMatchObject({ answer: { text: "I don't know." }, failure: null, escalatedFrom: [] });
	expect(result.attempts[0].message).toBeNull();

	const two = three(passes, whole('I cannot answer that.'), down);
	const later = await two.ask(two.models, { maxRetries: 0, ...escalation(two.models) });
	expect(outcomes(later)).toEqual(['cheap refused', 'better answered', 'best serverError']);

	// The last of the ladder may say that it cannot.
	const all = three(passes, passes, passes);
	const end = await all.ask(all.models, escalation(all.models));
	expect(outcomes(end)).toEqual(['cheap refused', 'better refused', 'best answered']);

	const filtered = three(passes, [text('x'), { type: 'end', finishReason: 'contentFilter', usage: null }]);
	expect((await filtered.ask(filtered.models, escalation(filtered.models))).answer?.model.alias).toBe(
		'cheap',
	);
});

test('a cancelled execution has no answer, whatever is held', async () => {
	const { models, start, time } = three(passes, ['hang']);
	const cancel = new AbortController();
	void time.surroundings.sleep(1_000).then(() => cancel.abort());
	const result = await time.run(() => start(models, escalation(models), { signal: cancel.signal }));
	expect(result).toMatchObject({ answer: null, failure: { category: 'cancelled' } });
});

test('models off the ladder stand in where others fail, never for an answer', async () => {
	const { models, ask, clients } = three(passes, fails('invalidRequest'));
	const ladder = models.slice(0, 2);
	const result = await ask(models, escalation(ladder));
	expect(result.answer?.model.alias).toBe('cheap');
	expect(clients.best.calls).toHaveLength(0);

	const failed = three(fails('invalidRequest'), fails('invalidRequest'));
	const other = await failed.ask(failed.models, escalation(failed.models.slice(0, 2)));
	expect(other).toMatchObject({ answer: { model: { alias: 'best' } }, escalatedFrom: [] });
});

test('beside a silent model: the better one that stands in for it goes on alone', async () => {
	const { models, ask } = three([{ wait: 9_000 }, ...passes], [{ wait: 3_000 }, ...whole('by hedge')]);
	const result = await ask(models, { ...DEFAULTS, ...escalation(models) });
	expect(outcomes(result)).toEqual(['cheap refused', 'better answered']);
	expect(result.answer?.text).toBe('by hedge');
});
