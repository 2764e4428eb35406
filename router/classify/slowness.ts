/** After this many timeouts in a row a model is too slow and is not asked for a while. */
const TIMEOUTS = 3;
const REST_MS = 60_000;

/** Endpoints whose models are named by items could be any number. */
const MOST_ENDPOINTS = 1_000;

/** Which of the models that classify have been too slow lately. Times in epoch ms. */
export class Slowness {
	private readonly late = new Map<string, { timeouts: number; restsUntil: number }>();

	rests(endpoint: string, now: number): boolean {
		return (this.late.get(endpoint)?.restsUntil ?? 0) > now;
	}

	noteTimeout(endpoint: string, now: number): void {
		const timeouts = (this.late.get(endpoint)?.timeouts ?? 0) + 1;
		this.late.set(endpoint, { timeouts, restsUntil: timeouts >= TIMEOUTS ? now + REST_MS : 0 });
		if (this.late.size > MOST_ENDPOINTS) this.late.delete(this.late.keys().next().value as string);
	}

	noteWord(endpoint: string): void {
		this.late.delete(endpoint);
	}
}
