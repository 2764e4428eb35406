/** See `ReasoningPart.maker`: whoever signs thoughts wants only its own back. */
export function makerOf(protocol: 'openAi' | 'anthropic' | 'gemini' | 'connected', modelId: string): string {
	return `${protocol} ${modelId}`;
}
