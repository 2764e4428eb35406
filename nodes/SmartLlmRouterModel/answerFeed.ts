import type { PartEvent } from '../../router/failover/failover';

/** The text of an answer as it is written, as an async iterable. */
export class AnswerFeed {
	private waiting: string[] = [];

	private isOver = false;

	private wake: (() => void) | undefined;

	/** Whether any text has come. */
	isUsed = false;

	push(event: PartEvent): void {
		if (event.type !== 'text') return;
		this.isUsed = true;
		this.waiting.push(event.text);
		this.wake?.();
	}

	end(): void {
		this.isOver = true;
		this.wake?.();
	}

	async *[Symbol.asyncIterator](): AsyncGenerator<string> {
		for (;;) {
			while (this.waiting.length > 0) {
				const text = this.waiting.join('');
				this.waiting = [];
				yield text;
			}
			if (this.isOver) return;
			await new Promise<void>((resolve) => (this.wake = resolve));
		}
	}
}
