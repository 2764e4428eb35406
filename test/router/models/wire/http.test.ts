import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { setTimeout as pause } from 'node:timers/promises';
import {
	connect,
	createServer as createTcpServer,
	type AddressInfo,
	type Server as TcpServer,
	type Socket,
} from 'node:net';

import { CONNECT_TIMEOUT_MS, createHttp, type Http } from '../../../../router/models/wire/http';
import { PROVIDER_REGISTRY } from '../../../../router/models/registry';
import { ask, KEY, PROTOCOLS, read, Bench, sleep } from '../protocols';

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start();
});
afterAll(() => bench.close());

const opened: Array<{ server: Server; http: Http }> = [];
afterEach(async () => {
	for (const { server, http } of opened.splice(0)) {
		server.closeAllConnections();
		server.close();
		await http.close();
	}
});

async function serve(
	handle: (request: IncomingMessage, response: ServerResponse) => void,
	settings: Parameters<typeof createHttp>[0] = {},
): Promise<{ url: string; server: Server; http: Http }> {
	const server = createServer(handle);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const entry = { server, http: createHttp(settings) };
	opened.push(entry);
	return { url, ...entry };
}

describe.each(PROTOCOLS)('$provider', (protocol) => {
	test('calls one after another share connections', async () => {
		let connections = 0;
		// A plain relay, so that the connections are counted before the simulated provider.
		const relayed = await serve((request, response) => void relay(request, response, bench.providers.url));
		relayed.server.on('connection', () => connections++);
		const client = PROVIDER_REGISTRY[protocol.provider].createClient({
			baseUrl: bench.providers.baseUrl(protocol.endpoint).replace(bench.providers.url, relayed.url),
			modelId: protocol.modelId,
			fetch: relayed.http.fetch,
			now: () => 0,
			sleep,
			random: Math.random,
		});
		for (let call = 0; call < 5; call++) {
			const { end } = await read(client.stream(ask('hi'), KEY, new AbortController().signal));
			expect(end?.finishReason).toBe('stop');
			// A call that begins before the body of the one before it has ended needs another connection.
			await pause(50);
		}
		expect(connections).toBe(1);
	});
});

async function relay(request: IncomingMessage, response: ServerResponse, root: string): Promise<void> {
	const body: Buffer[] = [];
	for await (const chunk of request) body.push(chunk as Buffer);
	const headers = Object.entries(request.headers).filter(
		([name]) => !/^(host|connection|content-length)$/.test(name),
	);
	const answer = await fetch(`${root}${request.url}`, {
		method: request.method,
		headers: headers as Array<[string, string]>,
		body: Buffer.concat(body),
	});
	response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
	for await (const chunk of answer.body!) response.write(chunk);
	// The end of the body comes by itself, as from a real server far away.
	setTimeout(() => response.end(), 10);
}

describe('the deadline for connecting', () => {
	test('is ten seconds', () => expect(CONNECT_TIMEOUT_MS).toBe(10_000));

	/** Accepts connections, reads, and says nothing. */
	async function silence(): Promise<{ host: string; sockets: Socket[]; server: TcpServer }> {
		const sockets: Socket[] = [];
		const server = createTcpServer((socket) => {
			socket.on('error', () => undefined).resume();
			sockets.push(socket);
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, sockets, server };
	}

	test.each([
		['a server that never agrees on encryption', (host: string) => [`https://${host}`, {}] as const],
		[
			'a proxy that never opens its tunnel',
			(host: string) => ['https://a.invalid', { httpsProxy: `http://${host}` }] as const,
		],
		[
			'a proxy that never agrees on encryption',
			(host: string) => ['https://a.invalid', { httpsProxy: `https://${host}` }] as const,
		],
	])('ends %s as a failure of the network, and gives the socket back', async (_name, settingsFor) => {
		const { host, sockets, server } = await silence();
		const [baseUrl, settings] = settingsFor(host);
		const http = createHttp({ ...settings, connectTimeoutMs: 300 });
		const client = PROVIDER_REGISTRY.openAi.createClient({
			baseUrl,
			modelId: 'x',
			fetch: http.fetch,
			now: () => 0,
			sleep,
			random: Math.random,
		});
		await expect(read(client.stream(ask('x'), KEY, new AbortController().signal))).rejects.toMatchObject({
			category: 'network',
			message: 'OpenAI could not be reached: no connection came about in time.',
		});
		await http.close();
		while (sockets.some(({ destroyed }) => !destroyed)) await pause(5);
		server.close();
	});

	test('is none for the answer, which may take its time', async () => {
		const { url, http } = await serve((_, response) => setTimeout(() => response.end('ok'), 700), {
			connectTimeoutMs: 200,
		});
		expect(await (await http.fetch(url)).text()).toBe('ok');
	});
});

/** In a thread of its own, so that it goes on while this one is busy. Ends each connection 20 ms after its answer. */
async function serveImpatiently(): Promise<{ url: string; worker: Worker }> {
	const worker = new Worker(
		`const { parentPort } = require('node:worker_threads');
		const server = require('node:net').createServer((socket) => {
			socket.on('error', () => undefined);
			socket.on('data', () => {
				socket.write('HTTP/1.1 200 OK\\r\\ncontent-length: 2\\r\\n\\r\\nok');
				setTimeout(() => socket.end(), 20);
			});
		});
		server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
		{ eval: true },
	);
	const [port] = (await once(worker, 'message')) as [number];
	return { url: `http://127.0.0.1:${port}`, worker };
}

test('a kept connection that the server has closed meanwhile is not used again', async () => {
	const { url, worker } = await serveImpatiently();
	const http = createHttp();
	try {
		for (let call = 0; call < 10; call++) {
			const calls = Array.from({ length: 4 }, async () => {
				return await (await http.fetch(url, { method: 'POST', body: 'hi' })).text();
			});
			expect(await Promise.all(calls)).toEqual(Array(4).fill('ok'));
			// The server's close arrives while this thread is busy.
			for (const until = Date.now() + 60; Date.now() < until;);
		}
	} finally {
		await http.close();
		await worker.terminate();
	}
});

test('two hundred calls at once', async () => {
	const waiting: ServerResponse[] = [];
	// Answers are held back until all calls have arrived.
	const { url, http } = await serve((_, response) => {
		if (waiting.push(response) === 200) for (const each of waiting) each.end('ok');
	});
	const calls = Array.from({ length: 200 }, async () => await (await http.fetch(url)).text());
	expect(new Set(await Promise.all(calls))).toEqual(new Set(['ok']));
});

test('a proxy is used, but not for NO_PROXY, and never one of the environment', async () => {
	const proxied: string[] = [];
	const proxy = await serve((request, response) => {
		proxied.push(request.url ?? '');
		response.end('by proxy');
	});
	proxy.server.on('connect', (request, client: Socket) => {
		proxied.push(`CONNECT ${request.url}`);
		const [host, port] = request.url!.split(':');
		const target = connect(Number(port), host, () => {
			client.write('HTTP/1.1 200 OK\r\n\r\n');
			target.pipe(client).pipe(target);
		});
		target.on('error', () => client.destroy());
	});
	const direct = await serve((_, response) => response.end('direct'));
	process.env.HTTP_PROXY = 'http://127.0.0.1:9';
	try {
		const plain = createHttp();
		expect(await (await plain.fetch(direct.url)).text()).toBe('direct');
		await plain.close();
	} finally {
		delete process.env.HTTP_PROXY;
	}
	const through = createHttp({ httpProxy: proxy.url });
	await (await through.fetch(direct.url)).text();
	expect(proxied).toHaveLength(1);
	await through.close();
	const around = createHttp({ httpProxy: proxy.url, noProxy: 'example.com,127.0.0.1' });
	expect(await (await around.fetch(direct.url)).text()).toBe('direct');
	expect(proxied).toHaveLength(1);
	await around.close();
});

test('more than allowed is refused before it is read where the length is named', async () => {
	const { url, http } = await serve((_, response) => response.end('x'.repeat(5000)), {
		maxResponseBytes: 1000,
	});
	await expect(http.fetch(url)).rejects.toMatchObject({ category: 'serverError' });
});

test.each([
	['gzip', gzipSync],
	['br', brotliCompressSync],
] as const)('an answer that is packed though nobody asked: %s', async (encoding, pack) => {
	const { url, http } = await serve((_, response) => {
		response.writeHead(200, { 'content-encoding': encoding });
		response.end(pack('hello'));
	});
	expect(await (await http.fetch(url)).text()).toBe('hello');
	const small = createHttp({ maxResponseBytes: 1000 });
	const bomb = await serve((_, response) => {
		response.writeHead(200, { 'content-encoding': encoding });
		response.end(pack('x'.repeat(100_000)));
	});
	const answer = await small.fetch(bomb.url);
	await expect(answer.text()).rejects.toMatchObject({ category: 'serverError' });
	await small.close();
});

test('a key is not carried to another address', async () => {
	const asked: string[] = [];
	const other = await serve((request, response) => {
		asked.push(request.headers.authorization ?? '');
		response.end('{}');
	});
	const { url, http } = await serve((_, response) => {
		response.writeHead(307, { location: other.url });
		response.end();
	});
	const settings = {
		baseUrl: url,
		modelId: 'x',
		fetch: http.fetch,
		now: () => 0,
		sleep,
		random: Math.random,
	};
	const client = PROVIDER_REGISTRY.openAi.createClient(settings);
	await expect(read(client.stream(ask('x'), KEY, new AbortController().signal))).rejects.toMatchObject({
		category: 'invalidRequest',
		status: 307,
		message: expect.stringContaining('Correct the Base URL'),
	});
	expect(asked).toEqual([]);
});
