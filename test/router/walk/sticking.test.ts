import { DEFAULTS } from '../../../router/failover/settings';
import { CONVERSATION_MS } from '../../../router/state/state';
import { conversationId } from '../../../router/walk/sticking';
import type { Decision, Model, Rule } from '../../../router/types';
import { ruleOf } from '../../support/policies';
import { answeringHouse, callsOf, type Asked } from '../../support/standIn/answeringHouse';
import { fails, whole } from '../../support/standIn/scriptedModel';

const CHAT = conversationId(['workflow', 'Router'], 'chat 1');
const ONE_TRY = { ...DEFAULTS, maxRetries: 0 };

const house = () => {
	const { decide, run, surroundings, ...rest } = answeringHouse();
	/** The order of the rule's models says who would be chosen without a conversation. */
	const say = async (models: readonly Model[], order: string[], asked: Asked = {}): Promise<Decision> =>
		await run(() =>
			decide(models, {
				rules: [ruleOf({ models: order })],
				...asked,
				policy: { failover: ONE_TRY, ...asked.policy },
				occasion: { conversation: CHAT, ...asked.occasion },
			}),
		);
	const pause = async (ms: number): Promise<void> => await run(() => surroundings.sleep(ms));
	return { ...rest, run, decide, say, pause };
};

const told = ({ outcome, answer }: Decision): string => `${answer?.model.alias} ${outcome}`;
const AB = ['a', 'b'];
const BA = ['b', 'a'];

test('a conversation stays with its model, which is the first choice then', async () => {
	const { model, say } = house();
	const models = [model('a'), model('b')];
	expect(told(await say(models, AB))).toBe('a answered');
	const second = await say(models, BA);
	expect(told(second)).toBe('a answered');
	expect(second.route?.candidates.map(({ alias }) => alias)).toEqual(AB);
	expect(second.route?.reason).toMatch(/^rule Rule .*; the conversation stays with a$/);
	expect(told(await say(models, BA, { occasion: { conversation: conversationId([], 'chat 2') } }))).toBe(
		'b answered',
	);
	expect(told(await say(models, BA, { occasion: { conversation: undefined } }))).toBe('b answered');
});

test('until a day after its last message', async () => {
	const { model, say, pause } = house();
	const models = [model('a'), model('b')];
	await say(models, AB);
	await pause(CONVERSATION_MS - 1);
	expect(told(await say(models, BA))).toBe('a answered');
	await pause(CONVERSATION_MS - 1);
	expect(told(await say(models, BA))).toBe('a answered');
	await pause(CONVERSATION_MS);
	const { route, answer } = await say(models, BA);
	expect(answer?.model.alias).toBe('b');
	expect(route?.reason).not.toContain('conversation');
});

test('when it has to move it moves once, and does not come back before it has to', async () => {
	const { model, say } = house();
	const models = [model('a', [whole(), fails('network'), whole()]), model('b'), model('c')];
	const order = ['a', 'b', 'c'];
	const seen = [];
	for (let i = 0; i < 4; i++) seen.push(told(await say(models, order)));
	expect(seen).toEqual(['a answered', 'b fallback', 'b answered', 'b answered']);
	const failing = [models[0], model('b', [fails('network')]), models[2]];
	expect(told(await say(failing, order))).toBe('a fallback');
	expect(told(await say(models, order))).toBe('a answered');
});

test('it leaves a model whose circuit is open or whose key rests, and says so', async () => {
	for (const [play, why] of [
		[fails('network'), 'its circuit is open'],
		[fails('authentication', { status: 401 }), 'it rests after an earlier failure (authentication)'],
	] as const) {
		const { model, say, run, decide } = house();
		const [healthy, b] = [model('a'), model('b')];
		const elsewhere = { occasion: { conversation: conversationId([], 'chat 2') } };
		await say([healthy, b], AB);
		await say([healthy, b], AB, elsewhere);
		const failover = { ...ONE_TRY, breakerThreshold: 1 };
		// Someone else's prompt finds out.
		await run(() => decide([model('a', [play])], { policy: { failover } }));
		const moved = await say([healthy, b], BA, { policy: { failover } });
		expect(told(moved)).toBe('b answered');
		expect(moved.route?.reason).toContain(`; the conversation leaves a: ${why}`);
		// Manual executions ignore circuits.
		const byHand: Asked = { ...elsewhere, policy: { failover: { ...failover, heedCooldowns: false } } };
		expect(told(await say([healthy, b], BA, byHand))).toBe('a answered');
	}
});

test('a rule, a window and a file win over the conversation', async () => {
	const { model, say } = house();
	const [a, b] = [
		model('a', undefined, { contextWindow: 1000 }),
		model('b', undefined, { accepts: new Set(['image']) }),
	];
	const fresh = async (asked: Asked, order: string[]): Promise<Decision> => {
		const occasion = { conversation: conversationId([], JSON.stringify([asked, order])) };
		expect(told(await say([a, b], AB, { occasion }))).toBe('a answered');
		const { route, ...moved } = await say([a, b], order, { ...asked, occasion });
		expect(told(await say([a, b], AB, { occasion }))).toBe('b answered');
		return { route, ...moved };
	};
	const forbidden = await fresh({}, ['b']);
	expect(forbidden.route?.reason).toContain('the conversation leaves a: it is not among the models of Rule');
	const long = await fresh({ prompt: 'word '.repeat(3000) }, AB);
	expect(long.route?.reason).toMatch(
		/the conversation leaves a: its window of 1,000 tokens is too small for/,
	);
	const image = { kind: 'image', mediaType: 'image/png', data: 'AAAA' } as const;
	const seen = await fresh({ attachments: [image] }, AB);
	expect(seen.route?.reason).toContain('the conversation leaves a: it cannot take images');
});

test('a model that is no longer listed is left', async () => {
	const { model, say } = house();
	await say([model('a'), model('b')], AB);
	const { route, answer } = await say([model('b')], ['b']);
	expect(answer?.model.alias).toBe('b');
	expect(route?.reason).toContain('the conversation leaves a: it is no longer in the list of models');
});

test('of two prompts at once the first that moves the conversation decides where it goes', async () => {
	const { model, say, run, decide } = house();
	await say([model('a'), model('b'), model('c')], AB);
	const asked = (order: string[]): Asked => ({
		rules: [ruleOf({ models: order })],
		policy: { failover: ONE_TRY },
		occasion: { conversation: CHAT },
	});
	const down = model('a', [fails('network')]);
	const slow = model('c', [[{ wait: 500 }, ...whole()]]);
	const both = await run(() =>
		Promise.all([
			decide([down, slow, model('b')], asked(['a', 'c'])),
			decide([down, slow, model('b')], asked(['a', 'b'])),
		]),
	);
	expect(both.map(told)).toEqual(['c fallback', 'b fallback']);
	expect(told(await say([model('a'), model('b'), model('c')], ['a', 'b', 'c']))).toBe('b answered');
});

test('a cascade goes on from where the conversation is', async () => {
	const { model, say } = house();
	const price = (base: number) => ({ prices: { input: { base }, output: { base } } });
	const cheap = model('cheap', [whole("I don't know."), whole('At nine.')], { quality: 30, ...price(1) });
	const middle = model('middle', [whole('At nine.'), whole("I don't know.")], { quality: 50, ...price(2) });
	const strong = model('strong', [whole('At ten.')], { quality: 90, ...price(3) });
	const asked: Asked = { rules: [ruleOf({ strategy: 'cascade' })], policy: { preference: 1 } };
	const models = [cheap, middle, strong];
	expect(await say(models, [], asked)).toMatchObject({
		escalated: true,
		answer: { model: { alias: 'middle' } },
	});
	expect(await say(models, [], asked)).toMatchObject({
		escalated: true,
		answer: { model: { alias: 'strong' } },
	});
	expect(callsOf(cheap)).toBe(1);
});

test('Route Only keeps a conversation with the model it chose', async () => {
	const { model, say } = house();
	const models = [model('a'), model('b')];
	const policy: Asked['policy'] = { mode: 'route' };
	const first = async (order: string[]) => (await say(models, order, { policy })).route?.candidates[0].alias;
	expect([await first(AB), await first(BA)]).toEqual(['a', 'a']);
});

test('nobody who has not answered gets a conversation', async () => {
	const { model, say } = house();
	const models = [model('a', [fails('invalidRequest'), whole()]), model('b')];
	expect((await say(models, ['a'])).outcome).toBe('failed');
	expect(told(await say(models, BA))).toBe('b answered');
});

describe('with the cache', () => {
	const cached: Asked['policy'] = { cacheTtlMs: 3_600_000 };
	const at = (conversation: string): Asked => ({ policy: cached, occasion: { conversation } });

	test('a new conversation follows the answer that it got, one that has a model does not', async () => {
		const { model, say } = house();
		const a = model('a', [fails('network'), whole()]);
		const models = [a, model('b')];
		// The first choice failed once, so the answer that is kept is of b.
		expect(told(await say(models, AB, at('one')))).toBe('b fallback');
		const two = await say(models, AB, at('two'));
		expect([told(two), two.cached]).toEqual(['b fallback', true]);
		expect(told(await say(models, AB, { ...at('two'), prompt: 'And on Monday?' }))).toBe('b answered');
	});

	test('equal prompts of conversations with different models are different requests', async () => {
		const { model, say } = house();
		const models = [model('a'), model('b')];
		await say(models, AB, { ...at('one'), prompt: 'Hi' });
		await say(models, BA, { ...at('two'), prompt: 'Hello' });
		const rules: Rule[] = [ruleOf({ strategy: 'fastest' })];
		expect(told(await say(models, AB, { ...at('one'), rules }))).toBe('a answered');
		expect(told(await say(models, AB, { ...at('two'), rules }))).toBe('b answered');
		const again = await say(models, AB, { ...at('two'), rules });
		expect([told(again), again.cached]).toEqual(['b answered', true]);
	});
});

test('an identity tells nothing, and keeps scopes apart', () => {
	const ids = [
		conversationId(['w', 'n'], 'chat'),
		conversationId(['w', 'm'], 'chat'),
		conversationId(['w'], 'nchat'),
		conversationId([], 'chat'),
	];
	expect(new Set(ids).size).toBe(4);
	for (const id of ids) expect(id).toMatch(/^[0-9a-f]{64}$/);
});
