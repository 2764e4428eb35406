/** Between a client and its server on loopback: what the server says arrives later, as over a network, or nothing for a while. */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SlowProxy {
	port: number;
	/** What each answer takes longer, in ms. */
	delayMs: number;
	/** Ends all connections and takes no more, until it is mended. */
	cut(): Promise<void>;
	mend(): Promise<void>;
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
	const listen = async (port: number) =>
		await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', () => resolve()));
	const cut = async () => {
		sockets.forEach((socket) => socket.destroy());
		if (server.listening) await new Promise((resolve) => server.close(resolve));
	};
	await listen(0);
	const proxy: SlowProxy = {
		port: (server.address() as AddressInfo).port,
		delayMs: 0,
		cut,
		mend: async () => await listen(proxy.port),
		close: cut,
	};
	return proxy;
}
