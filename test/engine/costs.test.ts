/** Prices, tiers, ends of models and newer catalogues, through the nodes in n8n's engine. */
import type { IDataObject } from 'n8n-workflow';
import { startSimulatedProviders, type SimulatedProviders } from '../support/simulatedProviders';

import { runReport } from './report';
import { inOrder, model, runRouter } from './workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders({ answer: () => 'one two three' });
});
beforeEach(() => providers.reset());
afterAll(async () => await providers.close());

const run = async (listed: ReturnType<typeof model>, options = {}) =>
	await runRouter(providers, {
		parameters: { models: [listed], rules: [inOrder], options },
		items: ['What is the capital of Peru?'],
	});
const hintsOf = (result: Awaited<ReturnType<typeof run>>) =>
	result
		.allHints('Router')
		.map(({ message }) => message)
		.join('\n');

test('a model that ends soon is named in a hint and in the report, with who comes after it', async () => {
	const result = await run(model('small', 'openAi', 'gpt-5.4-nano'));
	expect(result.left.Answered).toEqual([0]);
	const { rows } = await runReport({ operation: 'models' });
	expect(rows).toContainEqual(
		expect.objectContaining({
			model: 'small',
			provider: 'openAi',
			modelId: 'gpt-5.4-nano',
			inputPrice: 0.2,
			outputPrice: 1.25,
			priceSource: 'catalogue',
			retiresAt: '2027-04-01',
			successor: 'gpt-6-luna',
		}),
	);
});

test('a retired model gives way to its successor where the user wants it, and says so', async () => {
	const old = model('old', 'openAi', 'gpt-4-turbo', { onRetired: 'useSuccessor' });
	const result = await run(old);
	expect(result.left.Answered).toEqual([0]);
	expect(JSON.stringify(providers.log.at(-1))).toContain('gpt-5.6-sol');
	expect(hintsOf(result)).toContain(
		'gpt-4-turbo is retired, so its successor gpt-5.6-sol is asked in its place',
	);
	providers.reset();
	const warned = await run(model('old', 'openAi', 'gpt-4-turbo'));
	expect(hintsOf(warned)).toContain('was retired on 2026-10-23. Its provider recommends gpt-5.6-sol.');
});

test('a newer catalogue gives a price to a model that had none, at once, and broken data changes nothing', async () => {
	const unknown = model('new', 'openAi', 'zephyr-ultra');
	const before = await run(unknown);
	expect(before.json('Router')[0].router).toMatchObject({ costUsd: null });
	const entry = (id: string, models: object[]) => ({
		id,
		name: id,
		api_pattern: `https://api\\.${id}\\.com`,
		models,
	});
	const priced = {
		id: 'zephyr-ultra',
		match: { equals: 'zephyr-ultra' },
		prices: { input_mtok: 1_000, output_mtok: 2_000 },
	};
	const catalogue = [entry('openai', [priced])];
	const update = async (text: string) =>
		await runReport(
			{ operation: 'updateCatalogue', catalogueSource: 'text', catalogueText: text },
			{ onError: 'continueRegularOutput' },
		);
	const broken = await update('{"providers": 7}');
	expect(broken.rows[0].error).toMatch(/cannot be used, and the one in use stays/);
	const { rows } = await update(JSON.stringify(catalogue));
	expect(rows).toEqual([expect.objectContaining({ source: 'pasted', providers: 1, models: 1 })]);
	const after = await run(unknown);
	const { costUsd, usage } = after.json('Router')[0].router as {
		costUsd: number;
		usage: Record<string, number>;
	};
	expect(costUsd).toBeCloseTo((usage.inputTokens * 1_000 + usage.outputTokens * 2_000) / 1e6, 9);
	// What the newer one leaves out keeps its price.
	for (const [provider, id] of [
		['openAi', 'gpt-4o-mini'],
		['anthropic', 'claude-haiku-4-5'],
	] as const) {
		const other = await run(model('other', provider, id));
		expect(Number((other.json('Router')[0].router as IDataObject).costUsd)).toBeGreaterThan(0);
	}
	const mine = await run(model('new', 'openAi', 'zephyr-ultra', { inputPrice: 0, outputPrice: 0 }));
	expect(mine.json('Router')[0].router).toMatchObject({ costUsd: 0 });
});

test('what an answer from memory saved is named by kind in the report', async () => {
	const options = { cacheTtl: 600 };
	const kept = model('kept', 'openAi', 'gpt-5.4-mini', { inputPrice: 1, outputPrice: 2 });
	await run(kept, options);
	const again = await run(kept, options);
	expect(again.record(0)).toMatchObject({ cached: true, costUsd: 0 });
	const { rows } = await runReport({ groupBy: ['model'] });
	const [row] = rows.filter(({ model: name }) => name === 'kept');
	expect(row).toMatchObject({ requests: 2, answered: 2 });
	expect(Number(row.savedByAnswerCacheUsd)).toBeCloseTo(Number(row.costUsd), 9);
	expect(row.savedUsd).toBe(row.savedByAnswerCacheUsd);
});

test('where no model is in an allowed region the item fails and says so', async () => {
	const result = await run(model('small', 'openAi', 'gpt-5.4-mini'), { allowedRegions: 'eu' });
	expect(result.left.Failed).toEqual([0]);
	expect(result.failure(0)).toMatchObject({ category: 'blocked' });
	expect(result.failure(0)?.message).toMatch(/its region is not known/);
	expect(providers.log).toHaveLength(0);
});
