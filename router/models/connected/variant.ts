/** The settings of a connected chat model, as far as they are visible from outside. */
import { createHash } from 'node:crypto';

/** No chat model's settings are nested deeper. */
const DEEPEST = 3;

/** These do not affect answers, and must not leave their owner. */
const SECRET = /key|secret|password|authorization|credential|access_?token|header/i;

/**
 * A hash of the chat model's settings, 64 hexadecimal digits: a connected node with another temperature or endpoint
 * is another variant of the model. It covers the model's plain fields, its constructor arguments, and what LangChain
 * says it sends (`invocationParams`).
 */
export function variantOf(chatModel: object): string {
	const fields = Object.entries(chatModel).filter(([, value]) => typeof value !== 'object');
	const { lc_kwargs: created } = chatModel as { lc_kwargs?: unknown };
	const settings = [Object.fromEntries(fields), created, sentBy(chatModel)].map(
		(part) => plain(part, 1) ?? null,
	);
	return createHash('sha256').update(JSON.stringify(settings)).digest('hex');
}

function sentBy(chatModel: object): unknown {
	const { invocationParams } = chatModel as { invocationParams?: unknown };
	if (typeof invocationParams !== 'function') return null;
	try {
		return invocationParams.call(chatModel, {}) as unknown;
	} catch {
		// Some need a request to find out.
		return null;
	}
}

/** Strings, numbers and booleans sorted by name; live objects (clients, callbacks) are left out. */
function plain(value: unknown, depth: number): unknown {
	if (typeof value === 'bigint') return String(value);
	if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
	const isPlain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
	if (depth > DEEPEST || !isPlain) return undefined;
	if (Array.isArray(value)) return value.map((part) => plain(part, depth + 1) ?? null);
	return Object.entries(value)
		.filter(([name]) => !SECRET.test(name))
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, part]) => [name, plain(part, depth + 1)])
		.filter(([, part]) => part !== undefined);
}
