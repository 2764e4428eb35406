/** See `ReasoningPart.maker`: a provider that signs thoughts accepts only its own. */
export function makerOf(
	protocol: 'openAi' | 'openAiResponses' | 'anthropic' | 'gemini' | 'connected',
	modelId: string,
): string {
	return `${protocol} ${modelId}`;
}
