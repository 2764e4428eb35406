import { ModelError } from '../../types';

/** Awaits network work and converts its failures; an abort is passed on unchanged. */
export async function reached<T>(
	work: Promise<T>,
	label: string,
	signal: AbortSignal | null | undefined,
): Promise<T> {
	try {
		return await work;
	} catch (error) {
		if (signal?.aborted || error instanceof ModelError) throw error;
		throw networkError(error, label);
	}
}

/** Messages for error codes of Node.js and undici. They avoid words like "timed out", which the SDKs search for. */
const CAUSES: ReadonlyArray<[codes: RegExp, message: (label: string) => string]> = [
	[/^(?:ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/, unreachable('its address was not found')],
	[/^ECONNREFUSED$/, unreachable('it refused the connection')],
	[
		/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|UND_ERR_HEADERS_TIMEOUT)$/,
		unreachable('no connection came about in time'),
	],
	[/^(?:EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, unreachable('there is no way to it from here')],
	[
		/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/,
		unreachable('its certificate or encryption was not accepted'),
	],
	[/PRX|PROXY/, unreachable('the proxy did not let the request through')],
	[
		/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
		(label) => `The connection to ${label} was cut.`,
	],
];

function unreachable(cause: string): (label: string) => string {
	return (label) => `${label} could not be reached: ${cause}.`;
}

function networkError(error: unknown, label: string): ModelError {
	const codes = codesOf(error);
	const known = CAUSES.find(([pattern]) => codes.some((code) => pattern.test(code)));
	return new ModelError('network', (known?.[1] ?? unreachable('the connection failed'))(label));
}

/** A host with several addresses fails with an `AggregateError`, whose parts hold the codes. */
function codesOf(error: unknown, depth = 0): string[] {
	if (typeof error !== 'object' || error === null || depth > 4) return [];
	const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
	const inner = [cause, ...(Array.isArray(errors) ? (errors as unknown[]) : [])];
	return [...(typeof code === 'string' ? [code] : []), ...inner.flatMap((part) => codesOf(part, depth + 1))];
}
