/** Long texts are kept out of the JSON that an SDK writes; what is sent is the same to the letter. */
import { PROVIDER_REGISTRY } from '../../../../router/models/registry';
import { userMessage } from '../../../../router/text/parts';
import type { ModelRequest } from '../../../../router/types';
import { ask, KEY, PROTOCOLS, read, sleep } from '../protocols';

/** Pairs of halves at every border of a piece, signs that are escaped, spaces at the ends. */
const LONG = ` ${'a"\\\n😀é\u0001'.repeat(150_000)}x \n`;
const BROKEN = `${'\ud83d'.repeat(300)}end`;
const FILE = 'iVBORw0KGgo'.repeat(50_000);

describe.each(PROTOCOLS)('$provider', ({ provider, modelId }) => {
	async function sent(request: ModelRequest): Promise<string[]> {
		let body = '';
		const client = PROVIDER_REGISTRY[provider].createClient({
			baseUrl: 'http://llm.example/v1',
			modelId,
			fetch: (_url, init) => {
				const given = init?.body as string | Uint8Array;
				body = typeof given === 'string' ? given : new TextDecoder().decode(given);
				expect(new Headers(init?.headers).get('content-length')).toBeNull();
				return Promise.resolve(new Response('{"error":{"message":"no"}}', { status: 500 }));
			},
			now: () => 0,
			sleep,
			random: Math.random,
		});
		const call = read(client.stream(request, KEY, new AbortController().signal));
		await expect(call).rejects.toMatchObject({ category: 'serverError' });
		expect(body).not.toContain('aside-');
		const texts: string[] = [];
		JSON.parse(body, (_key, value: unknown) => {
			if (typeof value === 'string') texts.push(value);
			return value;
		});
		return texts;
	}

	test('a prompt, a system message, a history and a file arrive as they are', async () => {
		const file = { kind: 'image' as const, mediaType: 'image/png', data: FILE };
		const texts = await sent({
			...ask('', { system: `System ${LONG}` }),
			messages: [
				userMessage(LONG),
				{ role: 'assistant', parts: [{ type: 'text', text: BROKEN }] },
				userMessage('And this?', [file]),
			],
		});
		const all = texts.join('\n');
		expect(texts.some((text) => text.endsWith(LONG) && !text.startsWith('System'))).toBe(true);
		expect(all).toContain(`System ${LONG}`);
		expect(all).toContain(BROKEN);
		expect(all).toContain(FILE);
	}, 60_000);
});
