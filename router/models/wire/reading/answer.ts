import type { AnswerPart, Surroundings } from '../../../types';
import { allowancesIn } from '../rateLimits';
import { BrokenAnswer } from '../../errors/errors';
import { reached } from '../../errors/network';
import type { AnswerReader, Ending } from './answerReader';
import { Framing, noAnswer } from './framing';
import type { WireEvent } from './framing';

/**
 * How long the rest of a body is read after the end of the answer, in ms: a socket closed halfway cannot be reused
 * for another call.
 */
const DRAIN_MS = 1_000;

const SILENT = Symbol('silent');

export interface Reading {
	/** The provider's name in messages. */
	label: string;
	signal: AbortSignal;
	sleep: Surroundings['sleep'];
	/** Epoch ms. */
	now: Surroundings['now'];
}

type Body = ReadableStreamDefaultReader<Uint8Array>;
type Read = { done: boolean; value?: Uint8Array };

/**
 * The parts of an answer; can be read once. It ends as soon as the answer is whole: after the finish reason came the
 * protocol's end, a moment of silence, or the end of the connection, orderly or not. An answer that is not whole ends
 * without an `end` part, and what went wrong in it is thrown.
 */
export async function* readAnswer(
	response: Response,
	reader: AnswerReader,
	reading: Reading,
): AsyncGenerator<AnswerPart, void, undefined> {
	const { label } = reading;
	const framing = new Framing(response.headers, label);
	const body: Body | undefined = response.body?.getReader();
	if (!body) throw new BrokenAnswer(noAnswer(label, 'nothing'));
	const source = new Source(body, reading);
	const allowances = allowancesIn(response.headers, reading.now());
	if (allowances.length > 0) yield { type: 'limits', allowances };
	try {
		for (let ending: Ending | null = null; ending === null;) {
			const { chunk, over } = await source.next(reader, framing);
			ending = over;
			const wasFinished = reader.isFinished;
			const hasNews = take(chunk ? framing.take(chunk) : framing.end(), reader);
			// A truncated event only matters if something still had to follow.
			const failure = over && wasFinished ? null : framing.failure;
			yield* reader.drain();
			if (reader.isClosed) ending = 'closed';
			else if (failure) throw failure;
			if (hasNews) source.hasNews();
			if (ending === 'closed' && !reader.isFinished && !reader.isUnderstood && framing.sawJson) {
				throw noAnswer(label, 'JSON that is no answer of a model');
			}
			if (ending) yield* reader.end(ending);
		}
	} catch (error) {
		yield* reader.lastWords();
		throw new BrokenAnswer(error);
	} finally {
		source.close(reader.isClosed);
	}
}

function take(events: readonly WireEvent[], reader: AnswerReader): boolean {
	for (const event of events) {
		if (reader.isClosed) break;
		reader.take(event);
	}
	return events.length > 0;
}

/** A body's bytes, with a time limit once nothing more has to follow. */
class Source {
	private isOver = false;

	/** The silence timer since the last event. */
	private silence: { passed: Promise<typeof SILENT>; timer: AbortController } | null = null;

	constructor(
		private readonly body: Body,
		private readonly reading: Reading,
	) {}

	async next(reader: AnswerReader, framing: Framing): Promise<{ chunk?: Uint8Array; over: Ending | null }> {
		const { label, signal } = this.reading;
		const isWaiting = reader.isFinished || framing.mayBeWhole;
		const read: Promise<Read> = this.body.read();
		if (isWaiting) this.silence ??= this.listen(reader.silenceMs);
		let got: Read | typeof SILENT;
		try {
			got = await (this.silence ? Promise.race([read, this.silence.passed]) : read);
			// It only looked like a whole JSON value, so we keep waiting.
			if (got === SILENT && !reader.isFinished && !framing.isWhole()) got = await read;
		} catch (error) {
			this.isOver = true;
			if (signal.aborted || !isWaiting) return await reached(Promise.reject(error), label, signal);
			return { over: 'cut' };
		}
		if (got === SILENT) {
			// It ends with the body, which nobody reads any further.
			read.catch(() => undefined);
			return { over: 'silent' };
		}
		this.isOver = got.done;
		return got.done ? { over: 'closed' } : { chunk: got.value!, over: null };
	}

	/** Silence is counted from the last event; comments do not count. */
	hasNews(): void {
		this.silence?.timer.abort('over');
		this.silence = null;
	}

	/** @param isWhole the answer is whole, so nothing that may follow is needed */
	close(isWhole: boolean): void {
		this.hasNews();
		if (this.isOver) return;
		if (isWhole) void this.drain().catch(() => undefined);
		else void this.body.cancel().catch(() => undefined);
	}

	private async drain(): Promise<void> {
		const { passed, timer } = this.listen(DRAIN_MS);
		const rest = async (): Promise<void> => {
			while (!(await this.body.read()).done);
		};
		await Promise.race([rest().catch(() => undefined), passed]);
		timer.abort('over');
		await this.body.cancel();
	}

	private listen(ms: number): { passed: Promise<typeof SILENT>; timer: AbortController } {
		const timer = new AbortController();
		return { passed: this.reading.sleep(ms, timer.signal).then(() => SILENT), timer };
	}
}
