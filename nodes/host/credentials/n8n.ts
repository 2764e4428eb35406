/** The credentials that n8n's own nodes use, read as ours are: without further keys and lists of allowed models. */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

import type { CredentialProviderId } from '../../../router/models/providers';

export const CREDENTIAL_SOURCES = ['router', 'n8n'] as const;
export type CredentialSource = (typeof CREDENTIAL_SOURCES)[number];

interface N8nCredential {
	type: string;
	/** As n8n names it. */
	title: string;
	/** Its field with the address. */
	url: 'url' | 'host';
}

const N8N_CREDENTIALS: Partial<Record<CredentialProviderId, N8nCredential>> = {
	openAi: { type: 'openAiApi', title: 'OpenAI', url: 'url' },
	anthropic: { type: 'anthropicApi', title: 'Anthropic', url: 'url' },
	gemini: { type: 'googlePalmApi', title: 'Google Gemini(PaLM) Api', url: 'host' },
};

export const n8nCredentialOf = (provider: CredentialProviderId): N8nCredential | undefined =>
	N8N_CREDENTIALS[provider];

/** The same in the fields of this package's credentials; those of compatible endpoints are left as they are. */
export function ofN8n(
	provider: CredentialProviderId,
	data: ICredentialDataDecryptedObject,
): ICredentialDataDecryptedObject {
	const known = N8N_CREDENTIALS[provider];
	if (!known) return data;
	const { apiKey, organizationId, header, headerName, headerValue } = data;
	const name = typeof headerName === 'string' ? headerName.trim() : '';
	const isCustom = header === true && name !== '' && typeof headerValue === 'string';
	return {
		apiKey,
		organizationId,
		baseUrl: data[known.url],
		headers: isCustom ? JSON.stringify({ [name]: headerValue }) : '',
	};
}
