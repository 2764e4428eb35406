/** What workflows call beside chat models, on 127.0.0.1: embeddings as Ollama serves them, and Telegram's bots. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

export interface Service {
	url: string;
	/** The bodies of all calls. */
	calls: Json[];
	close(): Promise<void>;
}

const DIMENSIONS = 64;

/** A text is as near to another as they have words in common. */
export async function startEmbeddings(): Promise<Service> {
	return await started(({ input = '' }) => ({
		model: 'words',
		embeddings: [input].flat().map((text) => vectorOf(String(text))),
	}));
}

/** Takes every message. */
export async function startTelegram(): Promise<Service> {
	return await started(() => ({ ok: true, result: { message_id: 1 } }));
}

async function started(answer: (body: Json) => Json): Promise<Service> {
	const calls: Json[] = [];
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const body = JSON.parse(Buffer.concat(parts).toString('utf8')) as Json;
			calls.push(body);
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify(answer(body)));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return { url: `http://127.0.0.1:${port}`, calls, close: async () => await closed(server) };
}

async function closed(server: Server): Promise<void> {
	server.closeAllConnections();
	await new Promise((resolve) => server.close(resolve));
}

function vectorOf(text: string): number[] {
	const vector = Array<number>(DIMENSIONS).fill(0);
	for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
		const place = [...word].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % DIMENSIONS, 7);
		vector[place] = (vector[place] ?? 0) + 1;
	}
	return vector;
}
