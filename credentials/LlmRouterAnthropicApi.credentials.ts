import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { parseBaseUrl } from '../router/models/wire/baseUrl';

export class LlmRouterAnthropicApi implements ICredentialType {
	name = 'llmRouterAnthropicApi';

	displayName = 'LLM Router Anthropic API';

	icon = { light: 'file:../icons/anthropic.svg', dark: 'file:../icons/anthropic.dark.svg' } as const;

	documentationUrl = 'https://docs.anthropic.com/en/api/getting-started';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'Made under <b>API keys</b> on console.anthropic.com',
		},
		{
			displayName: 'Additional API Keys',
			name: 'additionalApiKeys',
			type: 'string',
			typeOptions: { password: true, rows: 3 },
			default: '',
			description:
				'Further keys, one a line. A key that is refused or limited rests while another one is used.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: 'https://api.anthropic.com',
			description: 'Change it only for a proxy or gateway that speaks the Anthropic API',
		},
		{
			displayName: 'Allowed Models',
			name: 'allowedModels',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. claude-haiku-*',
			description:
				'IDs of models that this credential may be used for, one a line; * stands for anything. Empty allows all.',
		},
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const baseURL = parseBaseUrl(credentials.baseUrl, this.displayName, 'https://api.anthropic.com');
		return {
			...request,
			...(request.baseURL ? { baseURL } : {}),
			headers: {
				...request.headers,
				'x-api-key': String(credentials.apiKey).trim(),
				'anthropic-version': '2023-06-01',
			},
		};
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/v1/models' },
		rules: [
			{
				type: 'responseCode',
				properties: { value: 401, message: 'Anthropic did not accept this API key. Copy it again.' },
			},
			{
				type: 'responseCode',
				properties: { value: 403, message: 'This API key may not use the API of Anthropic' },
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'Nothing answers at this Base URL. Leave it as it was unless you use a proxy.',
				},
			},
		],
	};
}
