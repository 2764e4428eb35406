import type { ProviderId } from '../../router/types';

/** The credential that belongs to each provider; `connected` models bring their own. */
export const credentialSlots: ReadonlyArray<{
	provider: Exclude<ProviderId, 'connected'>;
	credential: string;
	label: string;
}> = [
	{ provider: 'openAi', credential: 'llmRouterOpenAiApi', label: 'OpenAI' },
	{ provider: 'anthropic', credential: 'llmRouterAnthropicApi', label: 'Anthropic' },
	{ provider: 'gemini', credential: 'llmRouterGeminiApi', label: 'Google Gemini' },
	{ provider: 'openAiCompatible', credential: 'llmRouterOpenAiCompatibleApi', label: 'OpenAI-Compatible' },
	{
		provider: 'openAiCompatible2',
		credential: 'llmRouterOpenAiCompatible2Api',
		label: 'OpenAI-Compatible 2',
	},
	{
		provider: 'openAiCompatible3',
		credential: 'llmRouterOpenAiCompatible3Api',
		label: 'OpenAI-Compatible 3',
	},
];
