import { z } from 'zod';
import { toModelError } from '../errors/errors';
import type { ErrorDialect } from '../errors/errors';
import { fetchJson } from './guardedFetch';
import type { ListedModel, ListSettings } from '../settings';

export interface Page {
	models: ListedModel[];
	/** Query parameters of the next page; absent on the last one. */
	next?: Record<string, string>;
}

export interface ListProtocol {
	dialect: ErrorDialect;
	/** Of the list, without a query. */
	url: string;
	headers: Record<string, string>;
	firstQuery: Record<string, string>;
	/** @throws if the body is no list */
	read(body: unknown): Page;
}

/** More pages than any provider has. A server that keeps naming the same next page must not keep us forever. */
const MAX_PAGES = 50;

/**
 * More models than any provider has. The rest is left out, because processing a million would block the event loop.
 */
const MAX_MODELS = 5_000;
const MAX_MODELS_A_PAGE = 3_000;

/** Longer than any id or name, in characters. */
const MAX_NAME = 500;

/** Fetches page after page. @throws ModelError */
export async function listAll(
	protocol: ListProtocol,
	{ key, headers, fetch, now, sleep }: ListSettings,
	signal: AbortSignal,
): Promise<ListedModel[]> {
	const { dialect, read, firstQuery } = protocol;
	const secrets = [key, ...Object.values(headers ?? {})];
	const models = new Map<string, ListedModel>();
	try {
		let query: Record<string, string> | undefined = firstQuery;
		for (let page = 0; query && page < MAX_PAGES && models.size < MAX_MODELS; page++) {
			const url = new URL(protocol.url);
			for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
			const init = { headers: { accept: 'application/json', ...protocol.headers, ...headers }, signal };
			const { models: found, next } = read(await fetchJson(fetch, dialect.label, url, init, sleep));
			for (const model of found) models.set(model.id, model);
			query = next;
		}
	} catch (error) {
		throw toModelError(error, { dialect, secrets, signal, now });
	}
	const { compare } = new Intl.Collator();
	return [...models.values()].sort((a, b) => compare(a.id, b.id));
}

/** An invalid optional field must not cost the whole list, so it counts as absent. */
const said = <T extends z.ZodTypeAny>(schema: T) => schema.nullish().catch(undefined);

/** A single odd entry must not cost the whole list; if all entries are odd, it is no list. */
function listOf<T extends z.ZodTypeAny>(entry: T) {
	return z.array(z.unknown()).transform((entries, context): Array<z.output<T>> => {
		const good = entries.slice(0, MAX_MODELS_A_PAGE).flatMap((each) => {
			const { success, data } = entry.safeParse(each);
			return success ? [data as z.output<T>] : [];
		});
		if (good.length === 0 && entries.length > 0) {
			context.addIssue({ code: z.ZodIssueCode.custom, message: 'no entry is a model' });
		}
		return good;
	});
}

const id = z.string().min(1).max(MAX_NAME);
const openAiEntry = z.object({ id, shutdown_date: said(z.string()) });
/** OpenAI's form, and the bare list that Together sends. */
const openAiList = z.union([z.object({ data: listOf(openAiEntry) }), listOf(openAiEntry)]);

export function readOpenAiPage(body: unknown, isChat: (id: string) => boolean): Page {
	const list = openAiList.parse(body);
	const entries = Array.isArray(list) ? list : list.data;
	return {
		models: entries
			.filter(({ id }) => isChat(id))
			.map(({ id, shutdown_date: end }) => ({ id, ...(end && { lifecycle: { retiresAt: end } }) })),
	};
}

const anthropicList = z.object({
	data: listOf(
		z.object({
			id,
			display_name: said(z.string().max(MAX_NAME)),
			lifecycle: said(z.string()),
			deprecated_at: said(z.string()),
			retires_at: said(z.string()),
			max_input_tokens: said(z.number().int().positive()),
			max_tokens: said(z.number().int().positive()),
		}),
	),
	has_more: said(z.boolean()),
	last_id: said(z.string()),
});

export function readAnthropicPage(pageSize: string): (body: unknown) => Page {
	return (body) => {
		const { data, has_more, last_id } = anthropicList.parse(body);
		return {
			models: data.map(({ id, display_name, ...more }) => ({
				id,
				...(display_name && { name: display_name }),
				lifecycle: {
					retiresAt: more.retires_at ?? undefined,
					deprecatedAt: more.deprecated_at ?? undefined,
					...(more.lifecycle && { isRetired: more.lifecycle === 'retired' }),
					contextWindow: more.max_input_tokens ?? undefined,
					maxOutputTokens: more.max_tokens ?? undefined,
				},
			})),
			...(has_more && last_id && { next: { limit: pageSize, after_id: last_id } }),
		};
	};
}

const geminiList = z.object({
	models: listOf(
		z.object({
			name: id,
			displayName: said(z.string().max(MAX_NAME)),
			supportedGenerationMethods: said(z.array(z.string())),
			inputTokenLimit: said(z.number().int().positive()),
			outputTokenLimit: said(z.number().int().positive()),
		}),
	).default([]),
	nextPageToken: said(z.string()),
});

export function readGeminiPage(pageSize: string): (body: unknown) => Page {
	return (body) => {
		const { models, nextPageToken } = geminiList.parse(body);
		const chat = models.filter(
			({ supportedGenerationMethods: methods }) => !methods || methods.includes('generateContent'),
		);
		return {
			models: chat.map(({ name, displayName, inputTokenLimit, outputTokenLimit }) => ({
				id: name.replace(/^models\//, ''),
				...(displayName && { name: displayName }),
				lifecycle: {
					contextWindow: inputTokenLimit ?? undefined,
					maxOutputTokens: outputTokenLimit ?? undefined,
				},
			})),
			...(nextPageToken && { next: { pageSize, pageToken: nextPageToken } }),
		};
	};
}
