import type { NodeExecutionHint } from 'n8n-workflow';

import type { Attempt, Decision } from '../../../router/types';
import { counted, type Unit } from './unit';

/** Waits shorter than this nobody notices, in ms. */
const NOTICED_MS = 500;

/** How long items waited for which model's rate limit, as a bulk run takes as long as its provider lets it. */
export function waitHints(decisions: readonly Decision[], unit: Unit): NodeExecutionHint[] {
	const waits = new Map<string, number[]>();
	for (const { attempts } of decisions) {
		for (const [model, ms] of waitedFor(attempts)) {
			if (ms >= NOTICED_MS) waits.set(model, [...(waits.get(model) ?? []), ms]);
		}
	}
	return [...waits].map(([model, all]) => {
		const average = seconds(all.reduce((sum, ms) => sum + ms, 0) / all.length);
		const longest = seconds(Math.max(...all));
		const words = all.length === 1 ? longest : `${average} on average, ${longest} at most`;
		return {
			message: `${counted(all.length, unit)} waited for the rate limit of "${model}" (${words})`,
			location: 'outputPane',
			type: 'info',
		};
	});
}

/** In the queue before a call, and after a refusal until the next call to the same model, in ms. */
function waitedFor(attempts: readonly Attempt[]): Map<string, number> {
	const waited = new Map<string, number>();
	const add = (model: string, ms: number): void => void waited.set(model, (waited.get(model) ?? 0) + ms);
	const refusedAt = new Map<string, number>();
	for (const { model, startedAt, ms, waitedMs = 0, outcome } of attempts) {
		const since = refusedAt.get(model);
		const start = Date.parse(startedAt);
		add(model, since === undefined ? waitedMs : Math.max(waitedMs, start - since));
		if (outcome === 'rateLimited') refusedAt.set(model, start + ms);
		else refusedAt.delete(model);
	}
	return waited;
}

function seconds(ms: number): string {
	return `${Math.round(ms / 100) / 10} s`;
}
