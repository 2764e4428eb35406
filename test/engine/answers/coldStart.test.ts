/** In a file of its own, as each test file starts with nothing loaded. */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { inOrder, model, runRouter } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

test('loading an SDK does not count against the deadlines of the first call', async () => {
	providers.setFault('gpt-4o-mini', 'silent');
	providers.setFault('claude-haiku-4-5', 'silent');
	const result = await runRouter(providers, {
		parameters: {
			models: [
				model('silent', 'openAi', 'gpt-4o-mini'),
				model('too', 'anthropic', 'claude-haiku-4-5'),
				model('good', 'gemini', 'gemini-2.5-flash'),
			],
			rules: [inOrder],
			options: { firstTokenTimeout: 0.3 },
		},
		items: ['What is the capital of Peru?'],
	});
	expect(result.left).toEqual({ Fallback: [0] });
	expect(result.record(0).attempts.map(({ outcome }) => outcome)).toEqual([
		'firstTokenTimeout',
		'firstTokenTimeout',
		'answered',
	]);
	// Each silent model was asked, not only its SDK loaded until the deadline.
	expect(providers.log).toHaveLength(3);
});
