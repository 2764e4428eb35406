/** Limits how many bytes are held in memory at a time: an item without room waits until others are done. */
export class ByteGate {
	private used = 0;

	private readonly waiting: Array<() => void> = [];

	constructor(private readonly most: number) {}

	/** Waits for room, or until the signal aborts. @returns gives the room back */
	async enter(bytes: number, signal: AbortSignal): Promise<() => void> {
		while (!this.hasRoom(bytes) && !signal.aborted) await this.turn(signal);
		this.used += bytes;
		// The next one may have room as well.
		this.wake();
		let isLeft = false;
		return () => {
			if (isLeft) return;
			isLeft = true;
			this.used -= bytes;
			this.wake();
		};
	}

	/** What is larger than the limit goes alone. */
	private hasRoom(bytes: number): boolean {
		return this.used === 0 || this.used + bytes <= this.most;
	}

	private async turn(signal: AbortSignal): Promise<void> {
		await new Promise<void>((resolve) => {
			const go = (): void => {
				signal.removeEventListener('abort', go);
				resolve();
			};
			signal.addEventListener('abort', go, { once: true });
			this.waiting.push(go);
		});
	}

	private wake(): void {
		for (const go of this.waiting.splice(0)) go();
	}
}
