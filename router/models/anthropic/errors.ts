import type { ErrorDialect } from '../wire/errors';

/** A 400 `invalid_request_error` may be anything (no credit, too long, filtered): its words tell. */
export const DIALECT: ErrorDialect = { label: 'Anthropic' };
