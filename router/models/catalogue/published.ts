/** Validates a published version of the price package's data and merges it into the packaged data. */
import type { Provider } from '@pydantic/genai-prices';
import { z } from 'zod';

import { loadPrices, pricesHaveChanged } from './prices';

export const PUBLISHED_AT =
	'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json';

/** Parsed at a stroke, in some 40 ms; larger than it was in November 2026 by half. In characters. */
export const LARGEST_CATALOGUE = 6 * 1024 * 1024;

const MOST_PROVIDERS = 500;
const MOST_MODELS = 5_000;

const price = z.number().finite().nonnegative();
const tiered = z.object({
	base: price,
	tiers: z.array(z.object({ start: z.number().int().nonnegative(), price })).max(20),
});
const prices = z.record(z.union([price, tiered]));
const conditional = z.object({
	constraint: z
		.union([
			z.object({ type: z.literal('start_date').optional(), start_date: z.string() }),
			z.object({ type: z.literal('time_of_date').optional(), start_time: z.string(), end_time: z.string() }),
		])
		.optional(),
	prices,
});
/** Matching conditions, which nest and may be regular expressions; length and depth are limited. */
const text = z.string().max(300);
const leaf = z.union([
	z.object({ equals: text }),
	z.object({ starts_with: text }),
	z.object({ ends_with: text }),
	z.object({ contains: text }),
	z.object({ regex: text.refine(isRegex, 'no regular expression') }),
]);
const nested = (inner: z.ZodTypeAny) =>
	z.union([leaf, z.object({ or: z.array(inner).max(500) }), z.object({ and: z.array(inner).max(500) })]);
const match = nested(nested(nested(leaf)));
const model = z
	.object({
		id: text,
		match,
		context_window: z.number().int().positive().optional(),
		prices: z.union([z.array(conditional).min(1), prices]),
	})
	.passthrough();
const provider = z
	.object({
		id: text,
		name: text,
		api_pattern: text.refine(isRegex, 'no regular expression'),
		model_match: match.optional(),
		provider_match: match.optional(),
		models: z.array(model).max(MOST_MODELS),
	})
	.passthrough();

const catalogue = z.array(provider).min(1).max(MOST_PROVIDERS);

export type PublishedCatalogue = z.infer<typeof catalogue>;

/** So many models are checked at once: all of them would keep the event loop. */
const MODELS_AT_ONCE = 50;

/** @param pause resolves when others have had their turn @throws Error with one sentence that says what is wrong */
export async function parseCatalogue(
	value: unknown,
	pause: () => Promise<void>,
): Promise<PublishedCatalogue> {
	const list = isObject(value) && 'providers' in value ? value.providers : value;
	// Too long or no list at all: that is seen at once.
	if (!Array.isArray(list) || list.length === 0 || list.length > MOST_PROVIDERS)
		return checked(catalogue, list);
	const providers: PublishedCatalogue = [];
	for (const [index, entry] of (list as unknown[]).entries()) {
		const found: unknown[] | null = isObject(entry) && Array.isArray(entry.models) ? entry.models : null;
		if (!found || found.length > MOST_MODELS) return checked(catalogue, [...providers, entry]);
		const head = checked(provider, { ...(entry as object), models: [] }, [index]);
		const models: typeof head.models = [];
		for (let at = 0; at < found.length; at += MODELS_AT_ONCE) {
			models.push(...checked(z.array(model), found.slice(at, at + MODELS_AT_ONCE), [index, 'models']));
			await pause();
		}
		providers.push({ ...head, models });
	}
	return providers;
}

function checked<T extends z.ZodTypeAny>(
	schema: T,
	value: unknown,
	at: ReadonlyArray<string | number> = [],
): z.output<T> {
	const result = schema.safeParse(value);
	if (result.success) return result.data as z.output<T>;
	const { path, message } = result.error.issues[0];
	const place = [...at, ...path].join('.') || 'the list';
	throw new Error(`It is not the data of genai-prices: ${place}: ${message}.`);
}

let isUpdated = false;

/** The packaged data, read before anything is merged into it. */
let packaged: Promise<Provider[]> | undefined;

/** Takes effect at once. Models and providers that the new list lacks keep their packaged data. */
export async function useCatalogue(providers: PublishedCatalogue): Promise<void> {
	const { updatePrices, waitForUpdate } = loadPrices();
	packaged ??= waitForUpdate().then((known) => known ?? []);
	const merged = laidOver(await packaged, providers as unknown as readonly Provider[]);
	updatePrices(({ setProviderData }) => setProviderData(merged));
	pricesHaveChanged();
	isUpdated = true;
}

function laidOver(packaged: readonly Provider[], published: readonly Provider[]): Provider[] {
	const known = new Map(packaged.map((provider) => [provider.id, provider]));
	const newer = published.map((provider) => {
		const before = known.get(provider.id);
		const ids = new Set(provider.models.map(({ id }) => id));
		const others = before?.models.filter(({ id }) => !ids.has(id)) ?? [];
		// The package takes the first match, so newer entries come first.
		return { ...before, ...provider, models: [...provider.models, ...others] };
	});
	const ids = new Set(newer.map(({ id }) => id));
	return [...newer, ...packaged.filter(({ id }) => !ids.has(id))];
}

/** Whether an updated list is in use. */
export const usesPublished = (): boolean => isUpdated;

export function countModels(providers: PublishedCatalogue): number {
	return providers.reduce((sum, { models }) => sum + models.length, 0);
}

function isRegex(source: string): boolean {
	try {
		return Boolean(new RegExp(source));
	} catch {
		return false;
	}
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null;
}
