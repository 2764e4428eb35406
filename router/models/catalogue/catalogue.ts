/**
 * Facts about a model: prices and windows from the package `@pydantic/genai-prices`, the rest from our own table.
 * Values that the user set in the panel override both.
 */
import { LRUCache } from 'lru-cache';

import type {
	AttachmentKind,
	Prices,
	PriceSource,
	ProviderId,
	ReasoningEffort,
	Task,
	TieredPrice,
} from '../../types';
import { MINUTE_MS } from '../../types/time';
import { bareName, familyOf } from './names';
import { listing, loadPrices, priceEdition } from './prices';
import { vendorAt } from './region';
import { RATING_OF_HUNDRED, RATING_OF_ZERO, RATINGS, REASONING, TEXT_ONLY, WINDOWS } from './table';
import { leaningsOf, TASK_RATINGS } from './taskRatings';

/** Quality of an unrated model: between GPT-4o mini (48) and GPT-5 nano (53). */
export const UNKNOWN_QUALITY = 50;

export interface ModelIdentity {
	provider: ProviderId;
	/** The provider's id. For `connected` models the name that the connected model reports, or empty. */
	modelId: string;
	/** The credential's base URL: the same model costs differently at each endpoint. */
	baseUrl?: string;
	/** For `connected` models: whose model it is, as LangChain names it (`openai`, `anthropic`, `google`). */
	vendor?: string;
	/** ms since the epoch: prices change by date and by time of day. */
	now: number;
	/** It is asked for vectors of texts. Absent: for answers. */
	embeds?: boolean;
}

export interface CatalogueEntry {
	/** null if unknown, which never means free. */
	prices: Prices | null;
	priceSource: PriceSource;
	/** Tokens; null where unknown. */
	contextWindow: number | null;
	/** 0–100. */
	quality: number;
	/** 0–100 for tasks at which the model is known to be better or worse. */
	taskQuality: Readonly<Partial<Record<Task, number>>>;
	/** Points to add or subtract by language. */
	languageQuality: Readonly<Record<string, number>>;
	/** False if `quality` is the default for unrated models. */
	qualityKnown: boolean;
	accepts: ReadonlySet<AttachmentKind>;
	reasoning: boolean;
}

export interface PanelValues {
	quality?: number;
	/** 0–100 by task. */
	taskQuality?: Readonly<Partial<Record<Task, number>>>;
	/** USD per million tokens; 0 is free. */
	inputPrice?: number;
	outputPrice?: number;
	cachedInputPrice?: number;
	contextWindow?: number;
	reasoningEffort?: ReasoningEffort;
}

/** Keys include the minute, so entries of earlier minutes are evicted. */
const remembered = new LRUCache<string, CatalogueEntry>({ max: 500 });

/**
 * Never throws: an unknown model has no price, no window and the default quality. Returns the same object for the
 * same model within a minute, because an agent builds its list of models with each step.
 */
export function lookUp(identity: ModelIdentity): CatalogueEntry {
	const { provider, modelId, baseUrl, vendor, now, embeds } = identity;
	// Prices that depend on the time of day change on the hour or half hour.
	const minute = Math.floor(now / MINUTE_MS);
	const key = JSON.stringify([provider, modelId, baseUrl, vendor, embeds, minute, priceEdition()]);
	const known = remembered.get(key);
	if (known) return known;
	const entry = found({ ...identity, now: minute * MINUTE_MS });
	remembered.set(key, entry);
	return entry;
}

function found(identity: ModelIdentity): CatalogueEntry {
	const vendor = vendorOf(identity);
	const listed = vendor === null ? null : listing({ ...identity, vendor });
	const name = bareName(identity.modelId);
	const rating = familyOf(name, RATINGS);
	const quality = rating === null ? UNKNOWN_QUALITY : qualityOf(rating);
	const leanings = leaningsOf(familyOf(name, TASK_RATINGS) ?? '');
	const ownWindow = vendor === null ? null : familyOf(name, WINDOWS);
	return {
		prices: listed?.prices ?? null,
		priceSource: listed?.prices ? listed.source : 'unknown',
		contextWindow: listed?.contextWindow ?? ownWindow,
		quality,
		taskQuality: shifted(quality, leanings.tasks),
		languageQuality: leanings.languages,
		qualityKnown: rating !== null,
		accepts: acceptedKinds(identity.provider, vendor, name),
		reasoning: REASONING.some((pattern) => pattern.test(name)),
	};
}

/**
 * Applies the values from the panel. A price from the panel replaces that part and its tiers only. If only one of
 * input and output is known, there is no price. Cached input never costs more than the panel's input price.
 */
export function withPanelValues(entry: CatalogueEntry, panel: PanelValues): CatalogueEntry {
	const isOwn = panel.inputPrice !== undefined || panel.outputPrice !== undefined;
	const prices = pricesWithPanel(entry.prices, panel);
	return {
		...entry,
		prices,
		priceSource: prices === null ? 'unknown' : isOwn ? 'user' : entry.priceSource,
		contextWindow: panel.contextWindow && panel.contextWindow > 0 ? panel.contextWindow : entry.contextWindow,
		quality: panel.quality ?? entry.quality,
		taskQuality: {
			...shiftedBy((panel.quality ?? entry.quality) - entry.quality, entry.taskQuality),
			...panel.taskQuality,
		},
		qualityKnown: panel.quality !== undefined || entry.qualityKnown,
		// Effort `none` switches reasoning off.
		reasoning: panel.reasoningEffort === undefined ? entry.reasoning : panel.reasoningEffort !== 'none',
	};
}

function pricesWithPanel(listed: Prices | null, panel: PanelValues): Prices | null {
	if ([panel.inputPrice, panel.outputPrice, panel.cachedInputPrice].every((price) => price === undefined))
		return listed;
	const input = panel.inputPrice === undefined ? listed?.input : { base: panel.inputPrice };
	const output = panel.outputPrice === undefined ? listed?.output : { base: panel.outputPrice };
	if (!input || !output) return null;
	const cachedInput =
		panel.cachedInputPrice === undefined
			? atMost(listed?.cachedInput, panel.inputPrice)
			: { base: panel.cachedInputPrice };
	const { tiers, regions, perRequest, perSearch, reasoning, audioOutput, imageOutput } = listed ?? {};
	const parts = {
		cachedInput,
		...(panel.inputPrice === undefined ? listedInput(listed) : cacheWritesAt(panel.inputPrice, listed)),
		...(panel.outputPrice === undefined && { reasoning, audioOutput, imageOutput }),
		// A user who sets both prices sets the whole price of a call, apart from the tier's factor.
		...((panel.inputPrice === undefined || panel.outputPrice === undefined) && { perRequest, perSearch }),
		tiers,
		regions,
	};
	const named = Object.entries(parts).filter(([, part]) => part !== undefined);
	return { input, output, ...(Object.fromEntries(named) as typeof parts) };
}

function listedInput(listed: Prices | null): Partial<Prices> {
	const { cacheWrite, longCacheWrite, audioInput, cachedAudio } = listed ?? {};
	return { cacheWrite, longCacheWrite, audioInput, cachedAudio };
}

/** Scales the listed cache-write prices to the user's input price. */
function cacheWritesAt(inputPrice: number, listed: Prices | null): Partial<Prices> {
	const scaled = (price: TieredPrice | undefined): TieredPrice | undefined =>
		listed && price && listed.input.base > 0
			? { base: (inputPrice * price.base) / listed.input.base }
			: undefined;
	return { cacheWrite: scaled(listed?.cacheWrite), longCacheWrite: scaled(listed?.longCacheWrite) };
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

/** Whole number from 0 to 100, linear in the Arena rating. */
function qualityOf(rating: number): number {
	const share = (rating - RATING_OF_ZERO) / (RATING_OF_HUNDRED - RATING_OF_ZERO);
	return Math.round(100 * Math.min(1, Math.max(0, share)));
}

/** Attachments that the protocol can carry: images everywhere, PDF where the vendor documents it. */
function acceptedKinds(provider: ProviderId, vendor: string | null, name: string): Set<AttachmentKind> {
	if (TEXT_ONLY.some((pattern) => pattern.test(name))) return new Set();
	if (provider === 'gemini') return new Set(['image', 'document', 'audio']);
	const readsDocuments = provider === 'openAi' || provider === 'anthropic' || vendor === 'openrouter';
	return new Set(readsDocuments ? ['image', 'document'] : ['image']);
}

const VENDORS: Partial<Record<ProviderId, string>> = {
	openAi: 'openai',
	anthropic: 'anthropic',
	gemini: 'google',
};

/**
 * The provider whose price list applies, by the package's name for it, or null. A known base URL decides. An unknown
 * one is taken as a gateway to the credential's own vendor; for OpenAI-compatible and connected models it may be
 * anything (Ollama, a company's server), so no list applies.
 */
function vendorOf({ provider, baseUrl, vendor }: ModelIdentity): string | null {
	const { findProvider } = loadPrices();
	const byUrl = baseUrl ? findProvider({ providerApiUrl: baseUrl.trim().toLowerCase() })?.id : undefined;
	const byHost = byUrl ?? vendorAt(baseUrl?.trim());
	if (byHost !== undefined) return byHost;
	const own = VENDORS[provider];
	if (own !== undefined) return own;
	if (provider !== 'connected' || baseUrl || !vendor) return null;
	return findProvider({ providerId: vendor })?.id ?? null;
}

type ByTask = Readonly<Partial<Record<Task, number>>>;

/** Adds the points to `quality`, within 0–100. */
function shifted(quality: number, points: ByTask): ByTask {
	return mapTasks(points, (point) => quality + point);
}

/** Moves all task qualities by the same number of points, for a quality that the user set. */
function shiftedBy(by: number, taskQuality: ByTask): ByTask {
	return by === 0 ? taskQuality : mapTasks(taskQuality, (quality) => quality + by);
}

function mapTasks(values: ByTask, change: (value: number) => number): ByTask {
	return Object.fromEntries(
		Object.entries(values).map(([task, value]) => [task, Math.max(0, Math.min(100, change(value)))]),
	);
}
