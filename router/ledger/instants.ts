/** Dates as people write them, in a time zone. */
import { offsetAt, periodAt } from './periods';

const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?$/;

/**
 * Epoch ms of `2026-10-25`, `2026-10-25T08:00` or a time with an offset; undefined for an empty text, null if it is no date. A time
 * that the clock skips counts as an hour later. @param isEnd whether a date alone means its end
 */
export function instantOf(written: string, timeZone: string, isEnd: boolean): number | undefined | null {
	const text = written.trim();
	if (text === '') return undefined;
	const match = WRITTEN.exec(text);
	if (!match) {
		const at = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : NaN;
		return Number.isNaN(at) ? null : at;
	}
	const [, year, month, day, hour, minute, second = '0'] = match;
	const wall = Date.UTC(+year, +month - 1, +day, +(hour ?? 0), +(minute ?? 0), +second);
	// 31 February does not exist.
	if (new Date(wall).getUTCDate() !== +day || +month > 12 || +(hour ?? 0) > 24) return null;
	const at = atWallClock(wall, timeZone);
	return hour === undefined && isEnd ? periodAt('day', at, timeZone).to : at;
}

/** The instant at which clocks of the zone show this. Two steps, as the offset may change between guess and result. */
function atWallClock(wall: number, timeZone: string): number {
	const guess = wall - offsetAt(wall, timeZone);
	return wall - offsetAt(guess, timeZone);
}
