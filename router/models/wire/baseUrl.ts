import { createHash } from 'node:crypto';

import { ConfigurationError } from '../../types';

/**
 * The base URL of a credential in the form that the providers' files need: http or https, without a trailing slash.
 * @throws ConfigurationError naming the credential's field if it is no such URL
 */
export function parseBaseUrl(value: unknown, credentialName: string, example: string): string {
	const text = String(value ?? '').trim();
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url || !['http:', 'https:'].includes(url.protocol)) {
		throw new ConfigurationError(
			'Base URL',
			text === ''
				? `The Base URL of the credential "${credentialName}" is empty`
				: `The Base URL of the credential "${credentialName}" is no web address: ${quoteWithoutSecrets(text)}`,
			`Open the credential and write the whole address, for example ${example}`,
		);
	}
	return text.replace(/\/+$/, '');
}

/** A key pasted into the wrong field must not appear in the error. */
function quoteWithoutSecrets(text: string): string {
	const looksLikeKey =
		/^[-_A-Za-z0-9]{16,}$/.test(text) || /@|(?:^|\W)(?:sk|pk|AIza|gsk|xai|key)[-_A-Za-z0-9]{12,}/.test(text);
	return looksLikeKey ? '(not shown, it looks like a key)' : `"${text.slice(0, 80)}"`;
}

/**
 * A name for a base URL that may be stored and shown: what may be a secret in it (a user and password, a query) is
 * replaced by the first digits of its hash, which still tells two of them apart.
 */
export function publicName(baseUrl: string): string {
	const { protocol, host, pathname, username, password, search } = new URL(baseUrl);
	const secret = username || password || search ? `${username}:${password}${search}` : '';
	const mark = secret && `#${createHash('sha256').update(secret).digest('hex').slice(0, 8)}`;
	return `${protocol}//${host}${pathname.replace(/\/+$/, '')}${mark}`;
}
