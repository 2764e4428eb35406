import { DEFAULTS } from '../../../router/failover/settings';
import { ConfigurationError } from '../../../router/types';
import type { ErrorCategory, Model } from '../../../router/types';
import { end, fails, text, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';
import { outcomes, setting } from './setting';
import { requestOf } from '../../support/requests';

const also = (category: ErrorCategory) => ({ fallbackOn: new Set([...DEFAULTS.fallbackOn, category]) });

describe('what may pass', () => {
	// For each row: what the first model does, how often it is asked, and who answers.
	const rows: Array<[string, Play, number, string | null, ErrorCategory | 'answered']> = [
		['429 without Retry-After', fails('rateLimited', { status: 429 }), 3, 'second', 'rateLimited'],
		['529', fails('overloaded', { status: 529 }), 3, 'second', 'overloaded'],
		['500', fails('serverError', { status: 500 }), 3, 'second', 'serverError'],
		['504', fails('timeout', { status: 504 }), 3, 'second', 'timeout'],
		['reset', fails('network'), 3, 'second', 'network'],
		['401', fails('authentication', { status: 401, retryAfterMs: 100 }), 1, 'second', 'authentication'],
		['404', fails('modelNotFound', { status: 404 }), 1, 'second', 'modelNotFound'],
		['quota', fails('quotaExhausted', { status: 429, retryAfterMs: 100 }), 1, 'second', 'quotaExhausted'],
		['another 400', fails('invalidRequest', { status: 400 }), 1, 'second', 'invalidRequest'],
		['filter as 400', fails('contentFiltered', { status: 400 }), 1, null, 'contentFiltered'],
		['filter in the stream', [text('no'), end('contentFilter')], 1, null, 'contentFiltered'],
		['refusal', [end('refusal', null, 'not that')], 1, null, 'refused'],
		['silence', ['hang'], 1, 'second', 'firstTokenTimeout'],
		['a ping is no token', [{ type: 'usage', usage: ZERO() }, 'hang'], 1, 'second', 'firstTokenTimeout'],
		['an empty text is no token', [text(''), 'hang'], 1, 'second', 'firstTokenTimeout'],
		['a stall', [text('half'), 'hang'], 1, 'second', 'stalled'],
		['a stall after thinking', [{ type: 'reasoning' }, 'hang'], 1, 'second', 'stalled'],
		['cut off', [text('half')], 2, 'second', 'network'],
		['an error event', [text('half'), ...fails('overloaded')], 2, 'second', 'overloaded'],
		['an unknown fault', [new Error('sk-secret')], 3, 'second', 'serverError'],
		['a hang-up that is not ours', fails('cancelled'), 3, 'second', 'network'],
		['nothing', [], 2, 'second', 'network'],
		['an empty answer', [text(' \n'), end()], 2, 'second', 'emptyAnswer'],
		['all tokens spent on thinking', [{ type: 'reasoning' }, end('length')], 1, 'second', 'emptyAnswer'],
		['cut at the token limit', [text('half'), end('length')], 1, 'first', 'answered'],
		['an unnamed finish reason', [text('whole'), end('other')], 1, 'first', 'answered'],
	];
	test.each(rows)('%s', async (_name, play, calls, winner, outcome) => {
		const { model, ask, clients } = setting();
		const result = await ask([model('first', [play]), model('second', [whole()])], { hedgeAfterMs: 0 });

		expect(clients.first.calls).toHaveLength(calls);
		expect(result.attempts.filter((attempt) => attempt.model === 'first')).toHaveLength(calls);
		expect(result.attempts[0].outcome).toBe(outcome);
		expect(result.answer?.model.alias ?? null).toBe(winner);
		expect(result.failure?.category ?? null).toBe(winner ? null : outcome);
		if (winner === 'second') expect(result.answer?.text).toBe('whole');
		expect(JSON.stringify(result)).not.toContain('sk-secret');
	});

	test('a category that the user names leads to the next model, one that he takes out ends the walk', async () => {
		const { model, ask } = setting();
		const models = (play: Play) => [model('first', [play]), model('second', [whole()])];
		expect((await ask(models([end('refusal')]), also('refused'))).answer?.model.alias).toBe('second');
		expect((await ask(models([text('half'), end('length')]), also('truncated'))).answer?.text).toBe('whole');

		const never = await ask(models(fails('serverError')), { fallbackOn: new Set() });
		expect(outcomes(never)).toEqual(['first serverError', 'first serverError', 'first serverError']);
		expect(never.failure?.category).toBe('serverError');
	});

	test('when every answer is cut and that counts, the item fails as truncated', async () => {
		const { model, ask } = setting();
		const cut: Play = [text('half'), end('length')];
		const result = await ask([model('first', [cut]), model('second', [cut])], also('truncated'));
		expect(result).toMatchObject({ answer: null, failure: { category: 'truncated' } });
	});

	test('a retry answers with its own text alone', async () => {
		const { model, ask } = setting();
		const result = await ask([model('first', [[text('half of '), 'hang'], whole('all')])]);
		expect(outcomes(result)).toEqual(['first stalled', 'first answered']);
		expect(result.answer).toMatchObject({ text: 'all', usageEstimated: false, finishReason: 'stop' });
	});

	test('a model without a client is a fault of the settings', async () => {
		const { model, ask } = setting();
		await expect(ask([{ ...model('first', [[]]), client: null }])).rejects.toThrow(ConfigurationError);
	});
});

describe('two aliases of one endpoint', () => {
	const endpoint = 'openAi https://one.test one';
	const ask = async (category: ErrorCategory, more: Partial<Model>) => {
		const house = setting();
		const play = fails(category, { status: 400 });
		const models = [
			house.model('one', [play], { endpoint }),
			house.model('alias', [play], { endpoint, ...more }),
			house.model('last', [whole()]),
		];
		// Manual execution: cooldowns are ignored.
		return outcomes(await house.ask(models, { heedCooldowns: false }));
	};

	test.each<ErrorCategory>([
		'authentication',
		'modelNotFound',
		'quotaExhausted',
		'invalidRequest',
		'contextOverflow',
	])('%s is not asked for twice', async (category) => {
		expect(await ask(category, {})).toEqual([`one ${category}`, 'last answered']);
	});

	test.each<[ErrorCategory, Partial<Model>]>([
		['authentication', { keys: ['another'] }],
		['invalidRequest', { temperature: 1 }],
		['contextOverflow', { maxOutputTokens: 10 }],
	])('%s is, where the other alias differs in what matters', async (category, more) => {
		expect(await ask(category, more)).toEqual([`one ${category}`, `alias ${category}`, 'last answered']);
	});
});

describe('context overflow', () => {
	test('only larger and unknown windows are asked next', async () => {
		const { model, ask } = setting();
		const overflow = fails('contextOverflow', { status: 400 });
		const result = await ask([
			model('small', [overflow], { contextWindow: 8_000 }),
			model('same', [whole()], { contextWindow: 8_000 }),
			model('unknown', [overflow]),
			model('large', [whole()], { contextWindow: 128_000 }),
		]);
		expect(outcomes(result)).toEqual(['small contextOverflow', 'unknown contextOverflow', 'large answered']);
	});
});

describe('what is told when nobody answers', () => {
	test('the first choice’s last word, its name, a remedy and how many were tried', async () => {
		const { model, ask } = setting();
		const { failure } = await ask([
			model('first', [fails('network'), fails('authentication', { status: 401 }, 'The key is not valid')]),
			model('second', [['hang']]),
		]);
		expect(failure).toEqual({
			category: 'authentication',
			message: 'first: The key is not valid. Check the API key in the credential. 2 models were tried.',
		});
	});

	test('what ended the walk comes before the first choice’s reason', async () => {
		const { model, ask } = setting();
		const { failure } = await ask([
			model('first', [fails('network')]),
			model('second', [[end('refusal', null, 'no recipes for that')]]),
			model('third', [whole()]),
		]);
		expect(failure?.category).toBe('refused');
		expect(failure?.message).toContain('second: It refused to answer: no recipes for that.');
	});

	test('nobody to ask', async () => {
		const { ask } = setting();
		expect(await ask([])).toMatchObject({ failure: { category: 'invalidRequest' }, attempts: [] });
	});
});

describe('what is recorded and billed', () => {
	test('an attempt names its times, its status and what it costs', async () => {
		const { model, ask } = setting();
		const early = { ...ZERO(), inputTokens: 40, outputTokens: 1 };
		const { attempts } = await ask(
			[
				model('refuses', [fails('rateLimited', { status: 429, retryAfterMs: 9_000 }, 'Too many requests.')]),
				model('silent', [['hang']]),
				model('dies', [[{ type: 'usage', usage: early }, { wait: 500 }, text('eight ch'), 'hang']]),
				model('counts', [[{ wait: 200 }, { type: 'reasoning' }, { wait: 300 }, text('ok'), end()]]),
			],
			{ maxRetries: 0, hedgeAfterMs: 0 },
		);
		expect(attempts[0]).toEqual({
			model: 'refuses',
			startedAt: '2026-01-01T00:00:00.000Z',
			ms: 0,
			firstTokenMs: null,
			outcome: 'rateLimited',
			status: 429,
			retryAfterMs: 9_000,
			message: 'Too many requests.',
			billing: 'none',
			costNano: 0,
			usage: null,
		});
		expect(attempts[1]).toMatchObject({ ms: 30_000, billing: 'estimated', usage: { inputTokens: 4 } });
		expect(attempts[2]).toMatchObject({ ms: 15_500, firstTokenMs: 500, billing: 'estimated' });
		expect(attempts[2].usage).toMatchObject({ inputTokens: 40, outputTokens: 8, totalTokens: 48 });
		expect(attempts[3]).toMatchObject({ ms: 500, firstTokenMs: 200, outcome: 'answered', billing: 'named' });
		expect(attempts[3].startedAt).toBe('2026-01-01T00:00:45.500Z');
	});

	test('an answer without usage is estimated and says so', async () => {
		const { model, ask } = setting();
		const result = await ask([model('first', [[text('12345'), end('stop', null)]])]);
		expect(result.answer).toMatchObject({ usageEstimated: true, usage: { inputTokens: 4, outputTokens: 5 } });
		expect(result.attempts[0].billing).toBe('estimated');
	});
});

describe('what a model is asked', () => {
	test('its own temperature and limit go before the node’s', async () => {
		const { model, ask, clients } = setting();
		const request = requestOf('four', { limits: { maxOutputTokens: 500, temperature: 1 } });
		await ask(
			[model('first', [whole()], { temperature: 0, maxOutputTokens: 900, reasoningEffort: 'low' })],
			{},
			{ request },
		);
		expect(clients.first.calls[0].request).toMatchObject({
			limits: { maxOutputTokens: 900, temperature: 0 },
			reasoningEffort: 'low',
		});
		expect(clients.first.calls[0].key).toBe('key');
	});
});

function ZERO() {
	return { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, totalTokens: 0 };
}
