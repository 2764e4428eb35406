/** When a silent model gets company. */
import { percentile } from '../health/latency';
import type { Latency } from '../../state/state';
import type { Model, Surroundings } from '../../types';
import { isReasoning, LONGEST_SLEEP_MS, zeroIsNone } from '../calling/deadlines';
import type { FailoverSettings } from '../settings';

/** The public contract's defaults, in ms. */
const PLAIN_MS = 8_000;
const REASONING_MS = 45_000;

/** Once a model has been seen this often, its own pace tells what silence is unusual: 95th percentile × 1.5. */
const ENOUGH = 20;
const SHARE = 0.95;
const ALLOWANCE = 1.5;
const LEAST_OF_SETTING = 0.5;

/**
 * Of an endpoint that has fallen silent only every fifth call is waited for as long as it would need if it were slow:
 * enough to learn that it is, and the others do not pay for it where it is down.
 */
const PATIENT_CALLS = 5;

/**
 * Silence after which the next candidate starts beside this model, in ms; `Infinity` for never.
 * @param silentCalls how many in a row got no token, for as long as an endpoint takes to be called silent; else 0
 */
export function hedgeDelay(
	model: Model,
	settings: FailoverSettings,
	latency: Readonly<Latency> | null,
	silentCalls: number,
): number {
	// It may be silent: the same model is asked at its other tier, but not beside it.
	if (model.tierPatienceMs !== undefined) return Infinity;
	const setting = zeroIsNone(settings.hedgeAfterMs ?? (isReasoning(model) ? REASONING_MS : PLAIN_MS));
	if (setting === Infinity || !latency || latency.firstTokens.length < ENOUGH) return setting;
	const usual = Math.max(setting * LEAST_OF_SETTING, percentile(latency.firstTokens, SHARE) * ALLOWANCE);
	return silentCalls % PATIENT_CALLS === 0 ? usual : Math.min(usual, setting);
}

/** Whether one model has been silent for long, call after call. */
export class SilenceTimer {
	private timer: AbortController | null = null;

	private long = false;

	/** @param onLong called when it has become so */
	constructor(
		private readonly surroundings: Surroundings,
		private readonly onLong: () => void,
	) {}

	get isLong(): boolean {
		return this.long;
	}

	/** A call begins. */
	begin(delayMs: number): void {
		if (delayMs > LONGEST_SLEEP_MS) return;
		const timer = new AbortController();
		this.timer = timer;
		void this.surroundings.sleep(delayMs, timer.signal).then(() => {
			if (timer.signal.aborted) return;
			this.long = true;
			this.onLong();
		});
	}

	/** Its first token came, or it is over. */
	end(): void {
		this.long = false;
		// With a reason of its own no error is made, which would cost more than the rest.
		this.timer?.abort('over');
		this.timer = null;
	}
}
