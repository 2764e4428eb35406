import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { parseBaseUrl } from '../router/models/wire/baseUrl';
import { parseHeaders } from '../router/models/wire/headers';

/** One endpoint that speaks the OpenAI API. Numbers 2 and 3 extend it: n8n allows one credential a type. */
export class LlmRouterOpenAiCompatibleApi implements ICredentialType {
	name = 'llmRouterOpenAiCompatibleApi';

	displayName = 'LLM Router OpenAI-Compatible API';

	icon = {
		light: 'file:../icons/openAiCompatible.svg',
		dark: 'file:../icons/openAiCompatible.dark.svg',
	} as const;

	documentationUrl = 'https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html';

	properties: INodeProperties[] = [
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. http://localhost:11434/v1',
			description:
				'The address up to and with <code>/v1</code>: Ollama, vLLM, LM Studio, OpenRouter, Groq, …',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Leave it empty where the endpoint asks for none',
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
			displayName: 'Headers',
			name: 'headers',
			type: 'json',
			default: '{}',
			description: 'Further headers for every request, as JSON: <code>{"X-Title": "My workflow"}</code>',
		},
		{
			displayName: 'Allowed Models',
			name: 'allowedModels',
			type: 'string',
			typeOptions: { rows: 3 },
			default: '',
			placeholder: 'e.g. llama-3.3-*',
			description:
				'IDs of models that this credential may be used for, one a line; * stands for anything. Empty allows all.',
		},
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const baseURL = parseBaseUrl(credentials.baseUrl, this.displayName, 'http://localhost:11434/v1');
		const headers: Record<string, unknown> = {
			...request.headers,
			...parseHeaders(credentials.headers, this.displayName),
		};
		if (credentials.apiKey) headers.Authorization = `Bearer ${String(credentials.apiKey).trim()}`;
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
				properties: { value: 401, message: 'The endpoint did not accept this API key. Copy it again.' },
			},
			{
				type: 'responseCode',
				properties: { value: 403, message: 'This API key may not use the API' },
			},
			{
				type: 'responseCode',
				properties: { value: 404, message: 'Nothing answers at this Base URL. It must end in /v1.' },
			},
		],
	};
}
