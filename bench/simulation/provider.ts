/** A provider of the simulation: what one call to it meets, by the incident of the hour. */
import { join } from 'node:path';

import type {
	AnswerPart,
	ModelClient,
	ModelError,
	ModelRequest,
	Surroundings,
	Usage,
} from '../../router/types';
import type * as Types from '../../router/types';
import { built } from '../measures/builtEngine';
import { exponential, normal, type Incident } from './incidents';

/** Of the package. */
export const ROOT = join(__dirname, '../..');
const types = built<typeof Types>('router/types', ROOT);

/** Outcome of a call; times in ms after it was sent. */
export type Fate =
	| { end: 'whole'; firstTokenMs: number; ms: number }
	/** Looks like an answer but isn't one. */
	| { end: 'empty' | 'unfinished'; firstTokenMs: number; ms: number }
	| { end: 'error'; ms: number; status: number | null; retryAfterMs?: number }
	/** The connection breaks in the middle of the answer. */
	| { end: 'cut'; firstTokenMs: number; ms: number }
	| { end: 'silent' };

/** When all is well, one call in two thousand fails by itself. */
const EVERYDAY_FAILURES = 0.0005;

export const USAGE: Usage = {
	inputTokens: 400,
	outputTokens: 250,
	cachedInputTokens: 0,
	reasoningTokens: 0,
	totalTokens: 650,
};

/** How long the prompt's answer takes where all is well, whoever gives it: 0.6 s to the first token, 2.4 s in all at the median. */
export interface Pace {
	firstTokenMs: number;
	ms: number;
}

export function drawPace(random: () => number): Pace {
	const firstTokenMs = 600 * Math.exp(0.4 * normal(random));
	return { firstTokenMs, ms: firstTokenMs + 1_800 * Math.exp(0.6 * normal(random)) };
}

export class SimulatedProvider {
	constructor(
		private readonly list: readonly Incident[],
		private readonly random: () => number,
	) {}

	/** Whether a call sent at `at` could be answered whole, given enough tries. */
	isWell(at: number): boolean {
		const incident = this.incidentAt(at);
		return incident?.trouble !== 'outage' && incident?.trouble !== 'nonsense';
	}

	/** The fate of a call sent at `at`, ms from the start. */
	fate(at: number, pace: Pace): Fate {
		const incident = this.incidentAt(at);
		const { random } = this;
		switch (incident?.trouble) {
			case undefined:
				return random() < EVERYDAY_FAILURES ? error500(random) : { end: 'whole', ...pace };
			case 'outage':
				return this.failure(incident, pace);
			case 'partial':
				return random() < 0.5 ? this.failure(incident, pace) : { end: 'whole', ...pace };
			case 'brownOut': {
				const slower = 6 + 24 * random();
				return { end: 'whole', firstTokenMs: pace.firstTokenMs * slower, ms: pace.ms * slower };
			}
			case 'storm': {
				if (random() >= 0.7) return { end: 'whole', ...pace };
				const named = random() < 0.5 ? { retryAfterMs: 1_000 + 9_000 * random() } : {};
				return { end: 'error', ms: 80, status: 429, ...named };
			}
			case 'nonsense':
				return { end: random() < 0.6 ? 'empty' : 'unfinished', ...pace };
		}
	}

	private failure({ manner }: Incident, pace: Pace): Fate {
		switch (manner) {
			case 'refused':
				return { end: 'error', ms: 5, status: null };
			case 'error500':
				return error500(this.random);
			case 'error503':
				return { end: 'error', ms: 60, status: 503 };
			case 'silent':
				return { end: 'silent' };
			case 'cut':
				return {
					end: 'cut',
					firstTokenMs: pace.firstTokenMs,
					ms: pace.ms * this.random() + pace.firstTokenMs,
				};
		}
	}

	/** The most recent incident, if it is still going on. */
	private incidentAt(at: number): Incident | undefined {
		const { list } = this;
		let low = 0;
		let high = list.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (list[middle].from <= at) low = middle + 1;
			else high = middle;
		}
		const incident = list[low - 1];
		return incident !== undefined && at < incident.to ? incident : undefined;
	}
}

function error500(random: () => number): Fate {
	return { end: 'error', ms: 50 + exponential(400, random), status: 500 };
}

const STEP_MS = 10_000;

/** A client of the engine; errors are named as the real clients name them. `paces`: of each prompt, by its messages. */
export function clientOf(
	provider: SimulatedProvider,
	{ now, sleep }: Surroundings,
	start: number,
	paces: WeakMap<ModelRequest['messages'], Pace>,
): ModelClient {
	async function* stream(
		{ messages }: ModelRequest,
		_key: string,
		signal: AbortSignal,
	): AsyncIterable<AnswerPart> {
		const pace = paces.get(messages);
		if (!pace) throw new Error('The request came with other messages than it was made of');
		const fate = provider.fate(now() - start, pace);
		if (fate.end === 'silent') {
			await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
			throw new types.ModelError('cancelled', 'aborted');
		}
		if (fate.end === 'error') {
			await pause(fate.ms, signal);
			throw errorOf(fate);
		}
		await pause(fate.firstTokenMs, signal);
		if (fate.end !== 'empty') yield { type: 'text', text: 'An answer' };
		// However slow, a stream goes on in small steps.
		for (let left = fate.ms - fate.firstTokenMs; left > 0; left -= STEP_MS) {
			if (fate.end !== 'empty') yield { type: 'text', text: ' that' };
			await pause(Math.min(left, STEP_MS), signal);
		}
		if (fate.end === 'cut') throw new types.ModelError('network', 'the connection was reset');
		if (fate.end === 'unfinished') return;
		if (fate.end === 'whole') yield { type: 'text', text: ' is whole.' };
		yield { type: 'end', finishReason: 'stop', usage: USAGE };
	}
	const pause = async (ms: number, signal: AbortSignal): Promise<void> => {
		await sleep(ms, signal);
		if (signal.aborted) throw new types.ModelError('cancelled', 'aborted');
	};
	return { stream };
}

function errorOf({ status, retryAfterMs }: Extract<Fate, { end: 'error' }>): ModelError {
	if (status === null) return new types.ModelError('network', 'connection refused');
	const category = status === 429 ? 'rateLimited' : status === 503 ? 'overloaded' : 'serverError';
	return new types.ModelError(category, `HTTP ${status}`, { status, retryAfterMs });
}
