import { failureInWords } from '../../../router/failover/failover';
import { optionProperties } from '../../../nodes/host/properties/options';
import { CONDUCT, FALLBACK_CHOICES, FALLBACK_DEFAULT } from '../../../router/failover/conduct';
import type { Conduct } from '../../../router/failover/conduct';
import { DEFAULTS } from '../../../router/failover/settings';
import { ERROR_CATEGORIES, ModelError } from '../../../router/types';
import type { ErrorCategory, Model } from '../../../router/types';
import { end, fails, text, whole } from '../../support/standIn/scriptedModel';
import type { Play } from '../../support/standIn/scriptedModel';
import { outcomes, setting } from './setting';

/** The public contract: all but these lead on by default. */
const NOT_BY_DEFAULT = ['contentFiltered', 'refused', 'truncated', 'cancelled', 'blocked', 'overBudget'];

interface Field {
	name: string;
	default?: unknown;
	options?: Array<{ name: string; value?: unknown }>;
}
const collection = optionProperties[0]?.options as unknown as Field[];
const fallbackOn = collection.find(({ name }) => name === 'fallbackOn');

test('the defaults of table, panel and engine are the contract’s', () => {
	const contract = ERROR_CATEGORIES.filter((category) => !NOT_BY_DEFAULT.includes(category));
	expect(FALLBACK_DEFAULT).toEqual(contract);
	expect([...DEFAULTS.fallbackOn]).toEqual(contract);
	expect(fallbackOn?.default).toEqual(contract);
});

test('the panel offers what a person can choose, each in its words', () => {
	expect(fallbackOn?.options?.map(({ value }) => value).sort()).toEqual([...FALLBACK_CHOICES].sort());
	for (const { name, value } of fallbackOn?.options ?? [])
		expect(name).toBe(CONDUCT[value as ErrorCategory].label);
	expect(FALLBACK_CHOICES).toEqual(expect.arrayContaining([...FALLBACK_DEFAULT]));
});

describe.each(ERROR_CATEGORIES.map((category) => [category, CONDUCT[category]] as const))(
	'%s',
	(category, row) => {
		test('has words of its own', () => {
			expect(row.remedy).toMatch(/^[A-Z].*\.$/);
			expect(ERROR_CATEGORIES.filter((other) => CONDUCT[other].label === row.label)).toEqual([category]);
			expect(failureInWords(category)).not.toMatch(/\b[A-Z][a-z]/);
		});

		test('is held against the model only where it is the provider’s or the model’s', () => {
			const isOthers: Array<Conduct['owner']> = ['request', 'user', 'workflow'];
			if (!isOthers.includes(row.owner)) return;
			expect(row).toMatchObject({ retry: 'never', cooldown: 'none' });
			expect(row.circuit).not.toBe('failure');
		});

		test('does what its row says', async () => {
			const { model, ask, clients } = setting();
			const models: Model[] = [model('first', [fails(category)]), model('second', [whole()])];
			const result = await ask(models);
			// A provider that says itself that its model wrote nothing of use may do better the next time.
			const retry = category === 'invalidOutput' ? row.retryOfBroken : row.retry;
			const calls = { asSet: 3, once: 2, onceIfAlone: 1, ifByProvider: 1, never: 1 }[retry];
			// A client that names a cancel nobody asked for has lost its connection.
			const seen = category === 'cancelled' ? 'network' : category;
			const expected = Array<string>(seen === category ? calls : 3).fill(`first ${seen}`);
			const isAnswered = CONDUCT[seen].fallback === 'default';
			expect(outcomes(result)).toEqual([...expected, ...(isAnswered ? ['second answered'] : [])]);
			expect(clients.second?.calls).toHaveLength(isAnswered ? 1 : 0);
		});

		// The public contract: from one retry and then the next model.
		test.each([
			['beside another', 2, true],
			['alone', 10, false],
			['where the user wants no retries', 0, true],
		])('in an answer that had begun it is retried once at most, %s', async (_name, maxRetries, hasOther) => {
			const { model, ask, clients } = setting();
			const broken: Play = [text('half'), ...fails(category)];
			const others = hasOther ? [model('second', [whole()])] : [];
			const { answer } = await ask([model('first', [broken]), ...others], {
				maxRetries,
				totalTimeoutMs: 2_000,
			});
			const { retryOfBroken, isLimit, fallback } = CONDUCT[category === 'cancelled' ? 'network' : category];
			const isRetried = retryOfBroken === 'once' || (retryOfBroken === 'onceIfAlone' && !hasOther);
			// A limit with nobody else to ask is waited for.
			if (isLimit !== 'always' || hasOther)
				expect(clients.first?.calls).toHaveLength(isRetried && maxRetries > 0 ? 2 : 1);
			expect(answer?.text ?? null).toBe(hasOther && fallback === 'default' ? 'whole' : null);
		});
	},
);

describe('an answer that broke', () => {
	const cut: Play = [text('half')];
	const kinds: Array<[string, Play]> = [
		['cut', cut],
		['cut before its first word', []],
		[
			'an error in it, as the wire tells it',
			[new ModelError('serverError', 'it failed', { inAnswer: true })],
		],
		['empty', [text(' '), end()]],
		['thoughts alone', [{ type: 'reasoning' }, end()]],
		['a page instead of an answer', [new ModelError('serverError', 'a web page', { inAnswer: true })]],
		['a finish reason that is a fault', [text('half'), new ModelError('overloaded', 'no resources')]],
	];
	test.each(kinds)('%s: one more try, then the next model', async (_name, broken) => {
		const { model, ask, clients } = setting();
		const { answer } = await ask([model('first', [broken]), model('second', [whole()])], { maxRetries: 5 });
		expect(answer?.text).toBe('whole');
		expect(clients.first?.calls).toHaveLength(2);
	});

	test('of several kinds it has one more try in all, beside those for a server that is down', async () => {
		const { model, ask } = setting();
		const down = fails('serverError', { status: 500 });
		const two = await ask([model('first', [cut, [text(''), end()], whole()]), model('second', [whole()])]);
		expect(outcomes(two)).toEqual(['first network', 'first emptyAnswer', 'second answered']);
		const both = await ask([model('third', [down, cut, whole('late')])]);
		expect(outcomes(both)).toEqual(['third serverError', 'third network', 'third answered']);
	});
});

test('Fallback On as the panel once gave it, without open circuits, is no barrier', async () => {
	const { model, ask, clients } = setting();
	const asOnce = new Set(FALLBACK_DEFAULT.filter((category) => category !== 'circuitOpen'));
	const models = [model('dead', [fails('serverError')]), model('second', [whole()])];
	for (let index = 0; index < 6; index += 1) {
		expect((await ask(models, { fallbackOn: asOnce })).answer?.model.alias).toBe('second');
	}
	expect(clients.dead?.calls).toHaveLength(5);
});
