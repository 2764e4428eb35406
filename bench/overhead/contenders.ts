/**
 * The ways to call a model that are compared. Each is loaded in a process of its own, by Node.js itself without a loader
 * of TypeScript, so this file holds no import but of Node.js and of types.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { BuiltEngine, EngineOptions } from '../measures/builtEngine';

/** Asks once and resolves with the answer's whole text. */
export type Ask = (prompt: string) => Promise<string>;

export interface Place {
	/** Of the provider, up to and with `/v1`. */
	url: string;
	/** The answer is to come as a stream; else in one piece. */
	isStream: boolean;
	/** This package's folder. */
	root: string;
	/** Where the peers are installed; empty where they are not. */
	peers: string;
}

/** What is asked, in turn. */
export const PROMPTS = [
	'Extract the invoice number and the total from: Invoice 2231, 14 March, total 418.20 EUR, due in 30 days.',
	'Summarize this support ticket in two sentences: the parcel arrived late and the box was open.',
	'Translate to German: We are happy to confirm your order and will ship it on Monday.',
	'Write a polite reply to a customer who asks for a refund after 45 days.',
];

const MODEL = 'gpt-4o-mini';
const SECOND_MODEL = 'gpt-4.1-mini';
const KEY = 'sk-bench';

const bodyOf = (prompt: string, isStream: boolean): string =>
	JSON.stringify({
		model: MODEL,
		messages: [{ role: 'user', content: prompt }],
		...(isStream && { stream: true, stream_options: { include_usage: true } }),
	});

async function byFetch(place: Place, headers: Record<string, string> = {}): Promise<Ask> {
	const { url, isStream } = place;
	return async (prompt) => {
		const response = await fetch(`${url}/chat/completions`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}`, ...headers },
			body: bodyOf(prompt, isStream),
		});
		if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
		return isStream ? textOf(await response.text()) : wholeText(await response.json());
	};
}

interface Completion {
	choices: Array<{ message?: { content: string }; delta?: { content?: string } }>;
}

const wholeText = (body: unknown): string => (body as Completion).choices[0]?.message?.content ?? '';

function textOf(stream: string): string {
	let text = '';
	for (const line of stream.split('\n')) {
		if (!line.startsWith('data: {')) continue;
		text += (JSON.parse(line.slice(6)) as Completion).choices[0]?.delta?.content ?? '';
	}
	return text;
}

/** With two models to fall back on, two rules, classifier, ledger and a budget. It always reads a stream. */
async function byEngine({ url, root }: Place): Promise<Ask> {
	const file = pathToFileURL(join(root, 'bench/measures/builtEngine.ts')).href;
	const { openEngine } = (await import(file)) as { openEngine(options: EngineOptions): BuiltEngine };
	const folder = mkdtempSync(join(tmpdir(), 'llm-router-overhead-'));
	process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
	const model = { provider: 'openAi', baseUrl: url, key: KEY } as const;
	const engine = openEngine({
		root,
		folder,
		signal: new AbortController().signal,
		models: [
			{ ...model, alias: 'first', modelId: MODEL, quality: 60 },
			{ ...model, alias: 'second', modelId: SECOND_MODEL, quality: 60 },
		],
		rules: [
			{
				name: 'Coding',
				enabled: true,
				match: { taskTypes: ['coding'] },
				models: ['second'],
				strategy: 'smart',
			},
			{
				name: 'Urgent',
				enabled: true,
				match: { keywords: ['urgent', 'asap'] },
				models: [],
				strategy: 'priority',
			},
		],
	});
	return async (prompt) => {
		const messages = [{ role: 'user' as const, parts: [{ type: 'text' as const, text: prompt }] }];
		const { answer, failure } = await engine.ask({ messages, format: { type: 'text' }, limits: {} });
		return answer?.text ?? failure?.message ?? '';
	};
}

type Loader = (name: string) => Promise<unknown>;

/** Of the peers' folder: they are found from there, whatever kind of module they are. */
async function loaderOf(folder: string): Promise<Loader> {
	const { load } = (await import(pathToFileURL(join(folder, 'load.mjs')).href)) as { load: Loader };
	return load;
}

interface OpenAiSdk {
	default: new (options: object) => {
		chat: { completions: { create(body: object): Promise<Completion & AsyncIterable<Completion>> } };
	};
}

/** A dependency of this package, so it is always there. */
async function byOpenAiSdk({ url, isStream, root }: Place): Promise<Ask> {
	const file = pathToFileURL(join(root, 'node_modules/openai/index.mjs')).href;
	const { default: OpenAi } = (await import(file)) as OpenAiSdk;
	const client = new OpenAi({ apiKey: KEY, baseURL: url });
	return async (prompt) => {
		const answer = await client.chat.completions.create(JSON.parse(bodyOf(prompt, isStream)) as object);
		if (!isStream) return wholeText(answer);
		let text = '';
		for await (const chunk of answer) text += chunk.choices[0]?.delta?.content ?? '';
		return text;
	};
}

interface LangChainModel {
	withFallbacks(others: unknown[]): LangChainModel;
	invoke(prompt: string): Promise<{ text: string }>;
	stream(prompt: string): Promise<AsyncIterable<{ text: string }>>;
}

async function byLangChain({ url, isStream, peers }: Place): Promise<Ask> {
	const load = await loaderOf(peers);
	const { ChatOpenAI } = (await load('@langchain/openai')) as {
		ChatOpenAI: new (options: object) => LangChainModel;
	};
	const model = (name: string): LangChainModel =>
		new ChatOpenAI({ model: name, apiKey: KEY, configuration: { baseURL: url } });
	const chain = model(MODEL).withFallbacks([model(SECOND_MODEL)]);
	return async (prompt) => {
		if (!isStream) return (await chain.invoke(prompt)).text;
		let text = '';
		for await (const chunk of await chain.stream(prompt)) text += chunk.text;
		return text;
	};
}

interface AiSdk {
	generateText(options: object): Promise<{ text: string }>;
	streamText(options: object): { textStream: AsyncIterable<string> };
}

async function byAiSdk({ url, isStream, peers }: Place): Promise<Ask> {
	const load = await loaderOf(peers);
	const { generateText, streamText } = (await load('ai')) as AiSdk;
	const { createOpenAI } = (await load('@ai-sdk/openai')) as {
		createOpenAI(options: object): { chat(model: string): unknown };
	};
	const { createFallback } = (await load('ai-fallback')) as { createFallback(options: object): unknown };
	const openAi = createOpenAI({ apiKey: KEY, baseURL: url });
	const model = createFallback({ models: [openAi.chat(MODEL), openAi.chat(SECOND_MODEL)] });
	return async (prompt) => {
		if (!isStream) return (await generateText({ model, prompt })).text;
		let text = '';
		for await (const part of streamText({ model, prompt }).textStream) text += part;
		return text;
	};
}

async function freePort(): Promise<number> {
	return await new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}

/** A server between caller and provider; called by `fetch`. */
async function byPortkey(place: Place): Promise<Ask> {
	const port = await freePort();
	const script = join(place.peers, 'node_modules/@portkey-ai/gateway/build/start-server.js');
	const gateway = spawn(process.execPath, [script, `--port=${port}`, '--headless'], {
		stdio: 'ignore',
		env: { ...process.env, TRUSTED_CUSTOM_HOSTS: '127.0.0.1', NODE_ENV: 'production' },
	});
	process.on('exit', () => gateway.kill());
	const target = { provider: 'openai', api_key: KEY, custom_host: place.url };
	const config = JSON.stringify({
		strategy: { mode: 'fallback' },
		targets: [target, { ...target, override_params: { model: SECOND_MODEL } }],
	});
	const url = `http://127.0.0.1:${port}/v1`;
	for (let tries = 0; tries < 100; tries++) {
		const isThere = await fetch(`http://127.0.0.1:${port}/`).then(
			() => true,
			() => false,
		);
		if (isThere) break;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
	const ask = await byFetch({ ...place, url }, { 'x-portkey-config': config });
	// It closes idle connections after five seconds, but a contender waits longer for its turn.
	return async (prompt) => await ask(prompt).catch(async () => await ask(prompt));
}

export const CONTENDERS: Readonly<Record<string, (place: Place) => Promise<Ask>>> = {
	fetch: async (place) => await byFetch(place),
	engine: byEngine,
	openAiSdk: byOpenAiSdk,
	langChain: byLangChain,
	aiSdk: byAiSdk,
	portkey: byPortkey,
};
