/** What a person reads above the output after a run. */
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { inOrder, model, runRouter, type RouterResult, type RouterRun } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const cheap = model('cheap', 'openAi', 'gpt-4o-mini');
const unpriced = model('llama', 'openAiCompatible', 'llama-own-tuning');
const said = (result: RouterResult): string[] => result.hints('Router').map(({ message }) => message);
const run = async (more: RouterRun): Promise<string[]> => said(await runRouter(providers, more));

test('an empty prompt is told with the fields that the items have', async () => {
	const items = [1, 2].map((id) => ({ subject: 'Hello', body: `Mail ${id}` }));
	const result = await runRouter(providers, { parameters: { models: [cheap] }, items });
	expect(result.failure(1)?.message).toBe(
		'The prompt is empty. The item has the fields "subject", "body": put the one to read into Prompt, for example {{ $json.body }}.',
	);
	expect(said(result)).toContain(
		'2 items without an answer (the prompt is empty × 2). The item has the fields "subject", "body": put the one to read into Prompt, for example {{ $json.body }}.',
	);
});

test('rules below one that takes every prompt are told of, and only those', async () => {
	const all = { name: 'All', models: ['cheap'] };
	const coding = { name: 'Coding', match: { taskTypes: ['coding'] } };
	const unset = { name: 'Law', match: { taskTypes: [], keywords: '' } };
	const rulesOf = async (...rules: object[]) =>
		(
			await run({
				parameters: { models: [cheap], rules },
				items: ['hello'],
			})
		).join();
	expect(
		await rulesOf(
			coding,
			all,
			unset,
			{ ...coding, name: 'Off', enabled: false },
			{ ...coding, name: 'Code' },
		),
	).toBe(
		'Rule "All" has no condition, so it takes every prompt: the rules "Law" and "Code" below it are never reached. Drag them above "All", or give "All" a condition.',
	);
	expect(await rulesOf(coding, unset)).toBe('');
	const onFields = {
		conditions: [{ leftValue: 1, rightValue: 2, operator: { type: 'number', operation: 'equals' } }],
	};
	expect(
		await rulesOf(
			{ ...all, conditions: { ...onFields, combinator: 'and', options: { version: 2 } } },
			coding,
		),
	).toBe('');
});

test('a scope whose field no item has is told of: all customers would spend from one budget', async () => {
	const scoped = (scope: string) => ({
		models: [cheap],
		options: { budgets: { values: [{ limitUsd: 5, period: 'day', scope }] } },
	});
	const items = ['Ada', 'Bo'].map((from) => ({ prompt: 'hello', from }));
	expect(await run({ parameters: scoped('={{ $json.customer }}'), items })).toEqual([
		'The Scope of a budget, {{ $json.customer }}, is empty for 2 items: what they spend comes from one budget for the whole workflow. Is the field named so?',
	]);
	expect(await run({ parameters: scoped('={{ $json.from }}'), items })).toEqual([]);
	expect(await run({ parameters: scoped(''), items })).toEqual([]);
});

test('a key to mend is told of, although the model before it failed in another way', async () => {
	const locked = model('locked', 'anthropic', 'claude-haiku-4-5--401');
	const down = model('down', 'openAi', 'gpt-4o-mini--500');
	const options = { maxRetries: 0 };
	const hints = await run({
		parameters: { models: [down, locked], rules: [inOrder], options },
		items: ['hello', 'good morning'],
	});
	expect(hints[0]).toMatch(
		/^2 items without an answer \(server error × 2\)\. Also mend "locked": .*Check the API key in the credential\./,
	);
});

test('a chat in which nothing answers is told how to say so in words', async () => {
	const down = model('down', 'openAi', 'gpt-4o-mini--500');
	const items = [{ chatInput: 'hello', sessionId: '1' }];
	const options = { maxRetries: 0 };
	const silent = await run({ parameters: { models: [down], options }, items });
	expect(silent.join()).toContain('Options → Text on Failure');
	const worded = { ...options, textOnFailure: 'Sorry, later.' };
	expect((await run({ parameters: { models: [down], options: worded }, items })).join()).not.toContain(
		'Text on Failure',
	);
	expect((await run({ parameters: { models: [cheap] }, items })).join()).toBe('');
});

test('over budget names whose budget it is, as text and not as HTML', async () => {
	const budgets = {
		values: [{ limitUsd: 0, period: 'day', scope: '={{ $json.customer }}', onExceeded: 'fail' }],
	};
	const items = [{ prompt: 'hello', customer: '<img src=x onerror=alert(1)>' }];
	const hints = await run({ parameters: { models: [cheap], options: { budgets } }, items });
	expect(hints.join('\n')).toContain('over budget of "&lt;img src=x onerror=alert(1)&gt;" × 1');
	expect(hints.join('\n')).not.toContain('<img');
});

test('a budget that names no scope is that of this workflow, not of its ID', async () => {
	const budgets = { values: [{ limitUsd: 0, period: 'day', scope: '', onExceeded: 'fail' }] };
	const result = await runRouter(providers, {
		parameters: { models: [cheap], options: { budgets } },
		items: ['hello'],
	});
	expect(result.failure(0)?.message).toMatch(/budget of \$0\.00 a day for this workflow leaves no room/);
	expect(said(result).join()).toMatch(
		/^1 item without an answer \(over budget of this workflow × 1\)\. .*leaves no room/,
	);
});

test('a model whose price is not known is not told as whose budget it is', async () => {
	const budgets = { values: [{ limitUsd: 5, period: 'day', scope: '', onExceeded: 'fail' }] };
	const [hint] = await run({ parameters: { models: [unpriced], options: { budgets } }, items: ['hello'] });
	expect(hint).toMatch(
		/^1 item without an answer \(over budget × 1\)\. llama: No price is known for "llama"/,
	);
});

test('what a person has to mend is told with its remedy', async () => {
	const claude = model('claude', 'anthropic', 'claude-haiku-4-5');
	const mini = model('mini', 'openAi', 'gpt-5.4-mini');
	providers.setFault('gpt-5.4-mini', '404');
	const items = ['hello', 'good morning'];
	const alone = await run({ parameters: { models: [mini] }, items });
	expect(alone.join()).toMatch(
		/^2 items without an answer \(model not found × 2\)\. mini: .*Choose the model again from the list/,
	);
	const saved = await run({ parameters: { models: [mini, claude], rules: [inOrder] }, items });
	expect(saved.join()).toMatch(
		/^2 items answered by a fallback \(mini: model not found × 2\)\. Choose the model again from the list/,
	);
});

test('a model that was not asked because its price is unknown is named', async () => {
	const hints = await run({ parameters: { models: [unpriced, cheap] }, items: ['hello'] });
	expect(hints).toContainEqual(
		expect.stringMatching(/^No price is known for "llama", so the strategy put it behind the others/),
	);
	const inOrder = [{ name: 'All', strategy: 'priority' }];
	const asListed = await run({ parameters: { models: [cheap, unpriced], rules: inOrder }, items: ['hello'] });
	expect(asListed).toEqual([]);
});

test('rules that were sorted since the last run are told, added ones are not', async () => {
	const rule = (name: string) => ({ name, match: { keywords: name } });
	const ruled = async (...names: string[]) =>
		await run({
			parameters: { models: [cheap], rules: names.map(rule), outputs: 'routes' },
			items: ['hello'],
			workflowId: 'sorted',
		});
	expect(await ruled('Coding', 'Legal')).toEqual([]);
	expect(await ruled('Coding', 'Legal', 'Small talk')).toEqual([]);
	expect(await ruled('Legal', 'Coding', 'Small talk')).toEqual([
		expect.stringMatching(/^The rules were sorted.*"Legal" now leave by the wire that "Coding" had/),
	]);
	expect(await ruled('Legal', 'Coding', 'Small talk')).toEqual([]);
});
