/** Prices and windows from the package `@pydantic/genai-prices`, completed by tiers, regions and newer models. */
import type * as PricePackage from '@pydantic/genai-prices';
import type { Prices, PriceSource, TieredPrice } from '../../types';
import { isOtherVersion, predecessorOf, withoutStage } from './lines';
import { bareName } from './names';
import { NEWER_MODELS } from './newer';
import { factorsOf } from './tiers';

type ModelPrice = PricePackage.ModelPrice;

let pricePackage: typeof PricePackage | undefined;

/** Loading the package takes some 40 ms, so it waits for the first look-up. */
export function loadPrices(): typeof PricePackage {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would load it with n8n
	return (pricePackage ??= require('@pydantic/genai-prices') as typeof PricePackage);
}

let edition = 0;

/** Increases with each change of the price list. */
export const priceEdition = (): number => edition;

export function pricesHaveChanged(): void {
	edition += 1;
}

export interface Listing {
	prices: Prices | null;
	source: Extract<PriceSource, 'catalogue' | 'estimated'>;
	contextWindow: number | null;
}

export interface ListedModel {
	/** The provider whose price list applies, by the package's name for it. */
	vendor: string;
	modelId: string;
	baseUrl?: string;
	/** ms since the epoch: prices change by date and by time of day. */
	now: number;
	/** It is asked for vectors. Absent: for answers. */
	embeds?: boolean;
}

/**
 * null if nothing is known. A newer model of a known line is estimated by the price of its predecessor until a list
 * has it.
 */
export function listing(model: ListedModel): Listing | null {
	const modelId = nameInList(model);
	if (modelId === '') return null;
	const named = { ...model, modelId };
	const found = find(named);
	if (found && model.vendor === 'openrouter' && ROUTING_VARIANT.test(model.modelId)) {
		return { ...found, source: 'estimated' };
	}
	if (found?.source === 'catalogue') return found;
	const known = newer(named) ?? found;
	if (known) return known;
	const { models = [] } = loadPrices().findProvider({ providerId: model.vendor }) ?? {};
	const before = predecessorOf(modelId, [
		...models.map(({ id }) => id),
		...Object.keys(NEWER_MODELS[model.vendor] ?? {}),
	]);
	const listed = before === null ? null : listing({ ...model, modelId: before });
	return listed?.prices ? { ...listed, source: 'estimated' } : null;
}

/** The model id without prefixes of a protocol and suffixes of OpenRouter. */
function nameInList({ vendor, modelId }: ListedModel): string {
	const name = modelId.trim().replace(/^models\//, '');
	// Vertex by OpenAI's protocol: `google/gemini-3.8-flash`.
	if (vendor === 'google') return name.replace(/^(?:publishers\/)?(?:google|anthropic)\/(?:models\/)?/, '');
	// Bedrock's second endpoint leaves the version out.
	if (vendor === 'aws') return name.replace(/^openai\.gpt-oss-\d+b$/, '$&-1:0');
	return vendor === 'openrouter' ? name.replace(ROUTING_VARIANT, '') : name;
}

/** These choose among the model's providers, whose prices differ, so the model's own price is an estimate. */
const ROUTING_VARIANT = /:(?:nitro|floor|exacto|online)$/;

function newer({ vendor, modelId, baseUrl, now }: ListedModel): Listing | null {
	const model = NEWER_MODELS[vendor]?.[withoutStage(modelId.toLowerCase())];
	if (!model) return null;
	const later = model.later?.findLast(({ from }) => Date.parse(from) <= now);
	const prices = pricesFrom(later?.prices ?? model.prices);
	return {
		prices: prices && { ...prices, ...factorsOf(vendor, bareName(modelId), baseUrl) },
		source: 'catalogue',
		contextWindow: model.window,
	};
}

function find({ vendor, modelId, baseUrl, now, embeds }: ListedModel): Listing | null {
	try {
		const noUsage = { input_tokens: 0, output_tokens: 0 };
		const found = loadPrices().calcPrice(noUsage, modelId, {
			providerId: vendor,
			timestamp: new Date(now),
		});
		if (found === null) return null;
		const isFree = vendor === 'openrouter' && found.model.id.endsWith(':free');
		const prices = isFree ? FREE : pricesFrom(embeds ? ofTexts(found.model_price) : found.model_price);
		return {
			prices: prices && { ...prices, ...factorsOf(vendor, bareName(modelId), baseUrl) },
			// Some entries match by prefix, newer versions included.
			source: isOtherVersion(modelId, found.model.id) ? 'estimated' : 'catalogue',
			contextWindow: found.model.context_window ?? null,
		};
	} catch {
		// The package throws on contradictory data; the price is unknown then.
		return null;
	}
}

const FREE: Prices = { input: { base: 0 }, output: { base: 0 } };

/** Parts that our usage does not count separately. A model that prices them has no known price. */
const UNCOUNTED_PARTS = [
	'output_citation_mtok',
	'input_text_mtok',
	'output_text_mtok',
	'input_image_mtok',
	'input_video_mtok',
	'output_video_mtok',
];

/** The package's tiers mean the same as those of `TieredPrice`. */
function pricesFrom(listed: ModelPrice): Prices | null {
	const input = tiered(listed.input_mtok);
	const output = tiered(listed.output_mtok);
	if (!input || !output || UNCOUNTED_PARTS.some((part) => listed[part] !== undefined)) return null;
	const parts = {
		cachedInput: tiered(listed.cache_read_mtok),
		cacheWrite: tiered(listed.cache_write_mtok),
		longCacheWrite: tiered(listed.cache_write_1h_mtok),
		reasoning: tiered(listed.output_reasoning_mtok),
		audioInput: tiered(listed.input_audio_mtok),
		cachedAudio: tiered(listed.cache_audio_read_mtok),
		audioOutput: tiered(listed.output_audio_mtok),
		imageOutput: tiered(listed.output_image_mtok),
		perRequest: perOne(listed.requests_kcount),
		perSearch: perOne(listed.web_searches_kcount),
	};
	const named = Object.entries(parts).filter(([, price]) => price !== undefined);
	return { input, output, ...(Object.fromEntries(named) as Partial<typeof parts>) };
}

/** Only texts are sent to an embedding model, and it writes nothing. */
function ofTexts({ input_mtok }: ModelPrice): ModelPrice {
	return { input_mtok, output_mtok: 0 };
}

function perOne(perThousand: ModelPrice[string]): number | undefined {
	return typeof perThousand === 'number' ? perThousand / 1000 : undefined;
}

function tiered(price: ModelPrice[string]): TieredPrice | undefined {
	if (price === undefined) return undefined;
	if (typeof price === 'number') return { base: price };
	return {
		base: price.base,
		tiers: price.tiers.map(({ start, price: above }) => ({ above: start, price: above })),
	};
}
