import type { Surroundings } from '../../types';

/** Rings once, at the time that was set last. */
export class Alarm {
	private timer: { at: number; abort: AbortController } | null = null;

	constructor(
		private readonly surroundings: Surroundings,
		private readonly ring: () => void,
		/** The clock that the times refer to. */
		private readonly now: () => number,
	) {}

	/** @param at `Infinity`: never */
	set(at: number): void {
		if (this.timer?.at === at) return;
		// An explicit reason saves creating an error, which would cost more than everything else here.
		this.timer?.abort.abort('over');
		this.timer = null;
		if (at === Infinity) return;
		const abort = new AbortController();
		this.timer = { at, abort };
		void this.surroundings.sleep(Math.max(0, at - this.now()), abort.signal).then(() => {
			if (abort.signal.aborted) return;
			this.timer = null;
			this.ring();
		});
	}
}
