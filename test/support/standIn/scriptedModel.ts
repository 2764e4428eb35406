import { ModelError } from '../../../router/types';
import type {
	AnswerPart,
	ErrorCategory,
	Model,
	ModelClient,
	ModelRequest,
	Surroundings,
	Usage,
} from '../../../router/types';

/** What a scripted model does in one call, step by step. */
export type Step =
	/** Waits, in ms. */
	| { wait: number }
	/** Waits for ever. */
	| 'hang'
	| AnswerPart
	| Error;
export type Play = readonly Step[];

export interface ScriptedClient extends ModelClient {
	/** Every call so far; `at` in epoch ms. */
	calls: Array<{ at: number; request: ModelRequest; key: string; signal: AbortSignal; closed: boolean }>;
}

export const USAGE: Usage = {
	inputTokens: 10,
	outputTokens: 5,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 15,
};

export const text = (words: string): AnswerPart => ({ type: 'text', text: words });
export const end = (
	finishReason: Extract<AnswerPart, { type: 'end' }>['finishReason'] = 'stop',
	usage: Usage | null = USAGE,
	detail?: string,
): AnswerPart => ({ type: 'end', finishReason, usage, detail });
export const whole = (words = 'whole'): Play => [text(words), end()];
export const fails = (
	category: ErrorCategory,
	details: { status?: number; retryAfterMs?: number } = {},
	message = `it failed: ${category}`,
): Play => [new ModelError(category, message, details)];

/** Plays one play a call, the last one again and again. `deaf`: it ignores its signal, as a broken client does. */
export function scriptedClient(
	surroundings: Surroundings,
	plays: readonly Play[],
	{ deaf = false } = {},
): ScriptedClient {
	const calls: ScriptedClient['calls'] = [];
	async function* stream(request: ModelRequest, key: string, signal: AbortSignal): AsyncIterable<AnswerPart> {
		const call = { at: surroundings.now(), request, key, signal, closed: false };
		const play = plays[Math.min(calls.push(call), plays.length) - 1];
		try {
			for (const step of play) {
				if (step === 'hang') await forever(deaf ? undefined : signal);
				else if (step instanceof Error) throw step;
				else if ('wait' in step) await surroundings.sleep(step.wait, deaf ? undefined : signal);
				else yield step;
				if (signal.aborted && !deaf) throw new ModelError('cancelled', 'aborted');
			}
		} finally {
			call.closed = true;
		}
	}
	return { calls, stream };
}

function forever(signal: AbortSignal | undefined): Promise<void> {
	return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
}

export function modelOf(alias: string, client: ModelClient | null, more: Partial<Model> = {}): Model {
	return {
		alias,
		provider: 'openAi',
		modelId: `${alias}-1`,
		client,
		keys: ['key'],
		endpoint: `openAi https://${alias}.test ${alias}-1`,
		quality: 50,
		prices: null,
		contextWindow: null,
		accepts: new Set(),
		reasoning: false,
		weight: 1,
		...more,
	};
}
