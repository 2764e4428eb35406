/** A server on loopback that plays one situation at a time, and the call that meets it through the real SDKs. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { toolCallsIn } from '../../router/text/parts';
import { estimateTokens } from '../../router/text/tokens';
import { callModel } from '../../router/failover/calling/call';
import type { Call } from '../../router/failover/calling/call';
import { billOf } from '../../router/failover/calling/billing';
import { judgeCall } from '../../router/failover/verdict/verdict';
import { jsonCheckFor } from '../../router/failover/verdict/json';
import { createHttp } from '../../router/models/wire/http';
import type { Http } from '../../router/models/wire/http';
import { PROVIDER_REGISTRY } from '../../router/models/registry';
import { ModelError } from '../../router/types';
import type { ModelRequest, Surroundings, Usage } from '../../router/types';
import { realTime } from '../support/realTime';
import { modelOf } from '../support/standIn/scriptedModel';
import type { Protocol, Reply, Request, Situation } from './situation';

const KEY = 'sk-field-key-0123456789';

const HEARTBEAT_MS = 100;

const surroundings: Surroundings = {
	work: realTime.work,
	now: Date.now,
	monotonic: () => performance.now(),
	random: Math.random,
	sleep: (ms, signal) =>
		new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
		}),
};

export interface Outcome {
	text: string;
	shown: string;
	toolCalls: ReadonlyArray<readonly [name: string, input: string]>;
	finishReason: string | null;
	category: string | null;
	message: string;
	retryAfterMs: number | null;
	usage: Usage | null;
	billing: string;
	ms: number;
}

export class Field {
	requests: Request[] = [];

	private replyTo: (request: Request, call: number) => Reply = () => ({ status: 500 });

	private readonly open = new Set<ServerResponse>();

	private constructor(
		private readonly server: Server,
		private readonly http: Http,
		private readonly url: string,
	) {
		server.on(
			'request',
			(request: IncomingMessage, response: ServerResponse) => void this.play(request, response),
		);
	}

	static async start(): Promise<Field> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		const { port } = server.address() as AddressInfo;
		return new Field(server, createHttp(), `http://127.0.0.1:${port}`);
	}

	async close(): Promise<void> {
		for (const response of this.open) response.destroy();
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
		await this.http.close();
	}

	/** What each item of the situation came to. */
	async meet(situation: Situation, place: number): Promise<Outcome[]> {
		this.requests = [];
		const { replies } = situation;
		const list = typeof replies === 'function' ? null : [replies].flat();
		this.replyTo =
			typeof replies === 'function' ? replies : (_, call) => list![Math.min(call, list!.length - 1)]!;
		const outcomes: Outcome[] = [];
		for (let item = 0; item < (situation.items ?? 1); item++) outcomes.push(await this.ask(situation, place));
		for (const response of this.open) response.destroy();
		return outcomes;
	}

	private async ask(situation: Situation, place: number): Promise<Outcome> {
		const request = requestOf(situation);
		// A base URL of its own, so that nothing that another situation taught is known.
		const baseUrl = `${this.url}/${place}${situation.on === 'openAi' || situation.on === 'compatible' ? '/v1' : ''}`;
		const { modelId = 'some-model' } = situation;
		const { now, sleep, random } = surroundings;
		const settings = { baseUrl, modelId, fetch: this.http.fetch, now, sleep, random };
		const client = PROVIDER_REGISTRY[provider(situation.on)].createClient(settings);
		await client.prepare?.(KEY);
		let shown = '';
		const limits = { firstTokenMs: 4_000, stallMs: 3_000, attemptMs: 9_000, endsAt: Date.now() + 9_000 };
		const call = await callModel(
			modelOf('model', client, { reasoningEffort: request.reasoningEffort }),
			KEY,
			request,
			limits,
			surroundings,
			{
				signal: new AbortController().signal,
				onFirstToken: () => undefined,
				onText: (text) => (shown += text),
			},
		);
		return await outcomeOf(call, request, shown);
	}

	private async play(request: IncomingMessage, response: ServerResponse): Promise<void> {
		this.open.add(response);
		response.on('close', () => this.open.delete(response));
		const pieces: Buffer[] = [];
		for await (const piece of request) pieces.push(piece as Buffer);
		const heard: Request = {
			path: request.url ?? '',
			headers: request.headers as Record<string, string>,
			body: JSON.parse(Buffer.concat(pieces).toString() || '{}') as Record<string, unknown>,
		};
		this.requests.push(heard);
		const {
			status = 200,
			headers = {},
			body = '',
			then = 'close',
		} = this.replyTo(heard, this.requests.length - 1);
		response.writeHead(status, headers);
		response.flushHeaders();
		for (const piece of [body].flat() as Array<string | Buffer | { pauseMs: number }>) {
			if (response.destroyed) return;
			if (typeof piece === 'string' || Buffer.isBuffer(piece)) response.write(piece);
			else await surroundings.sleep(piece.pauseMs);
		}
		if (then === 'close') response.end();
		if (then === 'reset') setTimeout(() => response.socket?.resetAndDestroy(), 20);
		while (then === 'heartbeats' && !response.destroyed) {
			response.write(': still here\n\n');
			await surroundings.sleep(HEARTBEAT_MS);
		}
	}
}

function provider(on: Protocol): keyof typeof PROVIDER_REGISTRY {
	return on === 'compatible' ? 'openAiCompatible' : on;
}

function requestOf({ prompt = 'What is the capital of France?', request }: Situation): ModelRequest {
	const messages: ModelRequest['messages'] = [{ role: 'user', parts: [{ type: 'text', text: prompt }] }];
	return { messages, format: { type: 'text' }, limits: {}, ...request };
}

async function outcomeOf(call: Call, request: ModelRequest, shown: string): Promise<Outcome> {
	const check = request.format.type === 'json' ? await jsonCheckFor(request.format, surroundings) : null;
	const verdict = await judgeCall(call, { request, checkJson: check }, false);
	const { billing, usage } = billOf(call, request, estimateTokens);
	if (call.error && !(call.error instanceof ModelError)) throw call.error;
	return {
		text: verdict.passed ? call.partial.text : '',
		shown,
		toolCalls: verdict.passed
			? toolCallsIn(verdict.parts).map(({ name, input }) => [name, input] as const)
			: [],
		finishReason: verdict.passed ? verdict.finishReason : null,
		category: verdict.passed ? null : verdict.fault.category,
		message: verdict.passed ? '' : verdict.fault.message,
		retryAfterMs: verdict.passed ? null : verdict.fault.retryAfterMs,
		usage,
		billing,
		ms: call.ms,
	};
}
