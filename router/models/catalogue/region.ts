/** Regional endpoints: where they run, and whose price list applies. */

interface RegionalEndpoint {
	/** Matches the host name; the first group is the region. */
	host: RegExp;
	/** The price package's name for the provider. The package itself does not recognize most of these hosts. */
	vendor: string;
}

const ENDPOINTS: readonly RegionalEndpoint[] = [
	{ host: /^([a-z]{2})\.api\.openai\.com$/, vendor: 'openai' },
	{ host: /^([a-z]{2}(?:-[a-z]+-\d)?)\.api\.x\.ai$/, vendor: 'x-ai' },
	{ host: /^(?:([a-z]{2})-)?api\.together\.ai$/, vendor: 'together' },
	{ host: /^([a-z]{2})\.openrouter\.ai$/, vendor: 'openrouter' },
	{ host: /^([a-z]+-[a-z]+\d+)-aiplatform\.googleapis\.com$/, vendor: 'google' },
	{ host: /^aiplatform\.([a-z]{2})\.rep\.googleapis\.com$/, vendor: 'google' },
	{ host: /^bedrock-runtime\.([a-z]{2}(?:-gov)?-[a-z]+-\d)\.amazonaws\.com$/, vendor: 'aws' },
	{ host: /^bedrock-mantle\.([a-z]{2}(?:-gov)?-[a-z]+-\d)\.api\.aws$/, vendor: 'aws' },
	{ host: /^([a-z]+\d?)\.api\.cognitive\.microsoft\.com$/, vendor: 'azure' },
];

/** `eu`, `us-east-1`, `europe-west4`; undefined for endpoints that may run anywhere. */
export function regionOf(baseUrl: string | undefined): string | undefined {
	return endpointAt(baseUrl)?.region;
}

/** The price package's name for the provider; undefined for other hosts. */
export function vendorAt(baseUrl: string | undefined): string | undefined {
	return endpointAt(baseUrl)?.vendor;
}

function endpointAt(baseUrl: string | undefined): { vendor: string; region: string | undefined } | undefined {
	if (!baseUrl || !URL.canParse(baseUrl)) return undefined;
	const { hostname } = new URL(baseUrl);
	for (const { host, vendor } of ENDPOINTS) {
		const found = host.exec(hostname);
		if (found) return { vendor, region: found[1] };
	}
	return undefined;
}
