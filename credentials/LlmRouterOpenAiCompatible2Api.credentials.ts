import { LlmRouterOpenAiCompatibleApi } from './LlmRouterOpenAiCompatibleApi.credentials';

export class LlmRouterOpenAiCompatible2Api extends LlmRouterOpenAiCompatibleApi {
	override name = 'llmRouterOpenAiCompatible2Api';

	override displayName =
		'LLM Router OpenAI-Compatible 2 (Ollama, OpenRouter, Groq, Azure, vLLM, LM Studio, Mistral, DeepSeek, xAI) API';
}
