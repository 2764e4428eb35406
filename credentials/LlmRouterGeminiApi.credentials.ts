import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { parseBaseUrl } from '../router/models/wire/baseUrl';

export class LlmRouterGeminiApi implements ICredentialType {
	name = 'llmRouterGeminiApi';

	displayName = 'LLM Router Gemini API';

	icon = { light: 'file:../icons/gemini.svg', dark: 'file:../icons/gemini.dark.svg' } as const;

	documentationUrl = 'https://ai.google.dev/gemini-api/docs/api-key';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description: 'Made under <b>Get API key</b> on aistudio.google.com',
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
			default: 'https://generativelanguage.googleapis.com',
			description: 'Change it only for a proxy or gateway that speaks the Gemini API',
		},
		{
			displayName: 'Allowed Models',
			name: 'allowedModels',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. gemini-*-flash',
			description:
				'IDs of models that this credential may be used for, one a line; * stands for anything. Empty allows all.',
		},
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const baseURL = parseBaseUrl(
			credentials.baseUrl,
			this.displayName,
			'https://generativelanguage.googleapis.com',
		);
		// A header, not the query: addresses end up in logs.
		return {
			...request,
			...(request.baseURL ? { baseURL } : {}),
			headers: { ...request.headers, 'x-goog-api-key': String(credentials.apiKey).trim() },
		};
	};

	test: ICredentialTestRequest = {
		request: { baseURL: '={{$credentials.baseUrl}}', url: '/v1beta/models' },
		rules: [
			{
				type: 'responseCode',
				properties: { value: 401, message: 'Google did not accept this API key. Copy it again.' },
			},
			{
				type: 'responseCode',
				properties: { value: 403, message: 'This API key may not use the API of Google' },
			},
			{
				type: 'responseCode',
				properties: {
					value: 404,
					message: 'Nothing answers at this Base URL. Leave it as it was unless you use a proxy.',
				},
			},
			{
				// Gemini's answer to a wrong key.
				type: 'responseCode',
				properties: { value: 400, message: 'Google did not accept this API key. Copy it again.' },
			},
		],
	};
}
