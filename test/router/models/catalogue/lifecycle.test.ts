import { endInWords, lifecycleOf, successorOf } from '../../../../router/models/catalogue/lifecycle';
import { predecessorOf } from '../../../../router/models/catalogue/lines';
import { parseCatalogue } from '../../../../router/models/catalogue/published';
import { readAnthropicPage, readGeminiPage, readOpenAiPage } from '../../../../router/models/wire/modelLists';

const NOW = Date.UTC(2026, 10, 28, 12);

it.each([
	['openAi', 'gpt-5-mini', '2026-12-11', 13, 'gpt-6.1-terra'],
	['openAi', 'gpt-5-mini-2025-08-07', '2026-12-11', 13, 'gpt-6.1-terra'],
	['anthropic', 'claude-sonnet-4-5-20250929', '2026-11-30', 2, 'claude-sonnet-5'],
	['gemini', 'models/gemini-2.5-flash', '2026-12-01', 3, 'gemini-3.5-flash-lite'],
	['openAi', 'gpt-5.4-mini', null, null, null],
	['openAi', 'gpt-5.4-nano', '2027-04-01', 124, 'gpt-6-luna'],
] as const)('%s %s ends on %s', (provider, modelId, retiresAt, daysLeft, successor) => {
	expect(lifecycleOf(provider, modelId, NOW)).toMatchObject({
		retiresAt,
		daysLeft,
		successor,
		isRetired: false,
	});
});

it("believes the provider's own list before the table, and the list that a day is not the end yet", () => {
	const listed = { retiresAt: '2027-03-01T00:00:00Z', deprecatedAt: '2026-09-01T00:00:00Z' };
	expect(lifecycleOf('openAi', 'gpt-5', NOW, listed)).toMatchObject({
		retiresAt: '2027-03-01',
		deprecatedAt: '2026-09-01',
	});
	const overdue = { retiresAt: '2026-11-01', isRetired: false };
	expect(lifecycleOf('anthropic', 'claude-opus-4-1', NOW, overdue).isRetired).toBe(false);
	expect(lifecycleOf('openAi', 'gpt-4', NOW).isRetired).toBe(true);
});

it('says it in words from 90 days before on', () => {
	const words = (modelId: string) => endInWords(lifecycleOf('openAi', modelId, NOW));
	expect(words('gpt-5-mini')).toBe(
		'retires on 2026-12-11, in 13 days. Its provider recommends gpt-6.1-terra.',
	);
	expect(words('gpt-5.1')).toBeNull();
	expect(words('gpt-5.4-mini')).toBeNull();
	expect(words('gpt-4')).toBe('was retired on 2026-10-23. Its provider recommends gpt-5.6-sol.');
	const later = Date.UTC(2026, 11, 2);
	expect(endInWords(lifecycleOf('gemini', 'gemini-2.5-flash', later))).toMatch(
		/gemini-3.5-flash-lite answers in its place, at its own price/,
	);
});

it('finds a successor in the line where nobody names one', () => {
	const end = lifecycleOf('openAiCompatible', 'grok-4.5', NOW);
	expect(successorOf('grok-4.5', end, ['grok-3', 'grok-4.6', 'grok-4.7', 'grok-4-fast'])).toBe('grok-4.7');
	expect(predecessorOf('gpt-6.1-sol', ['gpt-5.6-sol', 'gpt-6-sol', 'gpt-6-luna', 'gpt-6.2-sol'])).toBe(
		'gpt-6-sol',
	);
});

it('reads the ends, windows and limits that lists name, and takes no harm of what is none', () => {
	const openAi = readOpenAiPage(
		{
			data: [
				{ id: 'gpt-5', shutdown_date: '2026-12-11' },
				{ id: 'gpt-6-sol', shutdown_date: null },
				{ id: 'x', shutdown_date: 7 },
			],
		},
		() => true,
	);
	expect(openAi.models).toEqual([
		{ id: 'gpt-5', lifecycle: { retiresAt: '2026-12-11' } },
		{ id: 'gpt-6-sol' },
		{ id: 'x' },
	]);
	const anthropic = readAnthropicPage('10')({
		data: [
			{
				id: 'claude-sonnet-4-5',
				lifecycle: 'deprecated',
				deprecated_at: '2026-09-30T00:00:00Z',
				retires_at: '2026-11-30T00:00:00Z',
				max_input_tokens: 200_000,
				max_tokens: 64_000,
			},
		],
	});
	expect(anthropic.models[0].lifecycle).toEqual({
		retiresAt: '2026-11-30T00:00:00Z',
		deprecatedAt: '2026-09-30T00:00:00Z',
		isRetired: false,
		contextWindow: 200_000,
		maxOutputTokens: 64_000,
	});
	const gemini = readGeminiPage('10')({
		models: [{ name: 'models/gemini-3.8-flash', inputTokenLimit: 1_048_576, outputTokenLimit: 65_536 }],
	});
	expect(gemini.models[0].lifecycle).toEqual({ contextWindow: 1_048_576, maxOutputTokens: 65_536 });
});

describe('published data', () => {
	const entry = (id: string, more: object = {}) => ({
		id,
		name: id,
		api_pattern: `https://${id}`,
		models: [{ id: 'm', match: { equals: 'm' }, prices: { input_mtok: 1 } }],
		...more,
	});
	const three = [entry('openai'), entry('anthropic'), entry('google')];

	const parse = async (value: unknown) => await parseCatalogue(value, async () => await Promise.resolve());

	it('is taken where it is whole', async () => expect(await parse(three)).toHaveLength(3));

	it.each([
		['not a list', {}, /Expected array/],
		['without a provider', [], /at least 1/],
		[
			'with a price below nothing',
			[...three, entry('x', { models: [{ id: 'm', match: { equals: 'm' }, prices: { input_mtok: -1 } }] })],
			/3\.models\.0/,
		],
		['with a pattern that is none', [...three, entry('x', { api_pattern: '(' })], /no regular expression/],
	])('is refused %s', async (_what, value, why) => await expect(parse(value)).rejects.toThrow(why));
});
