/** What a connected chat model is set to, as far as it can be seen from outside. */
import { createHash } from 'node:crypto';

/** Nobody has settings that lie deeper. */
const DEEPEST = 3;

/** They change no answer, and have no business outside their owner. */
const SECRET = /key|secret|password|authorization|credential|access_?token|header/i;

/**
 * A hash of the chat model's settings, 64 hexadecimal digits: another temperature or endpoint of the connected node is
 * another variant of the model. Made of its plain fields, of what it was created with, and of what LangChain says it
 * sends (`invocationParams`).
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
		// Not all can say it without a request.
		return null;
	}
}

/** Texts, numbers and truth values in the order of their names; what is alive (clients, callbacks) is left out. */
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
