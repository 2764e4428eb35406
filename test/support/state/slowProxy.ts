/** Between a client and its server on loopback: what the server says arrives later, as over a network. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SlowProxy {
	port: number;
	/** What each answer takes longer, in ms. */
	delayMs: number;
	close(): Promise<void>;
}

export async function startSlowProxy(toPort: number): Promise<SlowProxy> {
	const sockets = new Set<Socket>();
	const server = createServer((client) => {
		const behind = connect(toPort, '127.0.0.1');
		for (const socket of [client, behind]) {
			sockets.add(socket);
			socket.setNoDelay(true);
			socket.on('error', () => undefined);
			socket.on('close', () => (sockets.delete(socket), client.destroy(), behind.destroy()));
		}
		client.on('data', (part) => behind.write(part));
		behind.on('data', (part) => setTimeout(() => client.write(part), proxy.delayMs));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	const proxy: SlowProxy = {
		port: (server.address() as AddressInfo).port,
		delayMs: 0,
		async close() {
			sockets.forEach((socket) => socket.destroy());
			await new Promise((resolve) => server.close(resolve));
		},
	};
	return proxy;
}
