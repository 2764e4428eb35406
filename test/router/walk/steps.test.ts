/** What the steps of an agent, which all ask the same, spare themselves. */
import { assistantMessage, userMessage } from '../../../router/text/parts';
import type { Message } from '../../../router/types';
import { policyOf } from '../../support/policies';
import { requestOf } from '../../support/requests';
import { modelOf, scriptedClient, whole } from '../../support/standIn/scriptedModel';
import { CALLER, testEngine } from '../../support/testEngine';
import { virtualTime } from '../../support/virtualTime';

const RESULT = {
	task: 'qa' as const,
	complexity: 0.2,
	level: 'simple' as const,
	confidence: 0.9,
	language: 'en',
	tokens: 8,
	contains: [],
	intent: null,
	method: 'local' as const,
};

function house() {
	const time = virtualTime(1);
	const classified: string[] = [];
	const engine = testEngine(time.surroundings, {
		classifier: {
			classify: ({ text }) => {
				classified.push(text);
				return RESULT;
			},
		},
	});
	const model = modelOf('first', scriptedClient(time.surroundings, Array(9).fill(whole('Yes.'))));
	const step = (messages: Message[], reads?: 'conversation') =>
		time.run(() =>
			engine.route(requestOf('', { messages }), policyOf([model], { ...(reads && { reads }) }), {
				caller: CALLER,
				conversation: 'one',
			}),
		);
	return { time, engine, classified, step };
}

test('the newest question of a conversation is classified once, however many steps follow it', async () => {
	const { classified, step } = house();
	const ask = userMessage('How many are there?');
	const later = [ask, assistantMessage('Let me see.'), assistantMessage('And again.')];
	for (let length = 1; length <= 3; length++) {
		const { classification } = await step(later.slice(0, length), 'conversation');
		expect(classification).toMatchObject({ task: 'qa', complexity: 0.2 });
	}
	expect(classified).toEqual(['How many are there?']);
	await step([...later, userMessage('And of those?')], 'conversation');
	expect(classified).toEqual(['How many are there?', 'And of those?']);
	// An item is read as it comes.
	await step([ask]);
	expect(classified).toHaveLength(3);
});

test('a conversation that stays where it is is noted now and then, not with each step', async () => {
	const { time, engine, step } = house();
	const usedAt = async () => {
		const [fact] = await engine.state.facts.read([{ kind: 'conversation', key: 'one' }]);
		return fact?.usedAt;
	};
	await step([userMessage('One?')], 'conversation');
	const first = await usedAt();
	await time.run(() => time.surroundings.sleep(20_000));
	await step([userMessage('Two?')], 'conversation');
	expect(await usedAt()).toBe(first);
	await time.run(() => time.surroundings.sleep(20_000));
	await step([userMessage('Three?')], 'conversation');
	expect(await usedAt()).toBeGreaterThan(first! + 30_000);
});
