/** One request for the vectors of many texts, in as many pieces as the server takes. */
import { ModelError } from '../../types';
import type { Embedded, EmbeddingClient, Usage } from '../../types';
import { userMessage } from '../../text/parts';
import { toModelError } from '../errors/errors';
import type { ErrorDialect } from '../errors/errors';
import type { EmbeddingSettings } from '../settings';
import { opened } from './call';
import { readVectors } from './vectors';
import type { ReadVectors } from './vectors';

/** What each protocol does in its own way. */
export interface EmbeddingProtocol {
	settings: EmbeddingSettings;
	dialect: ErrorDialect;
	/** Header values that are never shown. */
	secrets: readonly string[];
	load(key: string): Promise<unknown>;
	send(texts: readonly string[], key: string, signal: AbortSignal): Promise<Response>;
	/** Of an answer without its vectors. */
	usageIn(body: ReadVectors['body']): Usage | null;
}

/** Gemini takes 100 texts at once, OpenAI 2,048. */
const MOST_TEXTS = 100;

/** Of servers that do not say how many: Alibaba's takes ten. */
const FEW_TEXTS = 10;

/** Requests at one time. */
const AT_ONCE = 4;

/** How often it is found out that a server takes fewer texts at once. */
const TRIES = 2;

export function createEmbeddingClient(protocol: EmbeddingProtocol): EmbeddingClient {
	const { settings } = protocol;
	let most = MOST_TEXTS;
	return {
		prepare: (key) => opened(settings.fetch, protocol.load(key)),
		async embed(texts, key, signal) {
			for (let tries = 0; ; tries++) {
				try {
					return await inPieces(protocol, texts, most, key, signal);
				} catch (error) {
					const fewer = tries < TRIES && error instanceof ModelError ? fewerTexts(error, texts, most) : null;
					if (fewer === null) throw error;
					most = fewer;
				}
			}
		},
	};
}

async function inPieces(
	protocol: EmbeddingProtocol,
	texts: readonly string[],
	most: number,
	key: string,
	signal: AbortSignal,
): Promise<Embedded> {
	const pieces = Array.from({ length: Math.ceil(texts.length / most) }, (_, at) =>
		texts.slice(at * most, (at + 1) * most),
	);
	const answers: Embedded[] = [];
	for (let at = 0; at < pieces.length; at += AT_ONCE) {
		const together = pieces.slice(at, at + AT_ONCE).map((piece) => once(protocol, piece, key, signal));
		// All are waited for: a late failure must have somebody who hears of it.
		const settled = await Promise.allSettled(together);
		const failed = settled.find((one) => one.status === 'rejected');
		if (failed) throw failed.reason;
		answers.push(...(await Promise.all(together)));
	}
	const vectors = answers.flatMap((answer) => answer.vectors);
	if (vectors.some(({ length }) => length !== vectors[0]!.length))
		throw new ModelError('invalidOutput', 'The embedding model sent vectors of several sizes.', {
			inAnswer: true,
		});
	return { vectors, usage: sumOf(answers.map(({ usage }) => usage)) };
}

async function once(
	{ settings, dialect, secrets, send, usageIn }: EmbeddingProtocol,
	texts: readonly string[],
	key: string,
	signal: AbortSignal,
): Promise<Embedded> {
	const { now, sleep } = settings;
	const request = {
		messages: texts.map((text) => userMessage(text)),
		format: { type: 'text' as const },
		limits: {},
	};
	try {
		signal.throwIfAborted();
		const response = await send(texts, key, signal);
		const { vectors, body } = await readVectors(response, texts.length, {
			label: dialect.label,
			signal,
			now,
			sleep,
		});
		return { vectors, usage: usageIn(body) };
	} catch (error) {
		throw toModelError(error, { dialect, secrets: [key, ...secrets], request, signal, now });
	}
}

function sumOf(usages: ReadonlyArray<Usage | null>): Usage | null {
	return usages.reduce((sum, usage) => {
		if (!sum || !usage) return null;
		const costNano =
			sum.costNano === undefined || usage.costNano === undefined ? undefined : sum.costNano + usage.costNano;
		const { costNano: _, ...rest } = sum;
		return {
			...rest,
			inputTokens: sum.inputTokens + usage.inputTokens,
			totalTokens: sum.totalTokens + usage.totalTokens,
			...(costNano !== undefined && { costNano }),
		};
	});
}

/** `at most 100 requests can be in one batch`, `batch size 37 > maximum allowed batch size 32`, `The max number of inputs is 16`. */
const OF_BATCH =
	/batch|too many (?:inputs|texts|requests in)|(?:number|array|list) of (?:inputs?|texts)|inputs? (?:array|list)/i;

/** null: the refusal is about something else. */
function fewerTexts({ status, message }: ModelError, texts: readonly string[], most: number): number | null {
	const sent = Math.min(texts.length, most);
	if (sent < 2 || ![400, 413, 422].includes(status ?? 0) || !OF_BATCH.test(message)) return null;
	const named = (message.match(/\d+/g) ?? []).map(Number).filter((number) => number > 0 && number < sent);
	if (named.length > 0) return Math.max(...named);
	return sent > FEW_TEXTS ? FEW_TEXTS : 1;
}
