/**
 * Calls that the provider presumably accepted, although their first words take long: refusals come fast. Waiting for
 * the words of a model that thinks for half a minute would tell about a limit of seconds far too late.
 */

/** A call that was not refused for this long counts as accepted, in ms. */
const PATIENCE_MS = 2_000;

export class Presumed {
	/** By number, oldest first. */
	private readonly calls = new Map<number, { startedAt: number; accept: () => void }>();

	add(seq: number, startedAt: number, accept: () => void): void {
		this.calls.set(seq, { startedAt, accept });
	}

	delete(seq: number): void {
		this.calls.delete(seq);
	}

	/** When the next call counts as accepted; `Infinity`: there is none. */
	get nextAt(): number {
		const [first] = this.calls.values();
		return first ? first.startedAt + PATIENCE_MS : Infinity;
	}

	/** Accepts those that are due. */
	accept(now: number): void {
		for (const [seq, { startedAt, accept }] of this.calls) {
			if (now < startedAt + PATIENCE_MS) return;
			this.calls.delete(seq);
			accept();
		}
	}
}
