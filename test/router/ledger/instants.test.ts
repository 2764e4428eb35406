import { instantOf } from '../../../router/ledger/instants';

const BERLIN = 'Europe/Berlin';

test.each([
	['2026-10-25', false, '2026-10-24T22:00:00Z'],
	// The day on which clocks are put back has 25 hours.
	['2026-10-25', true, '2026-10-25T23:00:00Z'],
	['2026-10-25T08:30', true, '2026-10-25T07:30:00Z'],
	['2026-07-01 08:30:15', false, '2026-07-01T06:30:15Z'],
	['2026-07-01T08:30:00.000+05:30', false, '2026-07-01T03:00:00Z'],
	['2026-07-01T08:30:00Z', false, '2026-07-01T08:30:00Z'],
	// Skipped by the clock.
	['2026-03-29T02:30', false, '2026-03-29T01:30:00Z'],
])('%s (end: %s) is %s', (written, isEnd, expected) => {
	expect(instantOf(written, BERLIN, isEnd)).toBe(Date.parse(expected));
});

test.each(['2026-02-30', '2026-13-01', 'tomorrow', '25.10.2026', '2026-10-25T25:00'])(
	'%s is no date',
	(written) => {
		expect(instantOf(written, BERLIN, false)).toBeNull();
	},
);

test('nothing written is no bound', () => {
	expect(instantOf('  ', BERLIN, false)).toBeUndefined();
});
