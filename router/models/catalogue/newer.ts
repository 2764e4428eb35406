/**
 * Prices of models that the price package does not list yet, in the package's own format. An entry in the package, or
 * in a newer list that the user loaded, overrides them. As of 28 November 2026, by developers.openai.com (GPT-6.1 Sol and
 * Terra, GPT-6.2), platform.claude.com (Sonnet 5.5, Haiku 5.5) and ai.google.dev (Gemini 4). Not all of them were read on
 * those pages: some only in secondary sources that cite them.
 */
import type { ModelPrice } from '@pydantic/genai-prices';

export interface NewerModel {
	/** Tokens. */
	window: number;
	prices: ModelPrice;
	/** Announced price changes, in order of their dates. */
	later?: ReadonlyArray<{ /** YYYY-MM-DD, UTC. */ from: string; prices: ModelPrice }>;
}

const SEARCHES = { web_searches_kcount: 10 };

/** Beyond 272,000 tokens of input a call costs 2 times the input and cache prices and 1.5 times the output price. */
function gpt6(input: number, cached: number, output: number): NewerModel {
	const long = (price: number, factor: number) => ({
		base: price,
		tiers: [{ start: 272_000, price: price * factor }],
	});
	return {
		window: 1_050_000,
		prices: {
			input_mtok: long(input, 2),
			cache_read_mtok: long(cached, 2),
			cache_write_mtok: long(input * 1.25, 2),
			output_mtok: long(output, 1.5),
			...SEARCHES,
		},
	};
}

const HAIKU_LONG = 100_000;
const haiku = (price: number) => ({ base: price, tiers: [{ start: HAIKU_LONG, price: price * 5 }] });

const gemini = (input_mtok: number, cache_read_mtok: number, output_mtok: number): ModelPrice => ({
	input_mtok,
	cache_read_mtok,
	output_mtok,
});
const UNTIL_DECEMBER: NewerModel = {
	window: 1_048_576,
	prices: gemini(2, 0.1, 10),
	later: [{ from: '2026-12-01', prices: gemini(4, 0.2, 20) }],
};

/** By the price package's name of the vendor, then by model id. */
export const NEWER_MODELS: Readonly<Record<string, Readonly<Record<string, NewerModel>>>> = {
	openai: {
		'gpt-6.1-sol': gpt6(2, 0.1, 10),
		'gpt-6.1-terra': gpt6(1, 0.05, 5),
		'gpt-6.2-sol': gpt6(2, 0.1, 10),
		'gpt-6.2-astra': gpt6(8, 0.4, 40),
	},
	anthropic: {
		'claude-sonnet-5-5': {
			window: 1_000_000,
			prices: {
				input_mtok: 2,
				cache_read_mtok: 0.1,
				cache_write_mtok: 2.5,
				cache_write_1h_mtok: 4,
				output_mtok: 10,
				...SEARCHES,
			},
		},
		'claude-haiku-5-5': {
			window: 1_000_000,
			prices: {
				input_mtok: haiku(0.1),
				cache_read_mtok: haiku(0.01),
				cache_write_mtok: haiku(0.125),
				cache_write_1h_mtok: haiku(0.2),
				output_mtok: haiku(0.5),
				...SEARCHES,
			},
		},
	},
	google: {
		'gemini-4-hydrogen': { window: 1_048_576, prices: gemini(1.5, 0.075, 7.5) },
		'gemini-4-neon': { window: 1_048_576, prices: gemini(3, 0.15, 15) },
		'gemini-4-argon': UNTIL_DECEMBER,
		'gemini-4-carbon': UNTIL_DECEMBER,
	},
};
