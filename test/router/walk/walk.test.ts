import { userMessage } from '../../../router/text/parts';
import type { ClassifierResult } from '../../../router/classify/classify';
import type { Occasion } from '../../../router/walk/walk';
import type { Attachment, ChatRequest, Decision, Model } from '../../../router/types';
import { policyOf, ruleOf, type Settings } from '../../support/policies';
import { requestOf } from '../../support/requests';
import { answeringHouse, ASK, RESULT } from '../../support/standIn/answeringHouse';
import { fails, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';

/** The house of `answeringHouse`, whose time runs while it decides. */
function house(seed = 1, result?: ClassifierResult) {
	const { engine, model, decide, run, ...time } = answeringHouse({ seed, result });
	return {
		...time,
		engine,
		model: (alias: string, plays: Play[] = [whole()], more: Partial<Model> = {}) => model(alias, plays, more),
		decide: (
			models: Model[],
			{ rules, ...policy }: Settings = {},
			prompt = ASK,
			more: { request?: Partial<ChatRequest>; occasion?: Occasion } = {},
		): Promise<Decision> =>
			run(() => decide(models, { prompt, policy, ...(rules && { rules: [...rules] }), ...more })),
	};
}

describe('answer', () => {
	test('the first choice: answered, with its cost, its time and everything in between', async () => {
		const { model, decide } = house();
		const decision = await decide([model('first', [[{ wait: 300 }, ...whole('At nine.')]]), model('second')]);
		expect(decision).toMatchObject({
			outcome: 'answered',
			route: { name: 'Rule', ruleIndex: 0, strategy: 'priority' },
			classification: { ...RESULT, ms: 0 },
			answer: { text: 'At nine.' },
			failure: null,
			ms: 300,
			// 10 input tokens at 1 and 5 output tokens at 10 USD a million.
			cost: { costNano: 60_000, estimated: false },
		});
		expect(decision.attempts).toHaveLength(1);
		expect(decision.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
	});

	test('another model: fallback; nobody: failed', async () => {
		const { model, decide } = house();
		const down = () => model('first', [fails('network')]);
		expect(await decide([down(), model('second')])).toMatchObject({
			outcome: 'fallback',
			answer: { model: { alias: 'second' } },
		});
		expect(await decide([down()])).toMatchObject({ outcome: 'failed', failure: { category: 'network' } });
	});

	test('ids come from the time and the chance that are given, and sort by time', async () => {
		const ids = async (seed: number) => {
			const { model, decide } = house(seed);
			const models = [model('first', [[{ wait: 5 }, ...whole()]])];
			return [(await decide(models)).id, (await decide(models)).id];
		};
		expect(await ids(3)).toEqual(await ids(3));
		expect(await ids(3)).not.toEqual(await ids(4));
		const [one, two] = await ids(5);
		expect(one < two).toBe(true);
	});
});

describe('cascade', () => {
	const rules = [ruleOf({ strategy: 'cascade' })];
	const priced = (price: number, quality: number): Partial<Model> => ({
		prices: { input: { base: price }, output: { base: price } },
		quality,
	});
	const three = (
		model: ReturnType<typeof house>['model'],
		cheap: Play,
		better: Play = whole('It was Roebling.'),
	): Model[] => [
		model('best', [whole('best')], priced(9, 90)),
		model('better', [better], priced(3, 60)),
		model('cheap', [cheap], priced(1, 30)),
	];
	const unsure = whole("I'm not sure, but I think it was Roebling.");

	test('an escalation is the strategy at work, and everything is paid for', async () => {
		const { model, decide } = house();
		const decision = await decide(three(model, whole("I don't know.")), { rules });
		expect(decision).toMatchObject({
			outcome: 'answered',
			escalated: true,
			answer: { model: { alias: 'better' } },
			// 15 tokens each, at 1 and at 3 USD a million.
			cost: { costNano: 60_000 },
		});
		expect(decision.attempts.map(({ model, outcome }) => `${model} ${outcome}`)).toEqual([
			'cheap refused',
			'better answered',
		]);
	});

	test('a technical failure of the first choice is a fallback, whatever comes after', async () => {
		const { model, decide } = house();
		const down = fails('invalidRequest');
		expect(await decide(three(model, down), { rules })).toMatchObject({ outcome: 'fallback' });
		expect((await decide(three(model, down), { rules })).escalated).toBeUndefined();
		expect(await decide(three(model, down, whole('I cannot answer.')), { rules })).toMatchObject({
			outcome: 'fallback',
			escalated: true,
			answer: { model: { alias: 'best' } },
		});
		expect(await decide(three(model, whole('I cannot answer.'), down), { rules })).toMatchObject({
			outcome: 'answered',
			escalated: true,
			answer: { model: { alias: 'best' } },
		});
	});

	test.each<[number, Play, string]>([
		[0, whole("I don't know."), 'cheap'],
		[0.5, unsure, 'cheap'],
		[1, unsure, 'better'],
		[1, whole('It was Roebling.'), 'cheap'],
	])('preference %d', async (preference, play, by) => {
		const { model, decide } = house();
		const decision = await decide(three(model, play), { rules, preference });
		expect(decision).toMatchObject({ outcome: 'answered', answer: { model: { alias: by } } });
	});

	test('a translation may say that it does not know', async () => {
		const { model, decide } = house(1, { ...RESULT, task: 'translation' });
		const models = three(model, whole("I don't know."));
		const decision = await decide(models, { rules });
		expect(decision.answer?.model.alias).toBe('cheap');
	});
});

describe('fastest', () => {
	test('learns who is fastest, goes there most of the time, and notices a change', async () => {
		const { model, decide } = house();
		const answers = (ms: number): Play => [{ wait: ms }, ...whole()];
		const changing = [...Array<Play>(12).fill(answers(2_000)), answers(50)];
		const models = [model('slow', [answers(900)]), model('fast', [answers(200)]), model('later', changing)];
		const rules = [ruleOf({ strategy: 'fastest' })];
		const counts = async (times: number): Promise<Record<string, number>> => {
			const firsts: Record<string, number> = { slow: 0, fast: 0, later: 0 };
			for (let index = 0; index < times; index += 1) {
				const decision = await decide(models, { rules });
				expect(decision.outcome).toBe('answered');
				firsts[decision.answer?.model.alias ?? ''] += 1;
			}
			return firsts;
		};
		expect((await counts(60)).fast).toBeGreaterThan(40);
		const later = await counts(1_500);
		expect(later.later).toBeGreaterThan(later.fast / 2);
		expect((await counts(100)).later).toBeGreaterThan(85);
	});
});

test('onPart is told the answer as it is written', async () => {
	const { model, decide } = house();
	const events: string[] = [];
	const onPart = (event: { type: string }): void => void events.push(event.type);
	await decide([model('first')], {}, ASK, { occasion: { onPart } });
	expect(events).toEqual(['begin', 'text', 'end']);
	await decide([model('first')], { rules: [ruleOf({ strategy: 'cascade' })] }, ASK, {
		occasion: { onPart },
	});
	await decide([model('first', [whole('{}')])], {}, ASK, {
		occasion: { onPart },
		request: { format: { type: 'json' } },
	});
	expect(events).toHaveLength(3);
});

describe('route and classify', () => {
	test('call nobody', async () => {
		const { model, decide } = house();
		const models = [
			model('first', undefined, { client: null }),
			model('second', undefined, { client: null }),
		];
		const routed = await decide(models, { mode: 'route', rules: [ruleOf({ models: ['second'] })] });
		expect(routed).toMatchObject({ outcome: 'routed', answer: null, failure: null, attempts: [] });
		expect(routed.route?.candidates[0].alias).toBe('second');
		expect(routed.cost.costNano).toBe(0);

		const classified = await decide(models, { mode: 'classify' });
		expect(classified).toMatchObject({ outcome: 'classified', route: null, failure: null });
		expect(classified.classification).toEqual({ ...RESULT, ms: 0 });
	});
});

test('no match: the default route, or no model at all', async () => {
	const { model, decide } = house();
	const rules = [ruleOf({ match: { keywords: ['refund'] } })];
	expect(await decide([model('first')], { rules })).toMatchObject({
		outcome: 'answered',
		route: { name: 'Default', ruleIndex: null },
	});
	for (const mode of ['answer', 'route'] as const) {
		expect(await decide([model('first')], { rules, mode, noMatch: 'output' })).toMatchObject({
			outcome: 'noMatch',
			answer: null,
			failure: null,
			attempts: [],
		});
	}
	// A rule of that name is a rule.
	expect(await decide([model('first')], { rules: [ruleOf({ name: 'No Match' })] })).toMatchObject({
		outcome: 'answered',
	});
});

test('the editor’s own conditions belong to the item', async () => {
	const { model, decide } = house();
	const rules = [ruleOf({ name: 'One' }), ruleOf({ name: 'Two' })];
	const conditionsHold = (index: number) => index === 1;
	const { route: chosen } = await decide([model('first')], { rules }, ASK, { occasion: { conditionsHold } });
	expect(chosen?.name).toBe('Two');
});

test.each([
	['answer', 'failed'],
	['route', 'routed'],
	['classify', 'classified'],
] as const)('an empty prompt in mode %s: %s, with the reason', async (mode, outcome) => {
	const { model, decide } = house();
	expect(await decide([model('first')], { mode }, ' \n')).toMatchObject({
		outcome,
		classification: null,
		route: null,
		failure: { category: 'invalidRequest', message: expect.stringContaining('empty') },
		attempts: [],
	});
});

test('what could not be read is a decision too', () => {
	const { engine, model } = house();
	const failure = { category: 'invalidRequest', message: 'The file is too large.' } as const;
	const request = requestOf(ASK);
	expect(engine.fail(failure, request, policyOf([model('first')]), {})).toMatchObject({
		outcome: 'failed',
		failure,
		attempts: [],
		ms: 0,
	});
});

describe('when nobody can take the request', () => {
	const image: Attachment = { kind: 'image', mediaType: 'image/png', data: 'AAAA' };
	const withImage = { messages: [userMessage(ASK, [image])] };

	test('because it is too long: contextOverflow', async () => {
		const { model, decide } = house();
		const history = { system: 'word '.repeat(9_000) };
		const models = [model('small', undefined, { contextWindow: 8_000 })];
		const { outcome, failure, attempts } = await decide(models, {}, ASK, { request: history });
		expect([outcome, failure?.category, attempts.length]).toEqual(['failed', 'contextOverflow', 0]);
		expect(failure?.message).toMatch(/small: its window of 8,000 tokens is too small/);
		expect(await decide(models, { mode: 'route' }, ASK, { request: history })).toMatchObject({
			outcome: 'routed',
			failure: { category: 'contextOverflow' },
		});
	});

	test('because of what is attached: invalidRequest', async () => {
		const { model, decide } = house();
		const { failure } = await decide([model('blind')], {}, ASK, { request: withImage });
		expect(failure).toMatchObject({
			category: 'invalidRequest',
			message: expect.stringContaining('blind: it cannot take images'),
		});
	});

	test('an image counts towards the window', async () => {
		const { model, decide } = house();
		const sees = { accepts: new Set(['image' as const]), contextWindow: 1_500 };
		const { failure } = await decide([model('sees', undefined, sees)], {}, ASK, { request: withImage });
		expect(failure?.category).toBe('contextOverflow');
	});
});
