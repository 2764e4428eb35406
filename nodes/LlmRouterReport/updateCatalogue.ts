/** The operation `updateCatalogue`: newer prices and windows without a newer package. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import {
	countModels,
	LARGEST_CATALOGUE,
	parseCatalogue,
	PUBLISHED_AT,
	type PublishedCatalogue,
} from '../../router/models/catalogue/published';
import { ConfigurationError } from '../../router/types';
import { keepCatalogue } from '../host/models/catalogueFile';
import { hostEngine } from '../host/engine';
import { parameterOf } from './parameters';

/** For the address to answer, in ms. */
const TIMEOUT_MS = 60_000;

export const CATALOGUE_SOURCES = ['address', 'file', 'text'] as const;

export interface UpdateRow {
	updatedAt: string;
	source: string;
	providers: number;
	models: number;
}

/** @throws ConfigurationError where there is no data, or data that cannot be used: then all stays as it was */
export async function updateCatalogue(context: IExecuteFunctions, itemIndex: number): Promise<UpdateRow> {
	const { text, source } = await readText(context, itemIndex);
	const providers = await parsed(text, source);
	const updatedAt = new Date(hostEngine().surroundings.now()).toISOString();
	await keepCatalogue(providers, { updatedAt, source });
	return { updatedAt, source, providers: providers.length, models: countModels(providers) };
}

async function readText(
	context: IExecuteFunctions,
	itemIndex: number,
): Promise<{ text: string; source: string }> {
	const string = (name: string, initial: string) =>
		parameterOf(context, name, itemIndex, z.coerce.string().trim().default(initial), 'Enter a text');
	const from = parameterOf(
		context,
		'catalogueSource',
		itemIndex,
		z.enum(CATALOGUE_SOURCES).default('address'),
		`It is one of ${CATALOGUE_SOURCES.join(', ')}`,
	);
	if (from === 'text') return { text: string('catalogueText', ''), source: 'pasted' };
	if (from === 'file') {
		const field = string('catalogueField', 'data') || 'data';
		const data = await context.helpers.getBinaryDataBuffer(itemIndex, field);
		return { text: data.subarray(0, LARGEST_CATALOGUE + 1).toString('utf8'), source: `file ${field}` };
	}
	const address = string('catalogueUrl', PUBLISHED_AT) || PUBLISHED_AT;
	return { text: await fetched(address), source: address };
}

async function fetched(address: string): Promise<string> {
	if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
		throw notFetched('the address is none');
	}
	const response = await hostEngine()
		.http.fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) })
		.catch(() => null);
	if (!response) throw notFetched('the server cannot be reached');
	if (!response.ok) throw notFetched(`the server answered ${response.status}`);
	const text = await response.text().catch(() => null);
	if (text === null) throw notFetched('the connection broke off');
	return text;
}

function notFetched(why: string): ConfigurationError {
	return new ConfigurationError(
		'Address',
		`The catalogue could not be fetched: ${why}`,
		'Check the address, or download the data and choose From: File or Pasted',
	);
}

async function parsed(text: string, source: string): Promise<PublishedCatalogue> {
	if (text.length > LARGEST_CATALOGUE)
		throw unusable(`it is larger than ${LARGEST_CATALOGUE / 1024 / 1024} MB`, source);
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw unusable('it is no JSON', source);
	}
	try {
		return await parseCatalogue(value, () => hostEngine().surroundings.sleep(0));
	} catch (error) {
		throw unusable(error instanceof Error ? error.message : 'it has another form', source);
	}
}

function unusable(why: string, source: string): ConfigurationError {
	return new ConfigurationError(
		'Catalogue',
		`The catalogue from ${source} cannot be used, and the one in use stays: ${why}`,
		'Take the file data.json that genai-prices publishes',
	);
}
