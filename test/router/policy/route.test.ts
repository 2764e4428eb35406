import { costOf } from '../../../router/money/cost';
import type { RuleMatch } from '../../../router/policy/match';
import { chooseRoute, type RouteInput } from '../../../router/policy/route';
import type { Speed } from '../../../router/policy/ranking';
import { compileRules } from '../../../router/policy/rules';
import { neededQuality } from '../../../router/policy/strategies';
import type { AttachmentKind, Classification, Model, Route, Strategy } from '../../../router/types';
import { modelOf } from '../../support/standIn/scriptedModel';

const CLASSIFICATION = { task: 'coding', complexity: 0.71, level: 'complex' } as Classification;

const model = (alias: string, quality: number, price: number | null, changes: Partial<Model> = {}): Model =>
	modelOf(alias, null, {
		modelId: alias,
		quality,
		prices: price === null ? null : { input: { base: price }, output: { base: price } },
		accepts: new Set<AttachmentKind>(['image']),
		...changes,
	});

const HAIKU = model('haiku', 40, 1);
const SONNET = model('sonnet', 70, 3);
const OPUS = model('opus', 90, 15);
const THREE = [HAIKU, SONNET, OPUS];

function matchOf(
	strategy: Strategy,
	models: string[] = [],
	because = ['task coding'],
	name = 'Coding',
): RuleMatch {
	const aliases = ['haiku', 'sonnet', 'opus', 'local', 'tiny'];
	const rule = { name, enabled: true, match: {}, models, strategy };
	const [compiled] = compileRules([rule], aliases);
	if (!compiled) throw new Error('no rule');
	return { rule: compiled, because };
}

function route(changes: Partial<RouteInput> = {}): Route {
	return chooseRoute({
		match: null,
		noMatch: 'smart',
		models: THREE,
		classification: CLASSIFICATION,
		preference: 0.5,
		requestTokens: 1000,
		attachments: [],
		seed: 'prompt',
		costOf,
		...changes,
	});
}

function order(changes: Partial<RouteInput>): string[] {
	return route(changes).candidates.map((candidate) => candidate.alias);
}

describe('the quality that is needed', () => {
	it.each([
		[0, 0, 40],
		[1, 0, 40],
		[0, 1, 90],
		[1, 1, 90],
		[0, 0.5, 40],
		[0.5, 0.5, 40],
		[1, 0.5, 65],
		[0.8, 0.6, 65],
	])('complexity %d, preference %d', (complexity, preference, needed) => {
		expect(neededQuality(complexity, preference, [40, 70, 90])).toBeCloseTo(needed);
	});

	it('never falls as complexity or preference grow, and never exceeds the best', () => {
		for (let a = 0; a <= 1; a += 0.1) {
			for (let b = 0; b <= 0.9; b += 0.1) {
				expect(neededQuality(a, b + 0.1, [40, 90])).toBeGreaterThanOrEqual(neededQuality(a, b, [40, 90]));
				expect(neededQuality(b + 0.1, a, [40, 90])).toBeGreaterThanOrEqual(neededQuality(b, a, [40, 90]));
				expect(neededQuality(a, b, [40, 90])).toBeLessThanOrEqual(90);
			}
		}
	});

	it('takes a few points for noise', () => {
		expect(neededQuality(0.9, 0.5, [89, 90])).toBeLessThan(89);
	});
});

describe('smart', () => {
	it.each<[string, Partial<RouteInput>, string[]]>([
		['weak ones last on a complex prompt', {}, ['sonnet', 'opus', 'haiku']],
		[
			'all by price on a simple one',
			{ classification: { ...CLASSIFICATION, complexity: 0.2 } },
			['haiku', 'sonnet', 'opus'],
		],
		[
			'the cheapest at preference 0',
			{ preference: 0, classification: { ...CLASSIFICATION, complexity: 1 } },
			['haiku', 'sonnet', 'opus'],
		],
		[
			'the best at preference 1, then by quality',
			{ preference: 1, classification: { ...CLASSIFICATION, complexity: 0 } },
			['opus', 'sonnet', 'haiku'],
		],
		[
			'an unknown price after known ones',
			{
				models: [model('local', 90, null), SONNET, OPUS],
				classification: { ...CLASSIFICATION, complexity: 0.2 },
			},
			['sonnet', 'opus', 'local'],
		],
		['a free one first', { models: [SONNET, model('local', 80, 0)] }, ['local', 'sonnet']],
		['the better of equal prices', { models: [model('a', 70, 1), model('b', 80, 1)] }, ['b', 'a']],
	])('%s', (_case, changes, expected) => {
		expect(order(changes)).toEqual(expected);
	});

	it('expects an answer, so that dear output counts', () => {
		const talker = model('talker', 70, null, { prices: { input: { base: 0.1 }, output: { base: 30 } } });
		expect(order({ models: [talker, SONNET] })).toEqual(['sonnet', 'talker']);
		expect(order({ models: [talker, SONNET], maxOutputTokens: 10 })).toEqual(['talker', 'sonnet']);
	});
});

describe('other strategies', () => {
	it('priority keeps the order of the rule', () => {
		expect(order({ match: matchOf('priority', ['opus', 'haiku']) })).toEqual(['opus', 'haiku']);
	});

	it('cheapest goes by price alone, the unknown last', () => {
		const models = [model('local', 99, null), OPUS, HAIKU];
		expect(order({ match: matchOf('cheapest'), models })).toEqual(['haiku', 'opus', 'local']);
	});

	it('weighted lands by weight, on the same side for the same seed', () => {
		const models = [
			model('a', 50, 1, { weight: 7 }),
			model('b', 50, 1, { weight: 3 }),
			model('never', 50, 1, { weight: 0 }),
		];
		const firsts = Array.from({ length: 4000 }, (_, index) => {
			const aliases = order({ match: matchOf('weighted'), models, seed: `prompt ${index}` });
			expect(aliases[2]).toBe('never');
			return aliases[0];
		});
		const share = firsts.filter((alias) => alias === 'a').length / firsts.length;
		// Four standard errors of a share of 0.7 among 4,000.
		expect(Math.abs(share - 0.7)).toBeLessThan(4 * Math.sqrt((0.7 * 0.3) / 4000));
		const again = order({ match: matchOf('weighted'), models: [...models].reverse(), seed: 'prompt 17' });
		expect(again[0]).toBe(firsts[17]);
	});

	it('weighted moves only the share of the model that is added', () => {
		const two = [model('a', 50, 1), model('b', 50, 1)];
		for (let index = 0; index < 500; index++) {
			const before = order({ match: matchOf('weighted'), models: two, seed: String(index) })[0];
			const after = order({
				match: matchOf('weighted'),
				models: [...two, model('c', 50, 1)],
				seed: String(index),
			})[0];
			expect([before, 'c']).toContain(after);
		}
	});
});

describe('fastest', () => {
	const seen: Record<string, Speed> = {
		haiku: { firstTokenMs: 900, msPerToken: 2 },
		sonnet: { firstTokenMs: 300, msPerToken: 4 },
		opus: { firstTokenMs: 800, msPerToken: 20 },
	};
	const fastest = (speeds: Record<string, Speed>, chance = 0.99, changes: Partial<RouteInput> = {}): Route =>
		route({
			match: matchOf('fastest'),
			speedOf: ({ alias }) => speeds[alias] ?? null,
			chance,
			...changes,
		});
	const aliases = ({ candidates }: Route): string[] => candidates.map(({ alias }) => alias);

	it('by the time to the end of a typical answer, or of the longest that is allowed', () => {
		const usual = fastest(seen);
		expect(aliases(usual)).toEqual(['haiku', 'sonnet', 'opus']);
		expect(usual.reason).toBe('rule Coding: task coding; haiku is the fastest of 3, about 1.9 s');
		expect(aliases(fastest(seen, 0.99, { maxOutputTokens: 50 }))).toEqual(['sonnet', 'haiku', 'opus']);
	});

	it('takes the usual pace where none was seen, and whom nobody saw last, as listed', () => {
		const { haiku, sonnet } = seen;
		const paceless = { ...sonnet, msPerToken: null };
		expect(aliases(fastest({ haiku, sonnet: paceless, opus: seen.opus }))).toEqual([
			'haiku',
			'sonnet',
			'opus',
		]);
		expect(aliases(fastest({ opus: seen.opus }))).toEqual(['opus', 'haiku', 'sonnet']);
	});

	it('tries out those that were never seen one time in four, others one time in twenty', () => {
		const shares = (speeds: Record<string, Speed>): Record<string, number> => {
			const firsts = Array.from({ length: 1000 }, (_, index) => aliases(fastest(speeds, index / 1000))[0]);
			return Object.fromEntries(
				['haiku', 'sonnet', 'opus'].map((alias) => [alias, firsts.filter((first) => first === alias).length]),
			);
		};
		expect(shares({ haiku: seen.haiku })).toEqual({ haiku: 750, sonnet: 125, opus: 125 });
		expect(shares({ haiku: seen.haiku, sonnet: seen.sonnet })).toEqual({ haiku: 750, sonnet: 0, opus: 250 });
		expect(shares(seen)).toEqual({ haiku: 950, sonnet: 25, opus: 25 });
		expect(shares({})).toEqual({ haiku: 334, sonnet: 333, opus: 333 });
		expect(aliases(fastest(seen, 0.049))).toEqual(['opus', 'haiku', 'sonnet']);
		expect(fastest(seen, 0).reason).toContain('sonnet is tried out, as its speed may have changed');
		expect(fastest({ haiku: seen.haiku }, 0).reason).toContain(
			'sonnet is tried out, as its speed is not known yet',
		);
	});

	it('tries out nothing without chance', () => {
		expect(aliases(fastest({}, undefined, { chance: undefined }))).toEqual(['haiku', 'sonnet', 'opus']);
	});
});

describe('cascade', () => {
	it('by price, who is dearer and clearly worse at the end and no step of the ladder', () => {
		const models = [
			OPUS,
			model('dear and weak', 45, 5),
			model('local', 99, null),
			SONNET,
			model('about as good', 65, 4),
			HAIKU,
		];
		const { candidates, ladder, reason } = route({ match: matchOf('cascade'), models });
		const names = (some: readonly Model[] = []): string[] => some.map(({ alias }) => alias);
		expect(names(ladder)).toEqual(['haiku', 'sonnet', 'about as good', 'opus', 'local']);
		expect(names(candidates)).toEqual([...names(ladder), 'dear and weak']);
		expect(reason).toContain('haiku is the cheapest of 6; if its answer does not hold, sonnet is next');
		expect(route().ladder).toBeUndefined();
	});

	it('says so where nobody is better', () => {
		const only = (models: Model[]): string => route({ match: matchOf('cascade'), models }).reason;
		expect(only([HAIKU])).toContain('haiku is the only model');
		expect(only([HAIKU, model('worse', 10, 9)])).toContain('cheapest of 2, none of the others is better');
	});
});

describe('who cannot take the request is passed over', () => {
	const tiny = model('tiny', 99, 0, { contextWindow: 8192 });

	it.each<[string, Model, Partial<RouteInput>, string | null]>([
		['a window that holds', tiny, { requestTokens: 8192 - 256 }, null],
		[
			'a window too small by one',
			tiny,
			{ requestTokens: 8192 - 255 },
			'its window of 8,192 tokens is too small for 8,193',
		],
		[
			'room for the answer',
			tiny,
			{ requestTokens: 8000, maxOutputTokens: 1000 },
			'its window of 8,192 tokens is too small for 9,000',
		],
		[
			"the model's own limit first",
			{ ...tiny, maxOutputTokens: 100 },
			{ requestTokens: 8000, maxOutputTokens: 1000 },
			null,
		],
		['an unknown window', model('local', 50, null), { requestTokens: 5_000_000 }, null],
		['an attachment it takes', tiny, { attachments: ['image'] }, null],
		['a document', tiny, { attachments: ['image', 'document'] }, 'it cannot take documents'],
	])('%s', (_case, candidate, changes, reason) => {
		const { passedOver } = route({ models: [candidate, OPUS], ...changes });
		expect(passedOver.find(({ alias }) => alias === candidate.alias)?.reason ?? null).toBe(reason);
	});

	it('leaves nobody, with every reason', () => {
		const none = route({ models: [tiny], requestTokens: 9000, match: matchOf('priority') });
		expect(none.candidates).toEqual([]);
		expect(none.name).toBe('Coding');
		expect(none.reason).toBe(
			'rule Coding: task coding; no model can take this request: tiny (its window of 8,192 tokens is too small for 9,256)',
		);
	});
});

describe('the reason', () => {
	it.each<[Partial<RouteInput>, string]>([
		[
			{ match: matchOf('smart') },
			'rule Coding: task coding, complexity 0.71 (complex); sonnet is the cheapest of 2 good enough',
		],
		[{}, 'no rule matched, complexity 0.71 (complex); sonnet is the cheapest of 2 good enough'],
		[
			{ match: matchOf('priority', ['opus', 'haiku'], []) },
			'rule Coding matched; opus is the first in the list',
		],
		[{ match: matchOf('cheapest') }, 'rule Coding: task coding; haiku is the cheapest of 3'],
		[{ match: matchOf('cheapest', ['opus']) }, 'rule Coding: task coding; opus is the only model'],
		[
			{ preference: 1, match: matchOf('smart', [], [], '') },
			'rule 1: complexity 0.71 (complex); opus is the only one good enough',
		],
		[
			{ models: [HAIKU, model('tiny', 50, 0, { accepts: new Set() })], attachments: ['image'] },
			'no rule matched, complexity 0.71 (complex); haiku is the only model; 1 passed over: tiny (it cannot take images)',
		],
		[
			{ models: [model('a', 50, null), model('b', 50, null)] },
			'no rule matched, complexity 0.71 (complex); a is one of 2 good enough, prices unknown',
		],
		[{ noMatch: 'output' }, 'no rule matched; no model is called'],
	])('%#', (changes, reason) => {
		expect(route(changes).reason).toBe(reason);
	});

	it('goes with the name of the route', () => {
		expect(route()).toMatchObject({ ruleIndex: null, name: 'Default', strategy: 'smart' });
		expect(route({ noMatch: 'output' })).toMatchObject({ ruleIndex: null, name: 'No Match', candidates: [] });
		expect(route({ match: matchOf('cheapest') })).toMatchObject({ ruleIndex: 0, name: 'Coding' });
		expect(route({ match: matchOf('cheapest', [], [], '') }).name).toBe('Rule 1');
	});
});
