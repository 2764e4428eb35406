import { LlmRouterOpenAiCompatibleApi } from './LlmRouterOpenAiCompatibleApi.credentials';

export class LlmRouterOpenAiCompatible3Api extends LlmRouterOpenAiCompatibleApi {
	override name = 'llmRouterOpenAiCompatible3Api';

	override displayName =
		'LLM Router OpenAI-Compatible 3 (Ollama, OpenRouter, Groq, Azure, vLLM, LM Studio, Mistral, DeepSeek, xAI) API';
}
