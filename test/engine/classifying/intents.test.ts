import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { model, runRouter, type RouterParameters } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterEach(() => {
	providers.answer = undefined;
});
afterAll(async () => await providers.close());

const REFUND = 'refund: I want my money back; please refund my order; when do I get my refund?';
const ACCESS = 'access: I cannot log in; I forgot my password; my account is locked';

const parameters = (more: RouterParameters = {}): RouterParameters => ({
	mode: 'route',
	outputs: 'routes',
	noMatch: 'output',
	models: [model('small', 'openAi', 'gpt-4o-mini'), model('strong', 'anthropic', 'claude-haiku-4-5')],
	rules: [
		{ name: 'Money', match: { intents: `${REFUND}\n\n` } },
		{ name: 'Access', match: { intents: ACCESS, languages: 'en' } },
	],
	...more,
});

test('each prompt finds its intent among those of all rules, without any call', async () => {
	const items = ['Hi, I would like a refund for order 11.', 'I forgot my password again', 'What a nice day!'];
	const result = await runRouter(providers, { parameters: parameters(), items });
	expect(result.left).toEqual({ Money: [0], Access: [1], 'No Match': [2] });
	expect(
		items.map((_, index) => (result.record(index).classification as { intent: unknown }).intent),
	).toEqual(['refund', 'access', null]);
	expect(result.record(0).reason).toMatch(/^rule Money: intent refund/);
	expect(providers.log).toEqual([]);
	expect(result.hints('Router')).toEqual([]);
});

test('the judge is offered the intents, and may choose one of them only', async () => {
	const said = (intent: string) => JSON.stringify({ task: 'qa', complexity: 0.1, intent, reason: '' });
	providers.answer = ({ prompt }) => said(prompt.includes('give it back') ? 'Refund' : 'world domination');
	const result = await runRouter(providers, {
		parameters: parameters({ classifier: 'judge' }),
		items: ['Well, could you perhaps give it back?', 'My account is locked'],
	});
	expect(result.left).toEqual({ Money: [0], 'No Match': [1] });
	expect(JSON.stringify(providers.log[0].body)).toContain('my account is locked');
});

test('intents that cannot be told apart are reported', async () => {
	const twins = 'return: I want my money back; please refund my order now; when do I get the refund?';
	const result = await runRouter(providers, {
		parameters: parameters({ rules: [{ name: 'Both', match: { intents: `${REFUND}\n${twins}` } }] }),
		items: ['Hello', 'Hello again'],
	});
	expect(result.hints('Router').map(({ message }) => message)).toEqual([
		expect.stringMatching(/"refund" and "return" cannot be told apart/),
	]);
});

test.each([
	['refund', /"refund" has no example sentences/],
	['refund: ', /"refund" has no example sentences/],
	[': money back', /an intent without a name/],
])('%j names the field and shows how to write it', async (intents, message) => {
	const { error } = await runRouter(providers, {
		parameters: parameters({ rules: [{ name: 'Money', match: { intents } }] }),
		items: ['Hello'],
	});
	expect(error?.message).toMatch(message);
	expect(error?.message).toMatch(/Rules → Match → Intents.*"Money"/);
	expect((error as { description?: string } | null)?.description).toMatch(/refund: I want my money back; /);
});
