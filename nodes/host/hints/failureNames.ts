import { CONDUCT } from '../../../router/failover/failover';
import type { ErrorCategory } from '../../../router/types';

/** Within a sentence: `connection failed`, `answer does not fit the JSON schema`. */
export function failureInWords(category: ErrorCategory): string {
	return CONDUCT[category].label.replace(/\b[A-Z](?=[a-z])/g, (letter) => letter.toLowerCase());
}
