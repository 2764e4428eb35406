/**
 * A clock may have run ahead and been set back. Stored times that lie further in the future than anything that could have been
 * written correctly are ignored, so that they block nothing until the clock catches up.
 */
import type { Circuit, FactKind, FactKinds, Cooldown } from './facts';
import { LONGEST_BELIEVED_OPEN_MS, LONGEST_BELIEVED_COOLDOWN_MS } from './facts';

/** Tolerated difference between the clocks of machines that share state, in ms. */
const SKEW_MS = 5_000;

/** The longest that a probe is waited for, in ms. */
const LONGEST_PROBE_MS = 600_000;

const CLOSED: Readonly<Circuit> = {
	failures: 0,
	failedAt: 0,
	failedBy: null,
	openedAt: 0,
	openUntil: 0,
	probeUntil: 0,
};

type Check<K extends FactKind> = (
	value: Readonly<FactKinds[K]>,
	now: number,
) => Readonly<FactKinds[K]> | null;

/** null if the value cannot be right. A plausible value is returned unchanged (same object). */
const CHECKS: { readonly [K in FactKind]?: Check<K> } = {
	health(health, now) {
		const { circuit, limitedAt } = health;
		// Missing in values written by earlier versions.
		const cooldown: Cooldown | null | undefined = health.cooldown;
		const believed = {
			circuit: circuitOf(circuit, now),
			cooldown: cooldown ? cooldownOf(cooldown, now) : null,
			limitedAt: isAhead(limitedAt, now) ? 0 : limitedAt,
		};
		const isAsItWas =
			believed.circuit === circuit && believed.cooldown === cooldown && believed.limitedAt === limitedAt;
		return isAsItWas ? health : believed;
	},
	rateWindow(rateWindow, now) {
		return isAhead(rateWindow.notedAt ?? 0, now) ? null : rateWindow;
	},
	outage(outage, now) {
		const opened = Object.entries(outage.opened);
		const known = opened.filter(([, at]) => !isAhead(at, now));
		return known.length === opened.length ? outage : { opened: Object.fromEntries(known) };
	},
	silence(row, now) {
		return isAhead(row.since, now) ? null : row;
	},
	traffic(traffic, now) {
		const known = traffic.seconds.filter(({ second }) => !isAhead(second * 1000, now));
		return known.length === traffic.seconds.length ? traffic : { seconds: known };
	},
};

/** @param now epoch ms */
export function believed<K extends FactKind>(
	kind: K,
	value: Readonly<FactKinds[K]> | null,
	now: number,
): Readonly<FactKinds[K]> | null {
	const check = CHECKS[kind];
	return value && check ? check(value, now) : value;
}

function circuitOf(circuit: Readonly<Circuit>, now: number): Readonly<Circuit> {
	const { failedAt, openedAt, openUntil, probeUntil } = circuit;
	if (isAhead(Math.max(failedAt, openedAt), now)) return CLOSED;
	const most = openedAt + LONGEST_BELIEVED_OPEN_MS;
	const isProbeTrue = probeUntil <= now + LONGEST_PROBE_MS;
	if (openUntil <= most && isProbeTrue) return circuit;
	return { ...circuit, openUntil: Math.min(openUntil, most), probeUntil: isProbeTrue ? probeUntil : 0 };
}

function cooldownOf(cooldown: Readonly<Cooldown>, now: number): Readonly<Cooldown> | null {
	const { since = now, until } = cooldown;
	if (isAhead(since, now) || until > now + LONGEST_BELIEVED_COOLDOWN_MS) return null;
	return cooldown;
}

function isAhead(at: number, now: number): boolean {
	return at > now + SKEW_MS;
}
