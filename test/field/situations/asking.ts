/** Servers that refuse until they are asked in the form that they want. */
import { GOOD, json, ok, PARIS, WHOLE } from '../situation';
import type { Protocol, Reply, Request, Situation } from '../situation';

export type Body = Record<string, unknown>;

/** Refuses until the body is as it wants it; then answers, streamed or whole as it is asked. */
export function wants(
	isTaken: (body: Body, path: string) => boolean,
	refusal: Reply,
	on: Protocol = 'compatible',
) {
	return ({ body, path }: Request): Reply => {
		if (!isTaken(body, path)) return refusal;
		const streams = on === 'gemini' ? path.includes('stream') : body.stream === true;
		return streams ? ok(GOOD[on]) : json(200, WHOLE[on]);
	};
}

/** The second item is asked in the right form at once. */
export const learned = (
	name: string,
	on: Protocol,
	isTaken: (body: Body, path: string) => boolean,
	refusal: Reply,
	more: Partial<Situation> = {},
): Situation => ({
	name,
	on,
	items: 2,
	replies: wants(isTaken, refusal, on),
	...more,
	expected: { ...PARIS, calls: 3, ...more.expected },
});

export const bad = (message: string, more: object = {}, status = 400): Reply =>
	json(status, { error: { message, type: 'invalid_request_error', ...more } });
export const badA = (message: string): Reply =>
	json(400, { type: 'error', error: { type: 'invalid_request_error', message } });
export const badG = (message: string): Reply =>
	json(400, { error: { code: 400, message, status: 'INVALID_ARGUMENT' } });

export const LONG_TOOL = { name: 'look', description: 'Looks. '.repeat(300), schema: { type: 'object' } };
export const descriptionsOf = (body: Body) =>
	(body.tools as Array<{ function: { description: string } }>).map((tool) => tool.function.description);

export const messagesOf = (body: Body) => body.messages as Array<{ role: string; content: unknown }>;
export const noSystem = (body: Body): boolean =>
	!messagesOf(body).some(({ role }) => role === 'system' || role === 'developer');
export const configOf = (body: Body) => (body.generationConfig ?? {}) as Body;
export const limits = { limits: { maxOutputTokens: 500 } };
export const warm = { limits: { temperature: 0 } };
export const system = { system: 'Be brief.' };
export const JSON_WANTED = {
	format: {
		type: 'json' as const,
		schema: {
			type: 'object',
			properties: { city: { type: 'string' } },
			required: ['city'],
			additionalProperties: false,
		},
	},
};
export const JSON_ANSWER = {
	choices: [{ index: 0, message: { content: '{"city":"Paris"}' }, finish_reason: 'stop' }],
};

export const USER_TWICE = {
	messages: [
		{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'One.' }] },
		{ role: 'user' as const, parts: [{ type: 'text' as const, text: 'Two.' }] },
	],
};
