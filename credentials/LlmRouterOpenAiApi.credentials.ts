import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { additionalApiKeys, allowedModels, apiKey, baseUrl, keyOf, listTest, signed } from './fields';

const URL = 'https://api.openai.com/v1';

export class LlmRouterOpenAiApi implements ICredentialType {
	name = 'llmRouterOpenAiApi';

	displayName = 'LLM Router OpenAI API';

	icon = { light: 'file:../icons/openAi.svg', dark: 'file:../icons/openAi.dark.svg' } as const;

	documentationUrl = 'https://platform.openai.com/docs/quickstart';

	properties: INodeProperties[] = [
		apiKey('<b>API keys</b> on platform.openai.com'),
		additionalApiKeys,
		baseUrl(URL, 'OpenAI'),
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. org-AbC123',
			description: 'Only for keys that belong to more than one organization',
		},
		allowedModels('gpt-5.4*'),
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> =>
		await signed(request, credentials, {
			title: this.displayName,
			example: URL,
			headers: {
				Authorization: `Bearer ${keyOf(credentials)}`,
				...(credentials.organizationId ? { 'OpenAI-Organization': String(credentials.organizationId) } : {}),
			},
		});

	test = listTest({ url: '/models', provider: 'OpenAI', notThere: 'It must end in /v1.' });
}
