import type { ICredentialDataDecryptedObject, INodeCredentialDescription } from 'n8n-workflow';

import { allowedModels } from '../../router/guardrails/guardrails';
import { parseBaseUrl } from '../../router/models/wire/baseUrl';
import { parseHeaders } from '../../router/models/wire/headers';
import { PROVIDER_REGISTRY, type Provider } from '../../router/models/registry';
import { ConfigurationError } from '../../router/types';

/** A provider's endpoint and keys, as its credential gives them. */
export interface Access {
	baseUrl: string;
	/** At least one, the first is used first; `['']` where none is needed. */
	keys: string[];
	organizationId?: string;
	headers: Record<string, string>;
	/** Whether the credential may be used for a model. */
	allows: (modelId: string) => boolean;
}

/** One slot a provider, shown where the parameter `providers` names it. n8n allows one credential a type. */
export const credentialSlots: INodeCredentialDescription[] = Object.entries(PROVIDER_REGISTRY).map(
	([provider, { credential, label }]) => ({
		name: credential,
		required: false,
		// The name of the type lists services, for whoever looks for one.
		displayName: `Credential for LLM Router ${label} API`,
		// With the slash: the editor takes a parameter named without it for the choice of an authentication and hides it.
		displayOptions: { show: { '/providers': [provider] } },
	}),
);

/** @throws ConfigurationError where the credential cannot work */
export function accessOf(provider: Provider, data: ICredentialDataDecryptedObject): Access {
	const title = `LLM Router ${provider.label} API`;
	const example = provider.defaultBaseUrl ?? 'http://localhost:11434/v1';
	const keys = keysOf(data);
	if (keys.length === 0 && provider.keyRequired) {
		throw new ConfigurationError(
			'API Key',
			`The API Key of the credential "${title}" is empty`,
			`Open the credential and enter the key that ${provider.label} gave you`,
		);
	}
	if (keys.some((key) => !/^[\x21-\x7e]+$/.test(key))) {
		throw new ConfigurationError(
			'API Key',
			`An API Key of the credential "${title}" holds a space, line break or letter that no key has`,
			'Open the credential and copy the key again',
		);
	}
	return {
		baseUrl: parseBaseUrl(String(data.baseUrl ?? '').trim() || provider.defaultBaseUrl, title, example),
		keys: keys.length > 0 ? keys : [''],
		organizationId: data.organizationId ? String(data.organizationId) : undefined,
		headers: parseHeaders(data.headers, title),
		allows: allowedModels(String(data.allowedModels ?? '')),
	};
}

/** The key and the additional ones, one a line. */
function keysOf({ apiKey, additionalApiKeys }: ICredentialDataDecryptedObject): string[] {
	const lines = [apiKey, ...String(additionalApiKeys ?? '').split(/\r?\n/)].map((key) =>
		String(key ?? '').trim(),
	);
	return [...new Set(lines)].filter((key) => key !== '');
}

/**
 * What a model that cannot be reached for want of a credential comes to: the model, the credential and the way out.
 * @param isTicked whether the parameter `providers` names the provider, so that the panel shows the credential
 */
export function missingCredential(provider: Provider, alias: string, isTicked: boolean): ConfigurationError {
	const wayOut = isTicked
		? `Choose it at the top of the panel, which shows the credentials of the node's providers`
		: `Tick ${provider.label} under Providers, so that the node's providers include it, then choose the credential at the top of the panel`;
	return new ConfigurationError(
		'Credentials',
		`The model "${alias}" needs the credential "LLM Router ${provider.label} API" (${provider.credential}), and none is chosen`,
		`${wayOut}. Or remove the model "${alias}" from the list.`,
	);
}

/** The credential is there, but not for this model. */
export function modelNotAllowed(provider: Provider, alias: string, modelId: string): ConfigurationError {
	return new ConfigurationError(
		'Models → Model',
		`The credential "LLM Router ${provider.label} API" may not be used for "${modelId}", which the model "${alias}" asks for`,
		'Choose a model that its field Allowed Models names, or add this one there',
	);
}
