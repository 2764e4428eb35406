import type { ListedLifecycle } from './catalogue/lifecycle';
import { ModelError } from '../types';
import type { Surroundings } from '../types';
import { publicName } from './wire/baseUrl';
import type { Fetch } from './wire/http';

export interface ClientSettings {
	/** As `parseBaseUrl` returns it. */
	baseUrl: string;
	modelId: string;
	/** Sent with every request. */
	headers?: Record<string, string>;
	/** From `createHttp`, shared by all clients. */
	fetch: Fetch;
	/** Epoch ms. */
	now: () => number;
	sleep: Surroundings['sleep'];
	random: Surroundings['random'];
}

/** Settings for listing a provider's models. */
export interface ListSettings {
	baseUrl: string;
	key: string;
	headers?: Record<string, string>;
	fetch: Fetch;
	now: () => number;
	sleep: Surroundings['sleep'];
}

export interface ListedModel {
	id: string;
	name?: string;
	/** What the list says about it besides its name. */
	lifecycle?: ListedLifecycle;
}

/** How an embedding model is reached. */
export type EmbeddingSettings = Omit<ClientSettings, 'random'>;

/** Key under which a model's failures, and the request form it accepts, are remembered. */
export function endpointOf(
	protocol: 'openAi' | 'anthropic' | 'gemini',
	{ baseUrl, modelId }: Pick<ClientSettings, 'baseUrl' | 'modelId'>,
): string {
	return `${protocol}|${publicName(baseUrl)}|${modelId}`;
}

/** The longest delay of a Node.js timer, 24.8 days: deadlines are up to `failover`, not the SDKs. */
export const NO_DEADLINE = 2 ** 31 - 1;

/** Without a key the SDKs would look for one in the environment. */
export function requireKey(key: string, label: string): void {
	if (key === '') {
		throw new ModelError('authentication', `There is no API key for ${label}. Enter one in its credential.`);
	}
}
