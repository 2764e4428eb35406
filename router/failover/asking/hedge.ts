/** When a hedge starts beside a silent model. */
import { percentile } from '../health/latency';
import type { Latency } from '../../state/state';
import type { Model, Surroundings } from '../../types';
import { isReasoning, LONGEST_SLEEP_MS, zeroIsNone } from '../calling/deadlines';
import type { FailoverSettings } from '../settings';

/** Defaults from the public contract, in ms. */
const PLAIN_MS = 8_000;
const REASONING_MS = 45_000;

/** After this many samples the model's own latency decides what silence is unusual: 95th percentile × 1.5. */
const ENOUGH = 20;
const SHARE = 0.95;
const ALLOWANCE = 1.5;
const LEAST_OF_SETTING = 0.5;

/**
 * At an endpoint that has fallen silent, only every fifth call is given the time that a slow model needs. That is
 * enough to find out that it is slow, and the other calls do not pay for it if it is down.
 */
const PATIENT_CALLS = 5;

/**
 * Silence after which a hedge starts beside this model, in ms; `Infinity` for never.
 * @param silentCalls consecutive calls without a token, once there are enough to call the endpoint silent; otherwise
 * 0
 */
export function hedgeDelay(
	model: Model,
	settings: FailoverSettings,
	latency: Readonly<Latency> | null,
	silentCalls: number,
): number {
	// This tier may be silent: the same model is asked at its standard tier afterwards, but not as a hedge.
	if (model.tierPatienceMs !== undefined) return Infinity;
	const setting = zeroIsNone(settings.hedgeAfterMs ?? (isReasoning(model) ? REASONING_MS : PLAIN_MS));
	if (setting === Infinity || !latency || latency.firstTokens.length < ENOUGH) return setting;
	const usual = Math.max(setting * LEAST_OF_SETTING, percentile(latency.firstTokens, SHARE) * ALLOWANCE);
	return silentCalls % PATIENT_CALLS === 0 ? usual : Math.min(usual, setting);
}

/** Whether one model has been silent for long, over several calls. */
export class SilenceTimer {
	private timer: AbortController | null = null;

	private long = false;

	/** @param onLong called when the silence has lasted long enough */
	constructor(
		private readonly surroundings: Surroundings,
		private readonly onLong: () => void,
	) {}

	get isLong(): boolean {
		return this.long;
	}

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

	/** The first token arrived, or the call ended. */
	end(): void {
		this.long = false;
		// An explicit reason saves creating an error, which would cost more than everything else here.
		this.timer?.abort('over');
		this.timer = null;
	}
}
