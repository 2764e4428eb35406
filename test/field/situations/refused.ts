import { json } from '../situation';
import type { Situation } from '../situation';
import type { ErrorCategory } from '../../../router/types';

/** A refusal by status and body, met with one call. */
export const refused = (
	name: string,
	status: number,
	body: unknown,
	category: ErrorCategory,
	more: Partial<Situation> & { headers?: Record<string, string> } = {},
): Situation => {
	const { headers, expected, ...rest } = more;
	return {
		name,
		on: 'compatible',
		replies:
			typeof body === 'string'
				? { status, headers: { 'content-type': 'text/plain', ...headers }, body }
				: json(status, body, headers),
		...rest,
		expected: { category, calls: 1, ...expected },
	};
};
/** The words in OpenAI's form. */
export const said = (text: string, more: object = {}): object => ({
	error: { message: text, type: 'invalid_request_error', ...more },
});
