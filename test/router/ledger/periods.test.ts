import { localTime, nameOfPeriod, periodAt, periodsWithin } from '../../../router/ledger/periods';
import type { CalendarPeriod } from '../../../router/ledger/periods';
import type { TimeSpan } from '../../../router/state/state';
import { ConfigurationError, PERIODS } from '../../../router/types';

const iso = ({ from, to }: { from: number; to: number }) =>
	[from, to].map((at) => new Date(at).toISOString().slice(0, 16));

const YEAR = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2027, 0, 1) };
/** In autumn, as a year of hours takes long to count. */
const AUTUMN = { from: Date.UTC(2026, 8, 28), to: Date.UTC(2026, 10, 8) };
/** How many of a period a span overlaps, at least and at most: the first and the last may be parts, an hour may be repeated. */
const COUNTED: Readonly<Record<CalendarPeriod, [within: TimeSpan, least: number, most: number]>> = {
	hour: [AUTUMN, 41 * 24, 41 * 24 + 2],
	day: [YEAR, 366, 366],
	month: [YEAR, 13, 13],
};

describe('a period', () => {
	it.each<[CalendarPeriod, string, string, string, string]>([
		['day', 'UTC', '2026-01-01T23:59', '2026-01-01T00:00', '2026-01-02T00:00'],
		['day', 'Europe/Berlin', '2026-10-25T12:00', '2026-10-24T22:00', '2026-10-25T23:00'],
		['day', 'Europe/Berlin', '2026-03-29T12:00', '2026-03-28T23:00', '2026-03-29T22:00'],
		['day', 'Asia/Beirut', '2026-03-29T12:00', '2026-03-28T22:00', '2026-03-29T21:00'],
		['day', 'America/New_York', '2026-11-01T12:00', '2026-11-01T04:00', '2026-11-02T05:00'],
		['hour', 'Europe/Berlin', '2026-10-25T00:30', '2026-10-25T00:00', '2026-10-25T01:00'],
		['hour', 'Europe/Berlin', '2026-10-25T01:30', '2026-10-25T01:00', '2026-10-25T02:00'],
		['hour', 'Asia/Kathmandu', '2026-01-01T00:20', '2026-01-01T00:15', '2026-01-01T01:15'],
		['month', 'Europe/Berlin', '2026-03-31T22:30', '2026-03-31T22:00', '2026-04-30T22:00'],
		['month', 'Pacific/Kiritimati', '2026-01-31T10:00', '2026-01-31T10:00', '2026-02-28T10:00'],
	])('(%s, %s) at %s', (period, timeZone, at, from, to) => {
		expect(iso(periodAt(period, Date.parse(`${at}Z`), timeZone))).toEqual([from, to]);
	});

	it.each(['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'America/Havana', 'Asia/Kolkata'])(
		'of %s follows the one before without gap or overlap, over all changes of the clock',
		(timeZone) => {
			for (const period of PERIODS) {
				if (period === 'execution') continue;
				const [within, least, most] = COUNTED[period];
				const spans = periodsWithin(period, within, timeZone);
				expect(spans[0].from).toBe(within.from);
				expect(spans.at(-1)?.to).toBe(within.to);
				spans.slice(1).forEach(({ from }, i) => expect(from).toBe(spans[i].to));
				expect(spans.length).toBeGreaterThanOrEqual(least);
				expect(spans.length).toBeLessThanOrEqual(most);
			}
			const [first, second] = periodsWithin('day', YEAR, timeZone);
			expect(periodAt('day', second.from - 1, timeZone).to).toBe(first.to);
		},
	);

	it('has a name, each repeated hour its own', () => {
		const at = Date.parse('2026-10-25T00:30Z');
		expect(nameOfPeriod('hour', at, 'Europe/Berlin')).toBe('2026-10-25T02:00+02:00');
		expect(nameOfPeriod('hour', at + 3_600_000, 'Europe/Berlin')).toBe('2026-10-25T02:00+01:00');
		expect(nameOfPeriod('hour', at, 'UTC')).toBe('2026-10-25T00:00+00:00');
		expect(nameOfPeriod('day', at, 'America/New_York')).toBe('2026-10-24');
		expect(localTime(at, 'Asia/Tokyo')).toBe('2026-10-25 09:30');
	});

	it('needs a time zone that there is', () => {
		expect(() => periodAt('day', 0, 'Mars/Olympus')).toThrow(ConfigurationError);
	});
});
