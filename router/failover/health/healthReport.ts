/** The state of each endpoint, from circuits, cooldowns, latencies and the ledger. */
import { CLOSED, stateOf } from './circuit';
import type { FactChange, FactStore, Health, State } from '../../state/state';
import type { ErrorCategory, Surroundings } from '../../types';
import { DAY_MS } from '../../types/time';

/** The error rate covers the last day. */
const SEEN_MS = DAY_MS;

/** Hexadecimal digits of a key's hash that are shown: enough to tell one's own keys apart. */
const SHOWN_DIGITS = 8;

export interface HealthRow {
	/** Base URL, or the name of the connected node. */
	endpoint: string;
	modelId: string;
	/** Its names in the lists of models; empty if it was not asked within a day. */
	models: string[];
	/** The first digits of the API key's hash; null if nothing is known of a key. */
	key: string | null;
	/** `resting`: in cooldown. The others are the circuit's states. */
	state: 'closed' | 'open' | 'halfOpen' | 'probing' | 'resting';
	/** When it will be asked again, ISO 8601; null: now. */
	until: string | null;
	/** The reason for the cooldown, or of the last failure. */
	because: ErrorCategory | null;
	failuresInARow: number;
	/** Moving averages; null if there are no samples. */
	firstTokenMs: number | null;
	msPerToken: number | null;
	/** Of the model at any endpoint within the last day: calls, failed calls, and their share (0–1). */
	calls: number;
	failed: number;
	errorRate: number | null;
}

/** Endpoints in trouble come first. @throws StateBusy if other processes hold the state for too long */
export async function healthReport(
	{ facts, history }: Pick<State, 'facts' | 'history'>,
	surroundings: Surroundings,
): Promise<HealthRow[]> {
	const now = surroundings.now();
	const counts = await history.attempts({ from: Math.floor(now - SEEN_MS), to: Math.floor(now) + 1 });
	const latencies = new Map((await facts.list('latency')).map(({ key, value }) => [key, value]));
	const known = (await facts.list('health')).map(({ key, value: health }) => {
		const at = key.lastIndexOf('#');
		return { endpoint: key.slice(0, at), key: key.slice(at + 1), health };
	});
	const healthy = [...latencies.keys()]
		.filter((name) => !known.some(({ endpoint }) => endpoint === name))
		.map((endpoint) => ({ endpoint, key: null, health: null }));
	return [...known, ...healthy]
		.map(({ endpoint, key, health }): HealthRow => {
			const [, place = '', modelId = ''] = endpoint.split('|');
			const own = counts.filter((count) => count.modelId === modelId);
			const calls = own.reduce((sum, count) => sum + count.calls, 0);
			const failed = own.reduce((sum, count) => sum + count.failed, 0);
			const latency = latencies.get(endpoint);
			return {
				endpoint: place,
				modelId,
				models: own.map(({ model }) => model).sort(),
				key: key?.slice(0, SHOWN_DIGITS) ?? null,
				...conditionOf(health, now),
				firstTokenMs: rounded(latency?.firstTokenMs),
				msPerToken: rounded(latency?.msPerToken),
				calls,
				failed,
				errorRate: calls === 0 ? null : Number((failed / calls).toFixed(4)),
			};
		})
		.sort(
			(a, b) => Number(b.until !== null) - Number(a.until !== null) || b.failuresInARow - a.failuresInARow,
		);
}

function conditionOf(
	health: Readonly<Health> | null,
	now: number,
): Pick<HealthRow, 'state' | 'until' | 'because' | 'failuresInARow'> {
	if (!health) return { state: 'closed', until: null, because: null, failuresInARow: 0 };
	const { circuit, cooldown } = health;
	const isCoolingDown = cooldown !== null && cooldown.until > now;
	const until = Math.max(isCoolingDown ? cooldown.until : 0, circuit.openUntil);
	return {
		state: isCoolingDown ? 'resting' : stateOf(circuit, now),
		until: until > now ? new Date(until).toISOString() : null,
		because: isCoolingDown ? cooldown.because : circuit.failedBy,
		failuresInARow: circuit.failures,
	};
}

function rounded(value: number | null | undefined): number | null {
	return value === null || value === undefined ? null : Number(value.toFixed(1));
}

/**
 * Forgets failures, so that every model is asked again.
 * @returns how many circuits had failures, and how many keys had a cooldown or had been rate limited; null for what
 * was not requested
 */
export async function forgetTroubles(
	facts: FactStore,
	what: { circuits: boolean; cooldowns: boolean },
): Promise<{ circuits: number | null; cooldowns: number | null }> {
	let circuits = 0;
	let cooldowns = 0;
	const changes: FactChange[] = [];
	for (const { key, value } of await facts.list('health')) {
		const failed = what.circuits && value.circuit.failures > 0;
		const rested = what.cooldowns && (value.cooldown !== null || value.limitedAt > 0);
		if (!failed && !rested) continue;
		circuits += Number(failed);
		cooldowns += Number(rested);
		changes.push({
			kind: 'health',
			key,
			change: (before) =>
				before && {
					circuit: failed ? CLOSED : before.circuit,
					cooldown: rested ? null : before.cooldown,
					limitedAt: rested ? 0 : before.limitedAt,
				},
		});
	}
	if (what.circuits) {
		for (const { key } of await facts.list('outage'))
			changes.push({ kind: 'outage', key, change: () => null });
	}
	await facts.update(changes);
	return { circuits: what.circuits ? circuits : null, cooldowns: what.cooldowns ? cooldowns : null };
}
