import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

import { createHttp } from '../../../../router/models/wire/http';
import { PROVIDER_REGISTRY } from '../../../../router/models/registry';
import { ask, KEY, PROTOCOLS, read as readAnswer, sleep } from '../protocols';
import { allowancesIn } from '../../../../router/models/wire/rateLimits';
import { retryAfterMs } from '../../../../router/models/wire/retryAfter';

const NOW = Date.UTC(2026, 10, 28, 12);

const read = (headers: Record<string, string>) => allowancesIn(new Headers(headers), NOW);

describe('what providers send beside answers', () => {
	test('OpenAI', () => {
		expect(
			read({
				'x-ratelimit-limit-requests': '5000',
				'x-ratelimit-remaining-requests': '4999',
				'x-ratelimit-reset-requests': '12ms',
				'x-ratelimit-limit-tokens': '160000',
				'x-ratelimit-remaining-tokens': '159976',
				'x-ratelimit-reset-tokens': '1m0.5s',
			}),
		).toEqual([
			{ of: 'requests', limit: 5000, remaining: 4999, resetMs: 12 },
			{ of: 'tokens', limit: 160_000, remaining: 159_976, resetMs: 60_500 },
		]);
	});

	test('Anthropic: dates by its own clock, past ones too', () => {
		const headers = {
			date: 'Sat, 28 Nov 2026 09:00:00 GMT',
			'anthropic-ratelimit-requests-limit': '1000',
			'anthropic-ratelimit-requests-remaining': '999',
			'anthropic-ratelimit-requests-reset': '2026-11-28T09:00:30Z',
			'anthropic-ratelimit-input-tokens-limit': '80000',
			'anthropic-ratelimit-input-tokens-remaining': '80000',
			'anthropic-ratelimit-input-tokens-reset': '2026-11-28T08:59:59Z',
		};
		expect(read(headers)).toEqual([
			{ of: 'requests', limit: 1000, remaining: 999, resetMs: 30_000 },
			{ of: 'tokens', limit: 80_000, remaining: 80_000, resetMs: 0 },
		]);
	});

	test.each<[string, Record<string, string>, number]>([
		[
			'Mistral: a minute by its name',
			{ limit: 'limit-req-minute', remaining: 'remaining-req-minute' },
			60_000,
		],
		['Together: seconds', { limit: 'limit', remaining: 'remaining', reset: '0.4' }, 400],
		['OpenRouter: epoch ms', { limit: 'limit', remaining: 'remaining', reset: String(NOW + 7_000) }, 7_000],
		['epoch seconds', { limit: 'limit', remaining: 'remaining', reset: String(NOW / 1_000 + 7) }, 7_000],
	])('%s', (_name, { limit, remaining, reset }, resetMs) => {
		const headers = {
			[`x-ratelimit-${limit}`]: '720',
			[`x-ratelimit-${remaining}`]: '717',
			...(reset && { 'x-ratelimit-reset': reset }),
		};
		expect(read(headers)).toEqual([{ of: 'requests', limit: 720, remaining: 717, resetMs }]);
	});

	const good = { limit: '60', remaining: '3', reset: '10s' };
	test.each<[string, Partial<typeof good>]>([
		['Azure: -1 where it does not know', { limit: '-1', remaining: '-1', reset: '0' }],
		['NaN', { remaining: 'NaN' }],
		['infinite', { remaining: 'Infinity' }],
		['a huge number', { remaining: '1e300' }],
		['more digits than any number has', { remaining: '9'.repeat(5_000) }],
		['more left than there is', { remaining: '61' }],
		['a day', { reset: '24h' }],
		['years ahead', { reset: '2099-01-01T00:00:00Z' }],
		['years ahead, epoch ms', { reset: String(NOW + 1e11) }],
		['negative', { reset: '-5' }],
		['a digit followed by a megabyte', { reset: `1${'0'.repeat(1_000_000)}s` }],
		['words', { reset: 'soon' }],
	])('nothing is concluded from what cannot be: %s', (_name, odd) => {
		const { limit, remaining, reset } = { ...good, ...odd };
		const headers = {
			'x-ratelimit-limit-requests': limit,
			'x-ratelimit-remaining-requests': remaining,
			'x-ratelimit-reset-requests': reset,
		};
		expect(read(headers)).toEqual([]);
	});
});

describe('a refusal that names no wait but the end of its limit', () => {
	const facts = { status: 429, names: [], words: '', details: [] };

	test('in its headers', () => {
		const headers = new Headers({
			'x-ratelimit-remaining-tokens': '0',
			'x-ratelimit-limit-tokens': '6000',
			'x-ratelimit-reset-tokens': '7.66s',
			'x-ratelimit-remaining-requests': '29',
			'x-ratelimit-reset-requests': '2m59.56s',
		});
		expect(retryAfterMs(headers, facts, NOW)).toBe(7_660);
	});

	test('in the headers that its body quotes, by the clock of the server', () => {
		const innerHeaders = new Headers({
			'X-RateLimit-Remaining': '0',
			'X-RateLimit-Reset': String(NOW + 3_600_000 + 9_000),
		});
		const headers = new Headers({ date: new Date(NOW + 3_600_000).toUTCString() });
		expect(retryAfterMs(headers, { ...facts, innerHeaders }, NOW)).toBe(9_000);
	});

	test('an explicit wait goes first; a fault of another kind has none', () => {
		const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '50' };
		expect(retryAfterMs(new Headers({ ...headers, 'retry-after': '2' }), facts, NOW)).toBe(2_000);
		expect(retryAfterMs(new Headers(headers), { ...facts, status: 500 }, NOW)).toBeUndefined();
	});
});

describe.each(PROTOCOLS)('$provider on the wire', ({ provider, modelId }) => {
	const BODY: Record<string, string> = {
		gemini:
			'data: {"candidates":[{"content":{"parts":[{"text":"Yes"}]},"finishReason":"STOP"}],"usageMetadata":{}}\n\n',
		anthropic: [
			'{"type":"message_start","message":{"id":"1","role":"assistant","content":[],"usage":{}}}',
			'{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}',
			'{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Yes"}}',
			'{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}',
			'{"type":"message_stop"}',
		]
			.map((event) => `data: ${event}\n\n`)
			.join(''),
	};
	const OPEN_AI =
		'data: {"choices":[{"index":0,"delta":{"content":"Yes"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';

	/** One call to a server that sends these headers. */
	async function call(headers: string) {
		const body = BODY[provider] ?? OPEN_AI;
		const server: Server = createServer((socket) => {
			socket.on('error', () => undefined);
			socket.once('data', () =>
				socket.end(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n${headers}\r\n\r\n${body}`),
			);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const http = createHttp();
		const client = PROVIDER_REGISTRY[provider].createClient({
			baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
			modelId,
			fetch: http.fetch,
			now: () => NOW,
			sleep,
			random: Math.random,
		});
		try {
			return await readAnswer(client.stream(ask('hi'), KEY, new AbortController().signal));
		} finally {
			server.close();
			await http.close();
		}
	}

	test('the first part says what is left', async () => {
		const named = ['limit: 20', 'remaining: 19', 'reset: 1'].map((each) => `x-ratelimit-${each}`);
		const { parts, text } = await call(named.join('\r\n'));
		expect(text).toBe('Yes');
		const allowances = [{ of: 'requests', limit: 20, remaining: 19, resetMs: 1_000 }];
		expect(parts[0]).toEqual({ type: 'limits', allowances });
	});

	test('a header of 20 MB ends the call as a fault of the connection', async () => {
		const header = `x-ratelimit-remaining: ${'9'.repeat(20_000_000)}`;
		await expect(call(header)).rejects.toMatchObject({ category: 'network' });
	});
});
