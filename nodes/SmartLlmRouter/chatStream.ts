import type { IExecuteFunctions } from 'n8n-workflow';

import type { Policy } from '../../router/walk/walk';
import { hasTrait } from '../../router/policy/policy';
import type { ChatRequest, Decision, Failure } from '../../router/types';
import { failureInWords, type PartEvent } from '../../router/failover/failover';

/** Appended to a message that broke off: `another` where another answer follows, in a message of its own, else `none`. */
export const INTERRUPTED = {
	mark: '\n\n[interrupted',
	another: ', asking again]\n\n',
	none: ']',
} as const;

/** Only a text that is final may be shown as it is written: JSON may have to be repaired, and some strategies put an answer aside. */
export function canStream({ format }: ChatRequest, { mode, rules }: Policy): boolean {
	const mayReject = rules.some(({ enabled, strategy }) => enabled && hasTrait(strategy, 'mayReject'));
	return mode === 'answer' && format.type === 'text' && !mayReject;
}

/** What a chat shows where nothing answered. */
interface FailureWords {
	/** Empty: the reason of the failure is shown. */
	textOnFailure: string;
	/** Visitors see what kind of failure it was, not what the provider said. */
	isPublic: boolean;
}

/** One answer in the chat as it is written. */
export class ChatStream {
	private isOpen = false;

	private hasBegun = false;

	/** The open message is marked as broken off, and waits for how it ends. */
	private isInterrupted = false;

	/** n8n sends chunks one after the other only if each is waited for. */
	private sent: Promise<void> = Promise.resolve();

	constructor(
		private readonly context: Pick<IExecuteFunctions, 'sendChunk'>,
		private readonly itemIndex: number,
		private readonly words: FailureWords = { textOnFailure: '', isPublic: false },
	) {}

	onPart(event: PartEvent): void {
		switch (event.type) {
			case 'begin':
				return this.begin();
			case 'text':
				return this.send('item', event.text);
			case 'interrupted':
				this.isInterrupted = true;
				return this.send('item', INTERRUPTED.mark);
			case 'end':
				return this.end();
		}
	}

	/** Sends what was not streamed, and waits until all is sent. @param decision null where deciding threw */
	async close(decision: Decision | null): Promise<void> {
		this.endInterrupted(INTERRUPTED.none);
		if (this.isOpen) this.end();
		const { answer, failure } = decision ?? {};
		if (answer && !this.hasBegun) {
			// Not streamed: from the cache, for example.
			this.begin();
			this.send('item', answer.text);
			this.end();
		}
		if (failure && failure.category !== 'cancelled') this.fail(failure);
		await this.sent;
	}

	private fail({ category, message }: Failure): void {
		const { textOnFailure, isPublic } = this.words;
		if (textOnFailure === '') {
			this.send('error', isPublic ? `No answer: ${failureInWords(category)}` : message);
			return;
		}
		this.begin();
		this.send('item', textOnFailure);
		this.end();
	}

	private begin(): void {
		this.endInterrupted(INTERRUPTED.another);
		this.isOpen = true;
		this.hasBegun = true;
		this.send('begin');
	}

	private endInterrupted(words: string): void {
		if (!this.isInterrupted) return;
		this.isInterrupted = false;
		this.send('item', words);
		this.end();
	}

	private end(): void {
		this.isOpen = false;
		this.send('end');
	}

	private send(type: Parameters<IExecuteFunctions['sendChunk']>[0], text?: string): void {
		this.sent = this.sent
			.then(async () => await this.context.sendChunk(type, this.itemIndex, text))
			// Whoever closed the chat does not stop the workflow.
			.catch(() => undefined);
	}
}
