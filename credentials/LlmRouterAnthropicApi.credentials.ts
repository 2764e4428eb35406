import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { additionalApiKeys, allowedModels, apiKey, baseUrl, keyOf, listTest, signed } from './fields';

const URL = 'https://api.anthropic.com';

export class LlmRouterAnthropicApi implements ICredentialType {
	name = 'llmRouterAnthropicApi';

	displayName = 'LLM Router Anthropic API';

	icon = { light: 'file:../icons/anthropic.svg', dark: 'file:../icons/anthropic.dark.svg' } as const;

	documentationUrl = 'https://docs.anthropic.com/en/api/getting-started';

	properties: INodeProperties[] = [
		apiKey('<b>API keys</b> on console.anthropic.com'),
		additionalApiKeys,
		baseUrl(URL, 'Anthropic'),
		allowedModels('claude-haiku-*'),
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> =>
		await signed(request, credentials, {
			title: this.displayName,
			example: URL,
			headers: { 'x-api-key': keyOf(credentials), 'anthropic-version': '2023-06-01' },
		});

	test = listTest({
		url: '/v1/models',
		provider: 'Anthropic',
		notThere: 'Leave it as it was unless you use a proxy.',
	});
}
