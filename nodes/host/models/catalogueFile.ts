/**
 * What is known of models beyond this package: the published price list, and what providers' lists said of theirs. Kept
 * in n8n's folder, so that it outlasts a restart and all processes of a machine read the same.
 */
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import type { ListedLifecycle } from '../../../router/models/catalogue/lifecycle';
import {
	parseCatalogue,
	useCatalogue,
	type PublishedCatalogue,
} from '../../../router/models/catalogue/published';
import type { ListedModel } from '../../../router/models/settings';
import type { ProviderId } from '../../../router/types';
import { llmRouterFolder } from '../folder';

const CATALOGUE = 'catalogue.json';
const LISTED = 'listed-models.json';

/** More models than all providers offer together. */
const MOST_LISTED = 5_000;

export interface CatalogueOrigin {
	/** ISO 8601. */
	updatedAt: string;
	/** Address, file name or `pasted`. */
	source: string;
}

const keptCatalogue = z.object({ updatedAt: z.string(), source: z.string(), providers: z.unknown() });
const keptListed = z.record(z.object({}).passthrough());

/** Of the files as they were read last, ms; absent: never. */
const readAt = new Map<string, number>();

let listed: Record<string, ListedLifecycle> = {};

/** How long what was found holds, in ms: an agent builds its list of models with each step. */
const LOOK_EVERY_MS = 1_000;

let look: { at: number; done: Promise<unknown> } | undefined;

/** Reads what has changed since the last time. A file that cannot be used is as good as none. */
export async function refreshCatalogue(): Promise<void> {
	const now = performance.now();
	if (!look || now - look.at > LOOK_EVERY_MS) {
		look = { at: now, done: Promise.all([refresh(CATALOGUE, takeCatalogue), refresh(LISTED, takeListed)]) };
	}
	await look.done;
}

export function listedLifecycle(provider: ProviderId, modelId: string): ListedLifecycle | undefined {
	return listed[keyOf(provider, modelId)];
}

/** In use from now on, here and, as soon as they look, in the other processes of this machine. */
export async function keepCatalogue(providers: PublishedCatalogue, from: CatalogueOrigin): Promise<void> {
	await write(CATALOGUE, { ...from, providers });
	await useCatalogue(providers);
}

/** Notes what a list says of its models' ends, windows and limits. Never fails: the list is of use without it. */
export async function noteListed(provider: ProviderId, models: readonly ListedModel[]): Promise<void> {
	const all = new Map(Object.entries(listed));
	for (const { id, lifecycle } of models) {
		const key = keyOf(provider, id);
		all.delete(key);
		// An end that is no longer named was called off.
		if (lifecycle) all.set(key, lifecycle);
	}
	const before = listed;
	listed = Object.fromEntries([...all].slice(-MOST_LISTED));
	if (isDeepStrictEqual(listed, before)) return;
	await write(LISTED, listed).catch(() => undefined);
}

async function takeCatalogue(value: unknown): Promise<void> {
	const { providers } = keptCatalogue.parse(value);
	await useCatalogue(await parseCatalogue(providers, othersTurn));
}

function takeListed(value: unknown): void {
	listed = keptListed.parse(value) as Record<string, ListedLifecycle>;
}

async function refresh(name: string, take: (value: unknown) => void | Promise<void>): Promise<void> {
	try {
		const path = join(llmRouterFolder(), name);
		const { mtimeMs } = await stat(path);
		if (readAt.get(name) === mtimeMs) return;
		readAt.set(name, mtimeMs);
		await take(JSON.parse(await readFile(path, 'utf8')));
	} catch {
		// There is none, or it is broken: what came with the package holds.
	}
}

/** As one step: whoever reads meanwhile gets the old one. */
async function write(name: string, value: unknown): Promise<void> {
	const folder = llmRouterFolder();
	await mkdir(folder, { recursive: true });
	const path = join(folder, name);
	const draft = `${path}.${process.pid}`;
	await writeFile(draft, JSON.stringify(value));
	await rename(draft, path);
	readAt.set(name, (await stat(path)).mtimeMs);
}

const keyOf = (provider: ProviderId, modelId: string): string =>
	`${provider} ${modelId.replace(/^models\//, '')}`;
