import { ConfigurationError } from '../../types';

/** Characters. No server accepts more. */
const MAX_HEADERS = 65_536;

/**
 * The additional headers of an OpenAI-compatible credential: a JSON object of strings, or empty.
 * @throws ConfigurationError without quoting the value, which may contain a token
 */
export function parseHeaders(value: unknown, credentialName: string): Record<string, string> {
	if (value === undefined || value === null || value === '') return {};
	if (typeof value === 'string' && value.length > MAX_HEADERS) {
		throw new ConfigurationError(
			'Headers',
			`The Headers of the credential "${credentialName}" have more than ${MAX_HEADERS} characters`,
			'Open the credential and leave out what no server reads: most refuse more than 8,000',
		);
	}
	const parsed = typeof value === 'string' ? parseJson(value) : value;
	const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
	if (!isObject || Object.values(parsed).some((entry) => typeof entry !== 'string')) {
		throw new ConfigurationError(
			'Headers',
			`The Headers of the credential "${credentialName}" are not a JSON object of texts`,
			'Open the credential and write them like {"X-Title": "My workflow"}, or leave the field empty',
		);
	}
	if (!isSendable(parsed as Record<string, string>)) {
		throw new ConfigurationError(
			'Headers',
			`The Headers of the credential "${credentialName}" hold a name or value that cannot be sent`,
			'Names may have letters, digits and hyphens only; values no line breaks and no letters beyond Latin ones',
		);
	}
	return parsed as Record<string, string>;
}

function isSendable(headers: Record<string, string>): boolean {
	try {
		new Headers(headers);
		return true;
	} catch {
		return false;
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
