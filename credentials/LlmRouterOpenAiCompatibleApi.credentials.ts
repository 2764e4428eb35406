import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { parseHeaders } from '../router/models/wire/headers';
import { additionalApiKeys, allowedModels, baseUrl, keyOf, listTest, signed } from './fields';

const EXAMPLE = 'http://localhost:11434/v1';

/** One endpoint that speaks the OpenAI API. Numbers 2 and 3 extend it: n8n allows one credential a type. */
export class LlmRouterOpenAiCompatibleApi implements ICredentialType {
	name = 'llmRouterOpenAiCompatibleApi';

	// Whoever adds a credential looks for the service: n8n searches this name alone.
	displayName =
		'LLM Router OpenAI-Compatible (Ollama, OpenRouter, Groq, Azure, vLLM, LM Studio, Mistral, DeepSeek, xAI) API';

	icon = {
		light: 'file:../icons/openAiCompatible.svg',
		dark: 'file:../icons/openAiCompatible.dark.svg',
	} as const;

	documentationUrl = 'https://www.npmjs.com/package/n8n-nodes-smart-llm-router';

	properties: INodeProperties[] = [
		{
			...baseUrl('', 'OpenAI'),
			required: true,
			placeholder: `e.g. ${EXAMPLE}`,
			description:
				'The address up to and with /v1, for example <code>http://localhost:11434/v1</code> (Ollama), <code>http://localhost:1234/v1</code> (LM Studio), <code>http://localhost:8000/v1</code> (vLLM), <code>https://openrouter.ai/api/v1</code>, <code>https://api.groq.com/openai/v1</code>, <code>https://api.mistral.ai/v1</code>, <code>https://api.deepseek.com/v1</code>, <code>https://api.x.ai/v1</code>, <code>https://NAME.openai.azure.com/openai/v1</code>',
		},
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			default: '',
			description: 'Leave it empty where the endpoint asks for none, as Ollama, LM Studio and vLLM do',
		},
		additionalApiKeys,
		{
			displayName: 'Headers',
			name: 'headers',
			type: 'json',
			default: '{}',
			description: 'Further headers for every request, as JSON: <code>{"X-Title": "My workflow"}</code>',
		},
		allowedModels('llama-3.3-*'),
	];

	authenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const title = this.displayName;
		const headers = { ...parseHeaders(credentials.headers, title) };
		if (credentials.apiKey) headers.Authorization = `Bearer ${keyOf(credentials)}`;
		return await signed(request, credentials, { title, example: EXAMPLE, headers });
	};

	test = listTest({ url: '/models', provider: 'The endpoint', notThere: 'It must end in /v1.' });
}
