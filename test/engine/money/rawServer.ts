/** A server on loopback that speaks OpenAI's chat completions, and says of usage and tiers exactly what a test wants. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
	model: string;
	service_tier?: string;
}

export interface RawReply {
	/** 200 unless it is an error. */
	status?: number;
	error?: object;
	/** Nothing is ever said. */
	isSilent?: boolean;
	delayMs?: number;
	/** Who answered; absent: who was asked. */
	model?: string;
	tier?: string;
	usage?: object;
}

export class RawServer {
	/** What was asked, in order. */
	asked: Asked[] = [];

	reply: (asked: Asked, call: number) => RawReply = () => ({});

	private readonly open = new Set<ServerResponse>();

	private readonly server = createServer((request, response) => {
		const pieces: Buffer[] = [];
		this.open.add(response);
		request.on('data', (piece: Buffer) => pieces.push(piece));
		request.on('end', () => this.answer(JSON.parse(Buffer.concat(pieces).toString()) as Asked, response));
	});

	async start(): Promise<void> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	reset(): void {
		for (const response of this.open) response.destroy();
		this.open.clear();
		this.asked = [];
		this.reply = () => ({});
	}

	close(): void {
		this.reset();
		this.server.closeAllConnections();
		this.server.close();
	}

	private answer(asked: Asked, response: ServerResponse): void {
		const { delayMs = 0, isSilent, ...reply } = this.reply(asked, this.asked.push(asked) - 1);
		if (!isSilent) setTimeout(() => write(asked, reply, response), delayMs);
	}
}

const USAGE = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };

function write(asked: Asked, reply: RawReply, response: ServerResponse): void {
	const { status = 200, error, model = asked.model, tier, usage = USAGE } = reply;
	if (status >= 400) {
		response.writeHead(status, { 'content-type': 'application/json' });
		response.end(JSON.stringify({ error: { message: 'no', ...error } }));
		return;
	}
	response.writeHead(200, { 'content-type': 'text/event-stream' });
	for (const part of [
		{ choices: [{ index: 0, delta: { content: 'one two three' }, finish_reason: null }] },
		{ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
		{ choices: [], usage },
	]) {
		const chunk = { id: 'c1', model, ...(tier && { service_tier: tier }), ...part };
		response.write(`data: ${JSON.stringify(chunk)}\n\n`);
	}
	response.end('data: [DONE]\n\n');
}
