/** Validates a published version of the price package's data and merges it into the packaged data. */
import type { Provider } from '@pydantic/genai-prices';
import { z } from 'zod';

import { loadPrices, pricesHaveChanged } from './prices';

export const PUBLISHED_AT =
	'https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json';

/** Bytes; some four times the size of the list in November 2026. */
export const LARGEST_CATALOGUE = 16 * 1024 * 1024;

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
		models: z.array(model).max(5_000),
	})
	.passthrough();

const catalogue = z.array(provider).min(1).max(500);

export type PublishedCatalogue = z.infer<typeof catalogue>;

/** @throws Error with one sentence that says what is wrong */
export function parseCatalogue(value: unknown): PublishedCatalogue {
	const list = isObject(value) && 'providers' in value ? value.providers : value;
	const result = catalogue.safeParse(list);
	if (result.success) return result.data;
	const { path, message } = result.error.issues[0];
	throw new Error(`It is not the data of genai-prices: ${path.join('.') || 'the list'}: ${message}.`);
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
