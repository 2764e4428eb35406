import { costOf } from '../../../router/money/cost';
import { rank } from '../../../router/policy/strategies';
import { chooseRoute } from '../../../router/policy/route';
import { whatFor, worthOf } from '../../../router/policy/worth';
import { TASKS } from '../../../router/types';
import type { Classification, Model, Task } from '../../../router/types';
import { seededChance } from '../../support/virtualTime';
import { modelOf } from '../../support/standIn/scriptedModel';

const model = (alias: string, quality: number, price: number, changes: Partial<Model> = {}): Model =>
	modelOf(alias, null, { quality, prices: { input: { base: price }, output: { base: price } }, ...changes });

const asked = (task: Task, confidence = 1, more: Partial<Classification> = {}) =>
	({ task, confidence, language: 'en', complexity: 0.9, level: 'complex', ...more }) as Classification;

const CODER = model('coder', 70, 1, { taskQuality: { coding: 90 } });
const POET = model('poet', 70, 1, { taskQuality: { creative: 90, coding: 60 }, languageQuality: { ja: 8 } });

describe('what a model is worth', () => {
	it('is its quality for the task as far as the task is sure, the second best included, and in the language', () => {
		expect(worthOf(CODER, asked('coding'))).toBe(90);
		expect(worthOf(CODER, asked('coding', 0.5))).toBe(80);
		expect(worthOf(CODER, asked('math'))).toBe(70);
		expect(worthOf(CODER, asked('math', 0.5, { also: { task: 'coding', confidence: 0.4 } }))).toBe(78);
		expect(worthOf(POET, asked('creative', 1, { language: 'ja' }))).toBe(98);
	});

	it('decides what smart and cascade take, and the reason says so', () => {
		const route = (classification: Classification) =>
			chooseRoute({
				match: null,
				noMatch: 'smart',
				models: [CODER, POET],
				classification,
				preference: 0.7,
				requestTokens: 100,
				attachments: [],
				seed: '',
				costOf,
			});
		expect(route(asked('creative')).candidates[0].alias).toBe('poet');
		expect(route(asked('creative')).reason).toContain('poet is the only one good enough for creative');
		expect(route(asked('coding')).candidates[0].alias).toBe('coder');
		expect(route(asked('qa')).reason).not.toContain(' for qa');
		expect(whatFor([CODER, POET], asked('coding', 1, { language: 'ja' }))).toBe(' for coding in ja');
	});
});

/** Five models at five prices, each best at three tasks and known for it with some error; 2,000 prompts, a quarter of which are named wrongly. */
describe('on 2,000 prompts to five models that are each best at something', () => {
	const random = seededChance(3);
	const SKILL = [0, 1, 2, 3, 4].map((m) =>
		TASKS.map((_, t) => 52 + 4 * m + (t % 5 === m ? 26 : 0) + 6 * (random() - 0.5)),
	);
	const MODELS = SKILL.map((skills, m) => {
		const quality = Math.round(skills.reduce((sum, skill) => sum + skill, 0) / skills.length);
		const known = TASKS.map((task, t) => [task, Math.round(skills[t] + 8 * (random() - 0.5))] as const);
		return { one: model(`m${m}`, quality, 1 + m), all: Object.fromEntries(known) };
	});
	const PROMPTS = Array.from({ length: 2_000 }, () => {
		const task = Math.floor(random() * TASKS.length);
		const right = random() < 0.75;
		const named = right ? task : Math.floor(random() * TASKS.length);
		return { task, named, confidence: right ? 0.5 + random() / 2 : 0.2 + random() / 2, complexity: random() };
	});
	type Pick = (prompt: (typeof PROMPTS)[number]) => number;

	/** Mean of skill and of price of what is picked. */
	const measure = (pick: Pick) => {
		const picked = PROMPTS.map((prompt) => [SKILL[pick(prompt)][prompt.task], 1 + pick(prompt)]);
		return [0, 1].map((i) => picked.reduce((sum, values) => sum + values[i], 0) / PROMPTS.length);
	};
	const smart =
		(byTask: boolean, preference: number): Pick =>
		({ named, confidence, complexity }) => {
			const models = MODELS.map(({ one, all }) => (byTask ? { ...one, taskQuality: all } : one));
			const { order } = rank('smart', models, {
				complexity,
				preference,
				requestTokens: 500,
				seed: '',
				costOf,
				worthOf: (one) => worthOf(one, asked(TASKS[named], confidence)),
			});
			return Number(order[0].alias.slice(1));
		};
	const oracle =
		(price: number): Pick =>
		({ task }) =>
			[0, 1, 2, 3, 4].reduce((best, m) =>
				SKILL[m][task] - price * m > SKILL[best][task] - price * best ? m : best,
			);
	/** The skill that is reached at a cost, between the two settings next to it. */
	const skillAt = (cost: number, picks: readonly Pick[]) => {
		const points = picks.map(measure).sort((a, b) => a[1] - b[1]);
		const above = points.findIndex((point) => point[1] >= cost);
		if (above <= 0) return above === 0 ? points[0][0] : points[points.length - 1][0];
		const [[lowSkill, low], [highSkill, high]] = [points[above - 1], points[above]];
		return lowSkill + ((highSkill - lowSkill) * (cost - low)) / Math.max(1e-9, high - low);
	};

	it('quality by task closes a third of the gap to an oracle, at equal cost', () => {
		const steps = Array.from({ length: 11 }, (_, i) => i / 10);
		const [oneQuality, cost] = measure(smart(false, 0.5));
		const byTask = skillAt(
			cost,
			steps.map((step) => smart(true, step)),
		);
		const best = skillAt(
			cost,
			Array.from({ length: 40 }, (_, i) => oracle(i / 2)),
		);
		expect(best).toBeGreaterThan(oneQuality + 5);
		expect((byTask - oneQuality) / (best - oneQuality)).toBeGreaterThan(1 / 3);
	});
});
