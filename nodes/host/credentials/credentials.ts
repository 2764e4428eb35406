import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import { allowedModels } from '../../../router/guardrails/guardrails';
import { parseBaseUrl } from '../../../router/models/wire/baseUrl';
import { parseHeaders } from '../../../router/models/wire/headers';
import { PROVIDER_FACTS, type CredentialProviderId } from '../../../router/models/providers';
import { ConfigurationError } from '../../../router/types';
import { ofN8n, type CredentialSource } from './n8n';
import { credentialOf, type CredentialName } from './slots';

/** A provider's endpoint and keys, as its credential gives them. */
export interface Access {
	baseUrl: string;
	/** At least one, the first is used first; `['']` where none is needed. */
	keys: string[];
	/** Sent with every request. */
	headers: Record<string, string>;
	/** Tells apart what the provider judges separately, beside the keys; empty: nothing. */
	fingerprint: string;
	/** Whether the credential may be used for a model. */
	allows: (modelId: string) => boolean;
}

/** @throws ConfigurationError where the credential cannot work */
export function accessOf(
	provider: CredentialProviderId,
	source: CredentialSource,
	decrypted: ICredentialDataDecryptedObject,
): Access {
	const row = PROVIDER_FACTS[provider];
	const { title } = credentialOf(provider, source);
	const data = source === 'n8n' ? ofN8n(provider, decrypted) : decrypted;
	const example = row.defaultBaseUrl ?? 'http://localhost:11434/v1';
	const keys = keysOf(data);
	if (keys.length === 0 && row.keyRequired) {
		throw new ConfigurationError(
			'API Key',
			`The API Key of the credential "${title}" is empty`,
			`Open the credential and enter the key that ${row.label} gave you`,
		);
	}
	if (keys.some((key) => !/^[\x21-\x7e]+$/.test(key))) {
		throw new ConfigurationError(
			'API Key',
			`An API Key of the credential "${title}" holds a space, line break or letter that no key has`,
			'Open the credential and copy the key again',
		);
	}
	const organization = String(data.organizationId ?? '');
	const headers = parseHeaders(data.headers, title);
	return {
		baseUrl: parseBaseUrl(String(data.baseUrl ?? '').trim() || row.defaultBaseUrl, title, example),
		keys: keys.length > 0 ? keys : [''],
		headers: { ...(organization !== '' && { 'openai-organization': organization }), ...headers },
		fingerprint: fingerprintOf(keys, organization, headers),
		allows: allowedModels(String(data.allowedModels ?? '')),
	};
}

/** Headers identify the caller only without a key: beside one they may say something else with every call. */
function fingerprintOf(
	keys: readonly string[],
	organization: string,
	headers: Record<string, string>,
): string {
	const identifying = keys.length > 0 ? [] : Object.entries(headers).sort();
	return organization === '' && identifying.length === 0 ? '' : JSON.stringify([organization, identifying]);
}

/** The key and the additional ones, one a line. */
function keysOf({ apiKey, additionalApiKeys }: ICredentialDataDecryptedObject): string[] {
	const lines = [apiKey, ...String(additionalApiKeys ?? '').split(/\r?\n/)].map((key) =>
		String(key ?? '').trim(),
	);
	return [...new Set(lines)].filter((key) => key !== '');
}

/** The credential is there, but not for this model. */
export function modelNotAllowed(
	{ title }: CredentialName,
	alias: string,
	modelId: string,
): ConfigurationError {
	return new ConfigurationError(
		'Models → Model',
		`The credential "${title}" may not be used for "${modelId}", which the model "${alias}" asks for`,
		'Choose a model that its field Allowed Models names, or add this one there',
	);
}
