import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { createHttp, type Http } from '../../../router/models/http';
import { PROVIDER_REGISTRY } from '../../../router/models/registry';
import { ask, KEY, PROTOCOLS, read, Bench } from './protocols';

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
	test('calls one after another share one connection', async () => {
		const bench = await Bench.start();
		let connections = 0;
		const forward = createServer();
		// A plain relay, so that the connections are counted before the simulated provider.
		forward.on('connection', () => connections++);
		forward.on('request', (request, response) => void relay(request, response, bench.providers.url));
		await new Promise<void>((resolve) => forward.listen(0, '127.0.0.1', resolve));
		const root = `http://127.0.0.1:${(forward.address() as AddressInfo).port}`;
		const client = PROVIDER_REGISTRY[protocol.provider].createClient({
			baseUrl: bench.providers.baseUrl(protocol.endpoint).replace(bench.providers.url, root),
			modelId: protocol.modelId,
			fetch: bench.http.fetch,
			now: () => 0,
		});
		for (let call = 0; call < 5; call++) {
			const { end } = await read(client.stream(ask('hi'), KEY, new AbortController().signal));
			expect(end?.finishReason).toBe('stop');
		}
		expect(connections).toBe(1);
		forward.closeAllConnections();
		forward.close();
		await bench.close();
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
	// The end of the body comes by itself, as from a real server.
	setImmediate(() => response.end());
}

test('two hundred calls at once', async () => {
	let peak = 0;
	let open = 0;
	const { url, http } = await serve((_, response) => {
		peak = Math.max(peak, ++open);
		setTimeout(() => {
			open--;
			response.end('ok');
		}, 100);
	});
	const calls = Array.from({ length: 200 }, async () => await (await http.fetch(url)).text());
	expect(new Set(await Promise.all(calls))).toEqual(new Set(['ok']));
	expect(peak).toBe(200);
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
