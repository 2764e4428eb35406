import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { additionalApiKeys, allowedModels, apiKey, baseUrl, keyOf, listTest, signed } from './fields';

const URL = 'https://generativelanguage.googleapis.com';

export class LlmRouterGeminiApi implements ICredentialType {
	name = 'llmRouterGeminiApi';

	displayName = 'LLM Router Google Gemini API';

	icon = { light: 'file:../icons/gemini.svg', dark: 'file:../icons/gemini.dark.svg' } as const;

	documentationUrl = 'https://ai.google.dev/gemini-api/docs/api-key';

	properties: INodeProperties[] = [
		apiKey('<b>Get API key</b> on aistudio.google.com'),
		additionalApiKeys,
		baseUrl(URL, 'Gemini'),
		allowedModels('gemini-*-flash'),
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> =>
		await signed(request, credentials, {
			title: this.displayName,
			example: URL,
			// A header, not the query: addresses end up in logs.
			headers: { 'x-goog-api-key': keyOf(credentials) },
		});

	test = listTest({
		url: '/v1beta/models',
		provider: 'Google',
		notThere: 'Leave it as it was unless you use a proxy.',
		wrongKeyIs400: true,
	});
}
