/** Embedding models: OpenAI's `/embeddings` and Gemini's `:batchEmbedContents`. */
import type { ServerResponse } from 'node:http';

import { parsedName } from './calls';
import { sendError } from './delivery';
import type { Fault } from './faults';
import { asJson, asList, asText, type Json, type Protocol, type Wire } from './wire';

export interface SimulatedEmbedding {
	protocol: Protocol;
	endpoint: string;
	/** Without the fault. */
	modelId: string;
	/** As the caller wrote it. */
	requestedModel: string;
	texts: string[];
}

/** What is answered; undefined leaves the vectors of `vectorOf`. A text is sent as it is. */
export type EmbeddingFunction = (
	call: SimulatedEmbedding,
) => { status?: number; body: Json | string } | undefined;

/** null where the path is no call for embeddings. */
export function embeddingIn(
	protocol: Protocol,
	endpoint: string,
	path: string,
	body: Json,
): SimulatedEmbedding | null {
	const [, ofGemini] = /\/models\/(.+):batchEmbedContents$/.exec(path) ?? [];
	if (protocol === 'gemini' && ofGemini !== undefined) {
		const requestedModel = decodeURIComponent(ofGemini);
		const texts = asList(body.requests).map(({ content }) =>
			asList(asJson(content).parts)
				.map(({ text }) => asText(text))
				.join('\n'),
		);
		return { protocol, endpoint, modelId: parsedName(requestedModel), requestedModel, texts };
	}
	if (protocol !== 'openAi' || path !== '/embeddings') return null;
	const requestedModel = asText(body.model);
	const { input } = body;
	const texts = Array.isArray(input) ? input.map(String) : [String(input)];
	return { protocol, endpoint, modelId: parsedName(requestedModel), requestedModel, texts };
}

interface Exchange {
	call: SimulatedEmbedding;
	/** Any status, `slow` and `silent`. */
	faults: readonly Fault[];
	wire: Wire;
	pause: (ms: number) => Promise<void>;
	response: ServerResponse;
	answer: EmbeddingFunction | undefined;
}

export async function deliverVectors(exchange: Exchange): Promise<void> {
	const { call, faults, wire, pause, response, answer } = exchange;
	const argOf = (name: RegExp) => faults.find((fault) => name.test(fault.name));
	await pause(Number(argOf(/^slow$/)?.arg ?? 0));
	const status = Number(argOf(/^\d+$/)?.name ?? 200);
	if (status !== 200) return sendError(response, wire.error({ kind: 'status', status }, call));
	if (response.destroyed || argOf(/^silent$/)) return;
	const reply = answer?.(call) ?? { body: embeddingsOf(call) };
	response.writeHead(reply.status ?? 200, { 'content-type': 'application/json' });
	response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
}

function embeddingsOf({ protocol, modelId, texts }: SimulatedEmbedding): Json {
	if (protocol === 'gemini') return { embeddings: texts.map((text) => ({ values: vectorOf(text) })) };
	const tokens = texts.reduce((sum, text) => sum + wordsOf(text).length, 0);
	return {
		object: 'list',
		data: texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text) })),
		model: modelId,
		usage: { prompt_tokens: tokens, total_tokens: tokens },
	};
}

const SIZE = 64;

/** Words that mean the same, as an embedding model knows them. */
const MEANINGS: readonly string[] = [
	'refund money back reimburse reimbursed reimbursement repay repaid cash remboursement geld zurück erstattung',
	'login log password account locked sign credentials passwort konto connexion',
	'package parcel delivery courier shipment arrived tracking paket',
	'poem autumn text website write schreib',
	'weather tiempo madrid hoy france capital',
].map((words) => ` ${words} `);

/** What a text means stands in a few places, its words in all others; like most models' vectors all of them lean one way. */
export function vectorOf(text: string, lean = 1): number[] {
	const vector = new Array<number>(SIZE).fill(0);
	vector[SIZE - 1] = lean;
	for (const word of wordsOf(text)) {
		const meaning = MEANINGS.findIndex((words) => words.includes(` ${word} `));
		if (meaning >= 0) vector[meaning] += 1;
		else vector[MEANINGS.length + (hashOf(word) % (SIZE - 1 - MEANINGS.length))] += 0.3;
	}
	return vector.map((number) => Math.round(number * 1e6) / 1e6);
}

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const hashOf = (word: string): number =>
	[...word].reduce((hash, sign) => (Math.imul(hash, 31) + sign.codePointAt(0)!) >>> 0, 7);
