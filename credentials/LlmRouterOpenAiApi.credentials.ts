import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { parseBaseUrl } from '../router/models/wire/baseUrl';

export class LlmRouterOpenAiApi implements ICredentialType {
	name = 'llmRouterOpenAiApi';

	displayName = 'LLM Router OpenAI API';

	icon = { light: 'file:../icons/openAi.svg', dark: 'file:../icons/openAi.dark.svg' } as const;

	documentationUrl = 'https://platform.openai.com/docs/quickstart';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'Made under <b>API keys</b> on platform.openai.com',
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
			default: 'https://api.openai.com/v1',
			description: 'Change it only for a proxy or gateway that speaks the OpenAI API',
		},
		{
			displayName: 'Organization ID',
			name: 'organizationId',
			type: 'string',
			default: '',
			placeholder: 'e.g. org-AbC123',
			description: 'Only for keys that belong to more than one organization',
		},
		{
			displayName: 'Allowed Models',
			name: 'allowedModels',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. gpt-5.4*',
			description:
				'IDs of models that this credential may be used for, one a line; * stands for anything. Empty allows all.',
		},
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const baseURL = parseBaseUrl(credentials.baseUrl, this.displayName, 'https://api.openai.com/v1');
		const headers: Record<string, unknown> = {
			...request.headers,
			Authorization: `Bearer ${String(credentials.apiKey).trim()}`,
		};
		if (credentials.organizationId) headers['OpenAI-Organization'] = credentials.organizationId;
		return {
			...request,
			...(request.baseURL ? { baseURL } : {}),
			headers: headers as IHttpRequestOptions['headers'],
		};
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/models' },
		rules: [
			{
				type: 'responseCode',
				properties: { value: 401, message: 'OpenAI did not accept this API key. Copy it again.' },
			},
			{
				type: 'responseCode',
				properties: { value: 403, message: 'This API key may not use the API of OpenAI' },
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: 'Nothing answers at this Base URL. It must end in /v1.' },
			},
		],
	};
}
