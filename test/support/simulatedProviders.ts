/**
 * One HTTP server on 127.0.0.1 that behaves as OpenAI, Anthropic, Gemini and three OpenAI-compatible
 * endpoints, healthy or with a fault that the model's name (or the API key) asks for. See
 * `simulated/faults.ts` for the grammar. Shared by the tests and the demo.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { anthropic } from './simulated/anthropic';
import {
	answerOf,
	replyOf,
	wrongAnswer,
	type AnswerFunction,
	type SimulatedAnswer,
} from './simulated/answers';
import { callOf, parsedName, readBody } from './simulated/calls';
import { deliverVectors, embeddingIn, type EmbeddingFunction } from './simulated/embeddings';
import { deliver, reshape, sendError } from './simulated/delivery';
import { fixedWindow, type Limiter } from './simulated/limiters';
import { FaultBook, parseStep, type Fault, type FaultStep } from './simulated/faults';
import { gemini } from './simulated/gemini';
import { openAi } from './simulated/openAi';
import {
	type Json,
	type Protocol,
	type SimulatedCall,
	type SimulatedUsage,
	type Wire,
} from './simulated/wire';

export type { AnswerFunction, SimulatedAnswer, SimulatedCall };

const ENDPOINTS: Record<string, { wire: Wire; root: string; keyRequired: boolean }> = {
	openai: { wire: openAi, root: '/v1', keyRequired: true },
	anthropic: { wire: anthropic, root: '', keyRequired: true },
	gemini: { wire: gemini, root: '', keyRequired: true },
	compatible: { wire: openAi, root: '/v1', keyRequired: false },
	compatible2: { wire: openAi, root: '/v1', keyRequired: false },
	compatible3: { wire: openAi, root: '/v1', keyRequired: false },
};

export type EndpointName = 'openai' | 'anthropic' | 'gemini' | 'compatible' | 'compatible2' | 'compatible3';

const MODELS: Record<string, string[]> = {
	openai: ['gpt-4o-mini', 'gpt-4.1', 'gpt-5-mini', 'o4-mini', 'text-embedding-3-small', 'whisper-1'],
	anthropic: ['claude-opus-4-5', 'claude-sonnet-4-5', 'claude-haiku-4-5'],
	gemini: ['gemini-2.5-pro', 'gemini-2.5-flash', 'gemini-2.5-flash-lite', 'gemini-embedding-001'],
	compatible: ['llama-3.3-70b-versatile', 'qwen-2.5-7b'],
	compatible2: ['deepseek-chat', 'deepseek-r1'],
	compatible3: ['mistral-small-latest'],
};

export interface SimulatedOptions {
	/** 0, the default, takes a free one. */
	port?: number;
	/** Before the headers of every answer, in ms. */
	latencyMs?: number;
	/** What a model says; undefined leaves the default answer. */
	answer?: AnswerFunction;
	/** By whose clock the faults' times are; the real one otherwise. Ends at once when `signal` aborts. */
	sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
	/** What the list-models calls name, by endpoint. */
	models?: Partial<Record<EndpointName, string[]>>;
}

export interface SimulatedAttempt {
	/** ms since the epoch. */
	at: number;
	protocol: Protocol;
	endpoint: string;
	path: string;
	/** Without the fault; empty for a list-models call. */
	modelId: string;
	/** As the caller wrote it, fault included. */
	requestedModel: string;
	streaming: boolean;
	/** null where no headers were sent. */
	status: number | null;
	/** For example `429-2` or `slow-200+500`; null when healthy. */
	fault: string | null;
	/** See `fingerprintOf`; empty without a key. */
	keyFingerprint: string;
	body: Json;
	/** The caller's. */
	headers: Record<string, string>;
	/** The caller went away before the answer was whole. */
	aborted: boolean;
	endedAt: number | null;
	/** What the answer of a healthy call names; null for a call with a fault. */
	usage: SimulatedUsage | null;
}

/** First 8 hex digits of the key's SHA-256. */
export const fingerprintOf = (key: string): string =>
	key === '' ? '' : createHash('sha256').update(key).digest('hex').slice(0, 8);

export class SimulatedProviders {
	/** Chat calls in the order of their arrival. */
	readonly log: SimulatedAttempt[] = [];

	/** Calls of the list-models endpoints. */
	readonly listCalls: SimulatedAttempt[] = [];

	/** Calls for embeddings. */
	readonly embeddings: SimulatedAttempt[] = [];

	/** What an embedding model answers; undefined leaves vectors of its own. */
	embed: EmbeddingFunction | undefined;

	inFlight = 0;

	peakConcurrency = 0;

	latencyMs: number;

	answer: AnswerFunction | undefined;

	/** Models that OpenAI's list names beside the others, with their last day, YYYY-MM-DD. */
	readonly ends: Record<string, string> = {};

	private readonly faults = new FaultBook();

	/** Prompts that were answered wrongly on purpose: the next call that contains one is its repair. */
	private readonly answeredWrongly = new Set<string>();

	/** Of each endpoint, model and key with the fault `limit`. */
	private readonly limits = new Map<string, Limiter>();

	private readonly timers = new Set<NodeJS.Timeout>();

	private serial = 0;

	private constructor(
		private readonly server: Server,
		/** `http://127.0.0.1:<port>` */
		readonly url: string,
		private readonly options: SimulatedOptions,
	) {
		this.latencyMs = options.latencyMs ?? 0;
		this.answer = options.answer;
		server.on('request', (request: IncomingMessage, response: ServerResponse) => {
			this.handle(request, response).catch((error: unknown) => {
				if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
				response.end(`The simulation itself failed: ${String(error)}`);
			});
		});
	}

	static async start(options: SimulatedOptions = {}): Promise<SimulatedProviders> {
		const server = createServer();
		// As real providers do. Node's own five seconds end in the middle of a test on a busy machine.
		server.keepAliveTimeout = 75_000;
		await new Promise<void>((resolve, reject) => {
			server.once('error', reject);
			server.listen(options.port ?? 0, '127.0.0.1', resolve);
		});
		const { port } = server.address() as AddressInfo;
		return new SimulatedProviders(server, `http://127.0.0.1:${port}`, options);
	}

	/** What a credential's `baseUrl` says: with `/v1` for OpenAI and compatible endpoints, without for the others. */
	baseUrl(endpoint: EndpointName): string {
		return `${this.url}/${endpoint}${ENDPOINTS[endpoint]!.root}`;
	}

	/** `fault` as in a model's name (`'429-2'`, `'slow-200+500'`, `'429*1--500'`); without `times` for every call. */
	setFault(
		modelId: string,
		fault: string,
		{ times, arg }: { times?: number; arg?: string | number } = {},
	): void {
		const steps = fault.split('--').map((text) => parseStep(arg === undefined ? text : `${text}-${arg}`));
		if (times !== undefined) Object.assign(steps.at(-1)!, { times, timesGiven: true });
		this.faults.put(modelId, steps);
	}

	clearFaults(): void {
		this.faults.clear();
	}

	/** Attempts on one model, whatever its fault. */
	attempts(modelId: string): SimulatedAttempt[] {
		return this.log.filter((attempt) => attempt.modelId === modelId || attempt.requestedModel === modelId);
	}

	/** Empties the log and starts all counting anew; faults set from code are gone. */
	reset(): void {
		this.log.length = 0;
		this.listCalls.length = 0;
		this.embeddings.length = 0;
		this.peakConcurrency = this.inFlight;
		this.answeredWrongly.clear();
		this.faults.clear();
		this.limits.clear();
	}

	/** Resolves when no call is open, so that `aborted` and `endedAt` are settled; rejects after `withinMs`. */
	async idle(withinMs = 2000): Promise<void> {
		const end = Date.now() + withinMs;
		while (this.inFlight > 0) {
			if (Date.now() > end) throw new Error(`${this.inFlight} calls are still open after ${withinMs} ms`);
			await new Promise((resolve) => setTimeout(resolve, 5));
		}
	}

	/** Sockets that callers hold open, in use or idle. */
	async connections(): Promise<number> {
		return await new Promise((resolve, reject) => {
			this.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
		});
	}

	async close(): Promise<void> {
		for (const timer of this.timers) clearTimeout(timer);
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		this.server.closeAllConnections();
		await closed;
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const at = Date.now();
		const url = new URL(request.url ?? '/', this.url);
		const endpoint = url.pathname.split('/')[1] ?? '';
		const known = ENDPOINTS[endpoint];
		if (known === undefined) return sendError(response, { status: 404, headers: {}, body: '<h1>404</h1>' });
		const { wire, keyRequired, root } = known;
		const path = url.pathname.slice(endpoint.length + 1 + root.length);
		const headers = new Headers(
			Object.entries(request.headers).map(([name, value]): [string, string] => [name, String(value)]),
		);
		const key = wire.keyOf(headers, url.searchParams);
		const body = await readBody(request);
		const isPost = request.method === 'POST';
		const target = isPost ? wire.target(path, body) : null;
		const embedding = isPost ? embeddingIn(wire.protocol, endpoint, path, body) : null;
		const requestedModel = target?.model ?? embedding?.requestedModel ?? '';
		const name = parsedName(requestedModel);
		const attempt: SimulatedAttempt = {
			at,
			protocol: wire.protocol,
			endpoint,
			path: url.pathname,
			modelId: name,
			requestedModel,
			streaming: target?.streaming ?? false,
			status: null,
			fault: null,
			keyFingerprint: fingerprintOf(key),
			body,
			headers: Object.fromEntries(headers),
			aborted: false,
			endedAt: null,
			usage: null,
		};
		this.follow(attempt, embedding ? this.embeddings : target ? this.log : this.listCalls, response);

		const keyError =
			key.includes('wrong') && !key.includes('--')
				? wire.error({ kind: 'wrongKey', key }, { endpoint, modelId: name })
				: key === '' && keyRequired
					? wire.error({ kind: 'missingKey' }, { endpoint, modelId: name })
					: null;
		if (keyError !== null) return sendError(response, keyError);
		if (embedding) {
			const { requestedModel: asked, modelId } = embedding;
			const faults = this.faults.next(endpoint, asked, modelId, key)?.faults ?? [];
			const pause = async (ms: number): Promise<void> => await this.pause(this.latencyMs + ms, response);
			return await deliverVectors({ call: embedding, faults, wire, pause, response, answer: this.embed });
		}
		if (target === null) return this.other(request, response, url, path, endpoint, wire);

		const call = callOf(wire, body, { endpoint, modelId: name, target });
		await this.chat(call, body, headers, key, attempt, wire, response);
	}

	/** Keeps the log entry and the counts up to date until the call is over. */
	private follow(attempt: SimulatedAttempt, log: SimulatedAttempt[], response: ServerResponse): void {
		log.push(attempt);
		if (log === this.listCalls) return;
		this.inFlight++;
		this.peakConcurrency = Math.max(this.peakConcurrency, this.inFlight);
		response.once('close', () => {
			this.inFlight--;
			attempt.endedAt = Date.now();
			attempt.status = response.headersSent ? response.statusCode : null;
			const ourDoing = /(^|\+)(cut|reset)/.test(attempt.fault ?? '');
			attempt.aborted = !response.writableFinished && !ourDoing;
		});
	}

	private other(
		request: IncomingMessage,
		response: ServerResponse,
		url: URL,
		path: string,
		endpoint: string,
		wire: Wire,
	): void {
		if (request.method !== 'GET' || !/\/models(\/.*)?$/.test(path)) {
			return sendError(response, wire.error({ kind: 'status', status: 404 }, { endpoint, modelId: '' }));
		}
		const listed = this.options.models?.[endpoint as EndpointName] ?? MODELS[endpoint] ?? [];
		const ids = endpoint === 'openai' ? [...listed, ...Object.keys(this.ends)] : listed;
		response.writeHead(200, { 'content-type': 'application/json' });
		response.end(JSON.stringify(wire.models(ids, url.searchParams, this.ends)));
	}

	private async chat(
		call: SimulatedCall,
		body: Json,
		headers: Headers,
		key: string,
		attempt: SimulatedAttempt,
		wire: Wire,
		response: ServerResponse,
	): Promise<void> {
		let step: FaultStep | null;
		try {
			step = this.faults.next(call.endpoint, call.requestedModel, call.modelId, key);
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			return sendError(response, wire.error({ kind: 'invalid', message, param: null, code: null }, call));
		}
		const objection = wire.objection(call, body, headers);
		if (objection !== null) return sendError(response, objection);

		const faults = new Map<string, Fault>(step?.faults.map((fault) => [fault.name, fault]));
		attempt.fault =
			step?.faults.map(({ name, arg }) => (arg === null ? name : `${name}-${arg}`)).join('+') ?? null;
		const pause = async (ms: number): Promise<void> => await this.pause(ms, response);
		if (this.isBeyondLimit(faults, `${call.endpoint}|${call.modelId}|${key}`)) {
			faults.set('429', { name: '429', arg: faults.has('limit') ? '1' : null });
		}
		await pause(this.latencyMs);
		if (response.destroyed) return;
		const reply = replyOf(call, this.textOf(call, step), ++this.serial, attempt.at);
		if (step === null) attempt.usage = reply.usage;
		await deliver({ call, reply: reshape(reply, faults), wire, faults, response, pause });
	}

	private isBeyondLimit(faults: ReadonlyMap<string, Fault>, who: string): boolean {
		const fault = faults.get('limit') ?? faults.get('limitsilent');
		if (!fault) return false;
		const limit = this.limits.get(who) ?? fixedWindow(Number(fault.arg ?? 20), 1_000, 'silent');
		this.limits.set(who, limit);
		return limit(Date.now()) !== null;
	}

	private textOf(call: SimulatedCall, step: FaultStep | null): SimulatedAnswer {
		const wrong = step?.faults.find(({ name }) => name === 'invalidjson' || name === 'invalidschema');
		if (wrong === undefined || step === null) return answerOf(call, this.answer);
		const text = wrongAnswer(call, wrong.name as 'invalidjson' | 'invalidschema');
		if (!step.timesGiven && this.isRepair(call, text)) return answerOf(call, this.answer);
		this.answeredWrongly.add(call.prompt);
		return { text, calls: [] };
	}

	/** A repair repeats the wrong answer, or goes on from a prompt that was answered wrongly. */
	private isRepair(call: SimulatedCall, wrongText: string): boolean {
		const texts = call.messages.map((message) => message.text);
		return (
			texts.some((text) => text.includes(wrongText)) ||
			texts.some((text) => text !== call.prompt && this.answeredWrongly.has(text))
		);
	}

	private async pause(ms: number, response: ServerResponse): Promise<void> {
		if (!(ms > 0) || response.destroyed) return;
		const { sleep } = this.options;
		if (sleep) {
			const gone = new AbortController();
			const abort = (): void => gone.abort();
			response.once('close', abort);
			await sleep(ms, gone.signal);
			response.off('close', abort);
			return;
		}
		await new Promise<void>((resolve) => {
			const done = (): void => {
				clearTimeout(timer);
				this.timers.delete(timer);
				response.off('close', done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			this.timers.add(timer);
			response.on('close', done);
		});
	}
}

export const startSimulatedProviders = async (options: SimulatedOptions = {}): Promise<SimulatedProviders> =>
	await SimulatedProviders.start(options);
