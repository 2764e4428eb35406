/**
 * Calendar hours, days and months of a time zone, including clock changes. Not luxon's `startOf` and `endOf`: they give Lord Howe's
 * half hour no length, and let two days overlap in Havana, where the clock goes back at midnight, so that a budget would count an hour
 * twice (compared for 16 zones, 2005 to 2026).
 */
import { ConfigurationError, type Period } from '../types';
import type { TimeSpan } from '../state/state';
import { MINUTE_MS } from '../types/time';

export type CalendarPeriod = Exclude<Period, 'execution'>;

/** Upper bounds in minutes: a day has up to 25 hours, and zones have skipped whole days. Clocks change at whole minutes of UTC. */
const LONGEST: Readonly<Record<CalendarPeriod, number>> = { hour: 2 * 60, day: 50 * 60, month: 33 * 24 * 60 };
/** Length of the prefix of `2026-10-25T02:30 GMT+02:00` that is constant within the period. */
const SHARED_LENGTH: Readonly<Record<CalendarPeriod, number>> = { hour: 13, day: 10, month: 7 };

const clocks = new Map<string, Clock>();

/**
 * The period that contains `at`. A repeated hour is two periods.
 * @param at epoch ms @param timeZone IANA name @throws ConfigurationError for an unknown zone
 */
export function periodAt(period: CalendarPeriod, at: number, timeZone: string): TimeSpan {
	return clockOf(timeZone).periodAt(period, Math.floor(at));
}

/** The periods that overlap the span, cut to it, ascending. */
export function periodsWithin(period: CalendarPeriod, { from, to }: TimeSpan, timeZone: string): TimeSpan[] {
	const spans: TimeSpan[] = [];
	for (let at = from; at < to;) {
		const end = Math.min(to, periodAt(period, at, timeZone).to);
		spans.push({ from: at, to: end });
		at = end;
	}
	return spans;
}

/** Name of the period that contains `at`: `2026-10-25`, or `2026-10-25T02:00+02:00`. */
export function nameOfPeriod(period: 'hour' | 'day', at: number, timeZone: string): string {
	const clock = clockOf(timeZone);
	const local = clock.local(clock.periodAt(period, Math.floor(at)).from);
	return period === 'day' ? local.slice(0, 10) : local.slice(0, 16) + (local.slice(20) || '+00:00');
}

/** `2026-10-25 02:30`, for people. */
export function localTime(at: number, timeZone: string): string {
	return clockOf(timeZone).local(at).slice(0, 16).replace('T', ' ');
}

/** Offset of the zone from UTC at a time, in ms. */
export function offsetAt(at: number, timeZone: string): number {
	const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
	return Date.parse(`${clockOf(timeZone).local(minute).slice(0, 16)}Z`) - minute;
}

function clockOf(timeZone: string): Clock {
	const known = clocks.get(timeZone);
	if (known) return known;
	const clock = new Clock(timeZone);
	clocks.set(timeZone, clock);
	return clock;
}

class Clock {
	private readonly format: Intl.DateTimeFormat;

	/** The last result; most calls ask for the same. */
	private readonly latest = new Map<CalendarPeriod, TimeSpan>();

	constructor(timeZone: string) {
		try {
			this.format = new Intl.DateTimeFormat('en-US-u-ca-iso8601-nu-latn', {
				timeZone,
				year: 'numeric',
				month: '2-digit',
				day: '2-digit',
				hour: '2-digit',
				minute: '2-digit',
				hourCycle: 'h23',
				timeZoneName: 'longOffset',
			});
		} catch {
			throw new ConfigurationError(
				'Timezone',
				`"${timeZone}" is no time zone`,
				'Choose one in the settings of the workflow, such as Europe/Berlin',
			);
		}
	}

	periodAt(period: CalendarPeriod, at: number): TimeSpan {
		const latest = this.latest.get(period);
		if (latest && at >= latest.from && at < latest.to) return latest;
		const name = this.name(period, at);
		const isOther = (minute: number) => this.name(period, minute * MINUTE_MS) !== name;
		const now = Math.floor(at / MINUTE_MS);
		const from = 1 + lastWhere(isOther, now - LONGEST[period], now);
		const to = 1 + lastWhere((minute) => !isOther(minute), now, now + LONGEST[period]);
		const found = { from: from * MINUTE_MS, to: to * MINUTE_MS };
		this.latest.set(period, found);
		return found;
	}

	/** `2026-10-25T02:30 GMT+02:00` */
	local(at: number): string {
		const parts: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {};
		for (const { type, value } of this.format.formatToParts(at)) parts[type] = value;
		const { year = '', month = '', day = '', hour = '', minute = '', timeZoneName = '' } = parts;
		return `${year}-${month}-${day}T${hour}:${minute} ${timeZoneName}`;
	}

	/** Hours include the offset, so that a repeated hour has two names. */
	private name(period: CalendarPeriod, at: number): string {
		const local = this.local(at);
		return local.slice(0, SHARED_LENGTH[period]) + (period === 'hour' ? local.slice(16) : '');
	}
}

/** The last integer in [low, high) for which `holds` is true. It is true at `low`, and false from some point on. */
function lastWhere(holds: (value: number) => boolean, low: number, high: number): number {
	let [last, first] = [low, high];
	while (first - last > 1) {
		const middle = Math.floor((last + first) / 2);
		if (holds(middle)) last = middle;
		else first = middle;
	}
	return last;
}
