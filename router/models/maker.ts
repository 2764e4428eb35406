/** See `ReasoningPart.maker`: whoever signs thoughts wants only its own back. */
export function makerOf(
	protocol: 'openAi' | 'openAiResponses' | 'anthropic' | 'gemini' | 'connected',
	modelId: string,
): string {
	return `${protocol} ${modelId}`;
}
