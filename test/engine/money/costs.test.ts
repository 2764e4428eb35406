/** Prices, tiers, ends of models and newer catalogues, through the nodes in n8n's engine. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { noteListed } from '../../../nodes/host/models/catalogueFile';
import { lookUp } from '../../../router/models/catalogue/catalogue';
import { DAY_MS } from '../../../router/types/time';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';

import { runReport } from '../report';
import { inOrder, model, runRouter } from '../workflow';

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

test.each([
	[60, 'info', /retires on \S+, in (60|59) days\.$/],
	[20, 'warning', /retires on \S+, in (20|19) days\.$/],
	[0, 'warning', /was retired on \S+\.$/],
	[-1, 'warning', /was retired on \S+\.$/],
])('a model that ends in %d days is named in a hint and in the report', async (days, type, words) => {
	const modelId = `zephyr-ends-${100 + days}`;
	const retiresAt = new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
	await noteListed('openAi', [{ id: modelId, lifecycle: { retiresAt } }]);
	const result = await run(model(`ends ${days}`, 'openAi', modelId));
	expect(result.left.Answered).toEqual([0]);
	expect(result.allHints('Router')).toContainEqual(
		expect.objectContaining({ type, message: expect.stringMatching(words) }),
	);
	const { rows } = await runReport({ operation: 'models' });
	expect(rows.find(({ model: alias }) => alias === `ends ${days}`)).toMatchObject({ modelId, retiresAt });
});

test('a model of the table has its end, its price and who comes after it in the report', async () => {
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
	const { rows } = await runReport({ operation: 'decisions' });
	expect(rows[0]).toMatchObject({ model: 'old', modelId: 'gpt-5.6-sol', retiredModelId: 'gpt-4-turbo' });
	providers.reset();
	const warned = await run(model('old', 'openAi', 'gpt-4-turbo'));
	expect(hintsOf(warned)).toContain('was retired on 2026-10-23. Its provider recommends gpt-5.6-sol.');
});

const listed = (id: string, input: number, output: number) => [
	{
		id: 'openai',
		name: 'OpenAI',
		api_pattern: 'https://api\\.openai\\.com',
		models: [{ id, match: { equals: id }, prices: { input_mtok: input, output_mtok: output } }],
	},
];

test('a newer catalogue gives a price to a model that had none, at once, and broken data changes nothing', async () => {
	const unknown = model('new', 'openAi', 'zephyr-ultra');
	const before = await run(unknown);
	expect(before.json('Router')[0].router).toMatchObject({ costUsd: null });
	const catalogue = listed('zephyr-ultra', 1_000, 2_000);
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
	// It goes before the prices that this package adds by itself.
	const added = () => lookUp({ provider: 'openAi', modelId: 'gpt-6.2-sol', now: Date.now() });
	expect(added()).toMatchObject({ prices: { input: { base: 2 } }, contextWindow: 1_050_000 });
	await update(JSON.stringify(listed('gpt-6.2-sol', 7, 8)));
	expect(added().prices?.input).toEqual({ base: 7 });
	await update(JSON.stringify(catalogue));
	const mine = await run(model('new', 'openAi', 'zephyr-ultra', { inputPrice: 0, outputPrice: 0 }));
	expect(mine.json('Router')[0].router).toMatchObject({ costUsd: 0 });
});

test('a newer catalogue comes from an address or a file, and says what is wrong with one', async () => {
	const server = createServer((request, response) => {
		response.statusCode = request.url === '/gone' ? 404 : 200;
		response.end(
			request.url === '/page' ? '<html>Sign in</html>' : JSON.stringify(listed('zephyr-far', 3, 4)),
		);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const from = async (parameters: IDataObject, items?: INodeExecutionData[]) => {
		const all = { operation: 'updateCatalogue', ...parameters };
		return (
			await runReport(all, { onError: 'continueRegularOutput', ...(items && { items: { Source: items } }) })
		).rows[0];
	};
	const address = async (catalogueUrl: string) => await from({ catalogueSource: 'address', catalogueUrl });
	try {
		expect(await address(`${url}/data.json`)).toMatchObject({ source: `${url}/data.json`, models: 1 });
		expect((await address(`${url}/gone`)).error).toMatch(/could not be fetched: the server answered 404/);
		expect((await address(`${url}/page`)).error).toMatch(/the one in use stays: it is no JSON/);
		expect((await address('ftp://127.0.0.1/')).error).toMatch(/the address is none/);
		expect((await address('http://127.0.0.1:9/')).error).toMatch(/the server cannot be reached/);
		const data = Buffer.from(JSON.stringify(listed('zephyr-near', 5, 6))).toString('base64');
		const file = { json: {}, binary: { data: { data, mimeType: 'application/json' } } };
		expect(await from({ catalogueSource: 'file', catalogueField: 'data' }, [file])).toMatchObject({
			source: 'file data',
			models: 1,
		});
	} finally {
		server.close();
	}
	const priced = await run(model('near', 'openAi', 'zephyr-near'));
	expect(Number((priced.json('Router')[0].router as IDataObject).costUsd)).toBeGreaterThan(0);
});

test('an answer of another model than the one asked for costs what that one does, and a hint says so', async () => {
	providers.answer = (call) => {
		call.modelId = 'gpt-5.6-sol';
		return 'one two three';
	};
	const result = await run(model('small', 'openAi', 'gpt-4o-mini'));
	providers.answer = () => 'one two three';
	const { costUsd, usage } = result.json('Router')[0].router as {
		costUsd: number;
		usage: Record<string, number>;
	};
	const { prices } = lookUp({ provider: 'openAi', modelId: 'gpt-5.6-sol', now: Date.now() });
	const dearer = usage.inputTokens * prices!.input.base + usage.outputTokens * prices!.output.base;
	expect(costUsd).toBeCloseTo(dearer / 1e6, 9);
	expect(hintsOf(result)).toMatch(
		/answered by another model than the one asked for.*"small" \(gpt-4o-mini\) by gpt-5.6-sol/,
	);
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
