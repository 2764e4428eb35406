import type { ErrorDialect } from '../wire/errors';

/** Most of its statuses (INTERNAL, UNKNOWN, INVALID_ARGUMENT, …) say no more than HTTP's. */
export const DIALECT: ErrorDialect = { label: 'Gemini' };
