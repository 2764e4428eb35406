/** Where a model is computed, by the base URL of a provider's regional endpoint. */

const ENDPOINTS: readonly RegExp[] = [
	// OpenAI's residency endpoints, xAI's clusters.
	/^([a-z]{2}(?:-[a-z]+-\d)?)\.api\.(?:openai\.com|x\.ai)$/,
	/^([a-z]{2})-api\.together\.ai$/,
	// Vertex, Bedrock, Azure.
	/^([a-z]+-[a-z]+\d+)-aiplatform\.googleapis\.com$/,
	/^bedrock-(?:runtime|mantle)\.([a-z]{2}-[a-z]+-\d)\.amazonaws\.com$/,
	/^([a-z]+\d?)\.api\.cognitive\.microsoft\.com$/,
];

/** `eu`, `us-east-1`, `europe-west4`; undefined for endpoints that may compute anywhere. */
export function regionOf(baseUrl: string | undefined): string | undefined {
	if (!baseUrl || !URL.canParse(baseUrl)) return undefined;
	const { hostname } = new URL(baseUrl);
	for (const endpoint of ENDPOINTS) {
		const region = endpoint.exec(hostname)?.[1];
		if (region !== undefined) return region;
	}
	return undefined;
}
