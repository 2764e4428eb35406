/**
 * What is known of a model: prices and windows from the offline package `@pydantic/genai-prices`, the rest
 * from our own table. The user's values from the panel go before both.
 */
import type * as PricePackage from '@pydantic/genai-prices';
import type { AttachmentKind, Prices, ProviderId, ReasoningEffort, TieredPrice } from '../../types';
import { RATING_OF_HUNDRED, RATING_OF_ZERO, RATINGS, REASONING, TEXT_ONLY, WINDOWS } from './table';

/** Quality of a model that nobody rated: between GPT-4o mini (48) and GPT-5 nano (53). */
export const UNKNOWN_QUALITY = 50;

export interface ModelIdentity {
	provider: ProviderId;
	/** The provider's id. For `connected` models what the connected model says of itself, else empty. */
	modelId: string;
	/** The credential's base URL: the same model costs differently at each endpoint. */
	baseUrl?: string;
	/** For `connected` models: whose model it is, as LangChain names it (`openai`, `anthropic`, `google`). */
	vendor?: string;
	/** ms since the epoch: prices change by date and by time of day. */
	now: number;
}

export interface CatalogueEntry {
	/** null where unknown, which is never free. */
	prices: Prices | null;
	/** Tokens; null where unknown. */
	contextWindow: number | null;
	/** 0–100. */
	quality: number;
	/** False where `quality` is `UNKNOWN_QUALITY` for want of better. */
	qualityKnown: boolean;
	accepts: ReadonlySet<AttachmentKind>;
	reasoning: boolean;
}

export interface PanelValues {
	quality?: number;
	/** USD per million tokens; 0 is free. */
	inputPrice?: number;
	outputPrice?: number;
	cachedInputPrice?: number;
	contextWindow?: number;
	reasoningEffort?: ReasoningEffort;
}

/** Never throws: a model that is not known has no price, no window and the neutral quality. */
export function lookUp(identity: ModelIdentity): CatalogueEntry {
	const vendor = vendorOf(identity);
	const listed = vendor === null ? null : listing(vendor, identity);
	const name = bareName(identity.modelId);
	const rating = familyOf(name, RATINGS);
	const ownWindow = vendor === null ? null : familyOf(name, WINDOWS);
	return {
		prices: listed?.prices ?? null,
		contextWindow: listed?.contextWindow ?? ownWindow,
		quality: rating === null ? UNKNOWN_QUALITY : qualityOf(rating),
		qualityKnown: rating !== null,
		accepts: acceptedKinds(identity.provider, vendor, name),
		reasoning: REASONING.some((pattern) => pattern.test(name)),
	};
}

/**
 * The panel's values win. A panel price replaces that part only, and its tiers; a price of which only input
 * or only output is known is no price. Cached input is never dearer than the panel's input price.
 */
export function withPanelValues(entry: CatalogueEntry, panel: PanelValues): CatalogueEntry {
	return {
		...entry,
		prices: pricesWithPanel(entry.prices, panel),
		contextWindow: panel.contextWindow && panel.contextWindow > 0 ? panel.contextWindow : entry.contextWindow,
		quality: panel.quality ?? entry.quality,
		qualityKnown: panel.quality !== undefined || entry.qualityKnown,
		// With effort `none` the user says that it does not reason.
		reasoning: panel.reasoningEffort === undefined ? entry.reasoning : panel.reasoningEffort !== 'none',
	};
}

function pricesWithPanel(listed: Prices | null, panel: PanelValues): Prices | null {
	const input = panel.inputPrice === undefined ? listed?.input : { base: panel.inputPrice };
	const output = panel.outputPrice === undefined ? listed?.output : { base: panel.outputPrice };
	if (!input || !output) return null;
	const cachedInput =
		panel.cachedInputPrice === undefined
			? atMost(listed?.cachedInput, panel.inputPrice)
			: { base: panel.cachedInputPrice };
	// Who names both prices names the whole price.
	const isWhole = panel.inputPrice !== undefined && panel.outputPrice !== undefined;
	const perRequest = isWhole ? undefined : listed?.perRequest;
	return { input, output, ...(cachedInput && { cachedInput }), ...(perRequest && { perRequest }) };
}

function atMost(price: TieredPrice | undefined, limit: number | undefined): TieredPrice | undefined {
	if (price === undefined || limit === undefined) return price;
	return {
		base: Math.min(price.base, limit),
		...(price.tiers && {
			tiers: price.tiers.map((tier) => ({ ...tier, price: Math.min(tier.price, limit) })),
		}),
	};
}

// ── Prices and windows ───────────────────────────────────────────────────────────────────────

type ModelPrice = PricePackage.ModelPrice;

let pricePackage: typeof PricePackage | undefined;

/** Loading the package takes some 40 ms, so it waits for the first look-up. */
function loadPrices(): typeof PricePackage {
	// eslint-disable-next-line @typescript-eslint/no-require-imports -- a static import would load it with n8n
	return (pricePackage ??= require('@pydantic/genai-prices') as typeof PricePackage);
}

const VENDORS: Partial<Record<ProviderId, string>> = {
	openAi: 'openai',
	anthropic: 'anthropic',
	gemini: 'google',
};

/**
 * Whose price list holds, as the price package names it; null where nobody's does. A base URL that the
 * package knows decides. Any other one is taken for a gateway in front of the credential's own vendor, but
 * behind an OpenAI-compatible or connected one (Ollama, a company's server) may be anything.
 */
function vendorOf({ provider, baseUrl, vendor }: ModelIdentity): string | null {
	const { findProvider } = loadPrices();
	const byUrl = baseUrl ? findProvider({ providerApiUrl: baseUrl.trim().toLowerCase() })?.id : undefined;
	if (byUrl !== undefined) return byUrl;
	const own = VENDORS[provider];
	if (own !== undefined) return own;
	if (provider !== 'connected' || baseUrl || !vendor) return null;
	return findProvider({ providerId: vendor })?.id ?? null;
}

interface Listing {
	prices: Prices | null;
	contextWindow: number | null;
}

function listing(vendor: string, { modelId, now }: ModelIdentity): Listing | null {
	const id = modelId.trim().replace(/^models\//, '');
	if (id === '') return null;
	try {
		const noUsage = { input_tokens: 0, output_tokens: 0 };
		const found = loadPrices().calcPrice(noUsage, id, { providerId: vendor, timestamp: new Date(now) });
		if (found === null) return null;
		const isFree = vendor === 'openrouter' && found.model.id.endsWith(':free');
		return {
			prices: isFree ? FREE : pricesFrom(found.model_price),
			contextWindow: found.model.context_window ?? null,
		};
	} catch {
		// The package throws where its data contradicts itself: then this price is not known.
		return null;
	}
}

const FREE: Prices = { input: { base: 0 }, output: { base: 0 } };

/** Prices of parts that our usage does not tell apart: with them the cost of a call cannot be known. */
const UNCOUNTED_PARTS = [
	'output_reasoning_mtok',
	'output_citation_mtok',
	'input_text_mtok',
	'output_text_mtok',
];

/** The package bills the whole call at the highest tier its input exceeds, as `TieredPrice` does. */
function pricesFrom(listed: ModelPrice): Prices | null {
	const input = tiered(listed.input_mtok);
	const output = tiered(listed.output_mtok);
	if (!input || !output || UNCOUNTED_PARTS.some((part) => listed[part] !== undefined)) return null;
	const cachedInput = tiered(listed.cache_read_mtok);
	const perThousand = listed.requests_kcount;
	return {
		input,
		output,
		...(cachedInput && { cachedInput }),
		...(typeof perThousand === 'number' && { perRequest: perThousand / 1000 }),
	};
}

function tiered(price: ModelPrice[string]): TieredPrice | undefined {
	if (price === undefined) return undefined;
	if (typeof price === 'number') return { base: price };
	return {
		base: price.base,
		tiers: price.tiers.map(({ start, price: above }) => ({ above: start, price: above })),
	};
}

// ── Our own table ────────────────────────────────────────────────────────────────────────────

/** 0–100 from an Arena rating, linear between `RATING_OF_ZERO` and `RATING_OF_HUNDRED`, a whole number. */
function qualityOf(rating: number): number {
	const share = (rating - RATING_OF_ZERO) / (RATING_OF_HUNDRED - RATING_OF_ZERO);
	return Math.round(100 * Math.min(1, Math.max(0, share)));
}

/**
 * One spelling for what vendors, gateways and Ollama write: `~anthropic/Claude-Sonnet-4.6` and
 * `eu.anthropic.claude-sonnet-4-6` → `claude-sonnet-4-6`, `llama3.3:70b` → `llama-3-3-70b`.
 */
function bareName(modelId: string): string {
	const name = modelId.trim().toLowerCase().split('/').at(-1) ?? '';
	return dashed(
		name.replace(/^((us|eu|apac|global|regional)\.)?(anthropic|amazon|meta|mistral|openai)\./, ''),
	)
		.replace(/^(meta-)?llama(?=\d)|^meta-llama-/, 'llama-')
		.replace(/^gemma(?=\d)/, 'gemma-')
		.replace(/^qwen-(?=\d)/, 'qwen');
}

function dashed(name: string): string {
	return name.replace(/[.:]/g, '-');
}

/** What may follow a family's name without making another model of it: not a version, not another size. */
const ANOTHER_MODEL =
	/^-(\d{1,2}(?!\w)|\d+b$|distill|.*\b(mini|nano|lite|small|tiny|micro|air|image|tts|audio|embedding)\b)/;

/** The value of the longest family name that `name` belongs to, or null. Dates and `-latest` are no obstacle. */
export function familyOf(name: string, table: Readonly<Record<string, number>>): number | null {
	let longest = '';
	let value: number | null = null;
	for (const [family, familyValue] of Object.entries(table)) {
		const prefix = dashed(family);
		if (prefix.length <= longest.length || !name.startsWith(prefix)) continue;
		const rest = name.slice(prefix.length);
		if (rest !== '' && !/^[-@]/.test(rest)) continue;
		longest = prefix;
		value = ANOTHER_MODEL.test(rest) ? null : familyValue;
	}
	return value;
}

/** Kinds that a provider's protocol carries: images everywhere, PDF where the vendor documents it. */
function acceptedKinds(provider: ProviderId, vendor: string | null, name: string): Set<AttachmentKind> {
	if (TEXT_ONLY.some((pattern) => pattern.test(name))) return new Set();
	if (provider === 'gemini') return new Set(['image', 'document', 'audio']);
	const readsDocuments = provider === 'openAi' || provider === 'anthropic' || vendor === 'openrouter';
	return new Set(readsDocuments ? ['image', 'document'] : ['image']);
}
