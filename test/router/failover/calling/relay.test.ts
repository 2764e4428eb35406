import type { FailoverSettings, FailoverWorld } from '../../../../router/failover/settings';
import type { Model } from '../../../../router/types';
import { end, fails, text, whole } from '../../../support/standIn/scriptedModel';
import type { Play } from '../../../support/standIn/scriptedModel';
import { outcomes, setting } from '../setting';
import type { PartEvent } from '../../../../router/failover/terms';

/** Asks and writes down what was passed on, and when: `first[`, `words`, `]` for the end and `!` for an interruption. */
function watched() {
	const house = setting();
	const seen: Array<{ at: number; what: string }> = [];
	const onPart = (event: PartEvent): void => {
		const { type, model } = event;
		const what = type === 'begin' ? `${model}[` : type === 'text' ? event.text : type === 'end' ? ']' : '!';
		seen.push({ at: house.time.elapsed(), what });
	};
	return {
		...house,
		seen,
		said: () => seen.map(({ what }) => what).join(''),
		watch: (models: Model[], settings: Partial<FailoverSettings> = {}, more: Partial<FailoverWorld> = {}) =>
			house.ask(models, settings, { onPart, ...more }),
	};
}
const cut: Play = [text('half '), { wait: 50 }, text('an ans'), ...fails('network')];

test('the answer is passed on as it comes', async () => {
	const { model, watch, seen, said } = watched();
	const play: Play = [
		{ type: 'reasoning' },
		text('\n'),
		text('One'),
		{ wait: 500 },
		text(' two'),
		text(' '),
		end(),
	];
	const result = await watch([model('first', [play])]);
	expect(said()).toBe('first[\nOne two ]');
	expect(result.answer?.text).toBe('\nOne two ');
	expect(seen.map(({ at }) => at)).toEqual([0, 0, 500, 500, 500]);
});

test('what fails before its first word is not seen', async () => {
	const { model, watch, said } = watched();
	const models = [
		model('down', [fails('serverError')]),
		model('blank', [[text(' \n'), end()]]),
		model('thinks', [[{ type: 'reasoning' }, ...fails('stalled')]]),
		model('good', [whole('whole')]),
	];
	await watch(models, { maxRetries: 0 });
	expect(said()).toBe('good[whole]');
});

test.each<[string, Play]>([
	['is cut', cut],
	['stalls', [text('half an ans'), 'hang']],
	['is filtered', [text('half an ans'), end('contentFilter')]],
	['is refused', [text('half an ans'), end('refusal')]],
])('an answer that %s after its first word is interrupted, and the next begins anew', async (_name, play) => {
	const { model, watch, said } = watched();
	const models = [model('first', [play]), model('second', [whole('the whole')])];
	const fallbackOn = new Set(['network', 'stalled', 'contentFiltered', 'refused'] as const);
	const result = await watch(models, { maxRetries: 0, fallbackOn });
	expect(said()).toBe('first[half an ans!second[the whole]');
	expect(result.answer?.model.alias).toBe('second');
});

test('a retry begins anew, and a failure ends with the interruption', async () => {
	const one = watched();
	await one.watch([one.model('first', [cut, whole('whole')])]);
	expect(one.said()).toBe('first[half an ans!first[whole]');
	const two = watched();
	const result = await two.watch([two.model('first', [cut])], { maxRetries: 0 });
	expect(two.said()).toBe('first[half an ans!');
	expect(result.failure?.category).toBe('network');
});

describe('beside a silent model', () => {
	const slow = (ms: number, words: string): Play => [
		{ wait: ms },
		text(words),
		{ wait: 2_000 },
		text('.'),
		end(),
	];

	test('the first word wins: the other one is ended and not heard', async () => {
		const { model, watch, said, clients, time } = watched();
		const result = await watch([
			model('first', [slow(8_500, 'mine')]),
			model('second', [slow(400, 'yours')]),
		]);
		expect(said()).toBe('second[yours.]');
		expect(outcomes(result)).toEqual(['first cancelled', 'second answered']);
		expect(clients.first.calls[0].signal.aborted).toBe(true);
		expect(time.pending()).toBe(0);
	});

	test('who was ended is asked again if the one that led fails: the one that was silent last', async () => {
		const { model, watch, said } = watched();
		const breaks = (ms: number): Play => [{ wait: ms }, text('a'), { wait: 10 }, ...fails('network')];
		const settings = { maxRetries: 0 };
		const result = await watch(
			[
				model('first', [slow(20_000, 'x'), whole('back')]),
				model('second', [breaks(100)]),
				model('third', [breaks(100)]),
			],
			settings,
		);
		expect(said()).toBe('second[a!third[a!first[back]');
		expect(outcomes(result)).toEqual([
			'first cancelled',
			'second network',
			'third network',
			'first answered',
		]);

		const other = watched();
		await other.watch(
			[
				other.model('first', [breaks(8_100)]),
				other.model('second', [slow(20_000, 'x'), whole('second')]),
				other.model('third', [whole('third')]),
			],
			settings,
		);
		expect(other.said()).toBe('first[a!second[second]');
	});

	test('no other starts once words have been passed on', async () => {
		const { model, watch, clients } = watched();
		const play: Play = [text('a'), { wait: 14_000 }, text('b'), { wait: 14_000 }, end()];
		await watch([model('first', [play]), model('second', [whole()])]);
		expect(clients.second.calls).toHaveLength(0);
	});
});

test('a cancelled execution says nothing more', async () => {
	const { model, watch, said, time } = watched();
	const cancel = new AbortController();
	void time.surroundings.sleep(100).then(() => cancel.abort());
	const result = await watch([model('first', [[text('a'), 'hang']])], {}, { signal: cancel.signal });
	expect(said()).toBe('first[a');
	expect(result.failure?.category).toBe('cancelled');
});

test('nothing is passed on of a cascade', async () => {
	const { model, watch, said } = watched();
	const models = [model('first', [whole()])];
	await watch(models, { escalation: { ladder: models, toleratedDoubt: 0 } });
	expect(said()).toBe('');
});

describe('passed on for good', () => {
	test('once a part was passed on nobody else answers, and the failure says so', async () => {
		const { model, watch, said, clients } = watched();
		const models = [model('first', [cut]), model('second', [whole()])];
		const result = await watch(models, {}, { passOn: 'commit' });
		expect(said()).toBe('first[half an ans!');
		expect(result.answer).toBeNull();
		expect(result.failure?.category).toBe('network');
		expect(result.failure?.message).toContain('A part of its answer had been passed on, so no other model');
		expect(clients.first.calls).toHaveLength(1);
		expect(clients.second.calls).toHaveLength(0);
	});

	test('what fails before that is retried and answered by others as ever', async () => {
		const { model, watch, said } = watched();
		const models = [model('first', [fails('serverError')]), model('second', [whole()])];
		const result = await watch(models, {}, { passOn: 'commit' });
		expect(said()).toBe('second[whole]');
		expect(outcomes(result).at(-1)).toBe('second answered');
	});
});
