/** Embeddings as Ollama serves them, on 127.0.0.1: a text is as near to another as they have words in common. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const DIMENSIONS = 64;

export interface Embeddings {
	url: string;
	close(): Promise<void>;
}

export async function startEmbeddings(): Promise<Embeddings> {
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const { input = '' } = JSON.parse(Buffer.concat(parts).toString('utf8')) as { input?: string | string[] };
			const embeddings = [input].flat().map(vectorOf);
			response.writeHead(200, { 'content-type': 'application/json' });
			response.end(JSON.stringify({ model: 'words', embeddings }));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function vectorOf(text: string): number[] {
	const vector = Array<number>(DIMENSIONS).fill(0);
	for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
		const place = [...word].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) % DIMENSIONS, 7);
		vector[place] = (vector[place] ?? 0) + 1;
	}
	return vector;
}
