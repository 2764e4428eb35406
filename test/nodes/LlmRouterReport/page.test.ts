import { renderEmail } from '../../../nodes/LlmRouterReport/page/email';
import { count, duration, money, share } from '../../../nodes/LlmRouterReport/page/numbers';
import { renderPage } from '../../../nodes/LlmRouterReport/page/page';
import { endingsOf } from '../../../nodes/LlmRouterReport/page/endings';
import { everyDay } from '../../../nodes/LlmRouterReport/page/days';
import { HOSTILE, madePage } from './madePage';

const hostile = (plain: string): string => plain + HOSTILE;

test('what comes from outside is text, on the page, in its charts and in the email', async () => {
	const data = { ...madePage({ name: hostile }), notices: [HOSTILE], range: HOSTILE };
	for (const file of [await renderPage(data), renderEmail(data)]) {
		expect(file).toContain('&lt;script&gt;document.title=2');
		expect(file).not.toMatch(/<script|<img|"'&<\/style>/);
	}
});

test('nothing is loaded and nothing runs', async () => {
	const page = await renderPage(madePage());
	const addresses = page.match(/(?:https?:)?\/\/[\w.-]+[^"\s]*/g) ?? [];
	// Names of XML, which nothing loads.
	expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg', 'http://www.w3.org/1999/xlink']));
	expect(page).not.toMatch(/<script|\son\w+=|url\((?!#)|@import|<link|<iframe/i);
	expect(page).toContain("default-src 'none'");
});

test('three months with eight models, long names and all, stay under 2 MB', async () => {
	const page = await renderPage(madePage({ days: 92, models: 8, name: (plain) => plain + 'x'.repeat(200) }));
	expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
});

test('an empty range says why it is empty', async () => {
	expect(await renderPage(madePage({ days: 0 }))).toContain('No request was recorded: last 30 days.');
	expect(renderEmail(madePage({ days: 0 }))).toContain('no request was recorded');
});

test('the totals stand on the page and in the email', async () => {
	const data = madePage();
	const { requests = 0, costUsd = 0 } = data.totals ?? {};
	for (const file of [await renderPage(data), renderEmail(data)]) {
		expect(file).toContain(`>${count(requests)}<`);
		expect(file).toContain(`>${money(costUsd)}<`);
	}
});

test('numbers are written as people read them', () => {
	expect([0, 0.000_034, 0.0031, 0.12, 1.24, 12_480.4, -3.5, null].map(money)).toEqual([
		'$0',
		'$0.000034',
		'$0.0031',
		'$0.12',
		'$1.24',
		'$12,480',
		'−$3.50',
		'–',
	]);
	expect([0, 820, 3_412, 59_960, 125_000, null].map(duration)).toEqual([
		'0 ms',
		'820 ms',
		'3.4 s',
		'1 min 0 s',
		'2 min 5 s',
		'–',
	]);
	expect([0, 940, 9_400, 12_345, 1_234_567, 12_345_678].map(count)).toEqual([
		'0',
		'940',
		'9,400',
		'12 k',
		'1.2 M',
		'12 M',
	]);
	expect([
		share(0, 0),
		share(0, 5),
		share(5, 5),
		share(99_999, 100_000),
		share(1, 3),
		share(2, 1000),
	]).toEqual(['–', '0 %', '100 %', '99.99 %', '33 %', '0.20 %']);
});

test('a month with two busy days shows every day of it', () => {
	const [busy] = madePage({ days: 1 }).days;
	const now = Date.parse('2026-10-25T12:00:00Z');
	const rows = ['2026-10-03', '2026-10-20'].map((day) => ({ ...busy!, day }));
	const month = everyDay(rows, { range: 'last30Days', timeZone: 'Europe/Berlin' }, now);
	expect(month.map(({ day }) => day).slice(0, 2)).toEqual(['2026-09-26', '2026-09-27']);
	expect(month).toHaveLength(30);
	expect(month.filter(({ requests }) => requests > 0)).toEqual(rows);
	expect(everyDay(rows, { range: 'all', timeZone: 'UTC' }, now)).toHaveLength(23);
	expect(everyDay([], { range: 'all', timeZone: 'UTC' }, now)).toEqual([]);
});

test('models in use that end within three months stand on the page, the nearest first', async () => {
	const [near, far] = madePage().endings.map((ending) => ({ ...ending }));
	const rows = [
		{ ...far!, daysLeft: null },
		{ ...far!, daysLeft: 91 },
		far!,
		{ ...near!, daysLeft: -3 },
		near!,
	];
	const endings = endingsOf(rows);
	expect(endings.map(({ daysLeft }) => daysLeft)).toEqual([-3, 20, 75]);
	const page = await renderPage({ ...madePage(), endings });
	const told = [...page.matchAll(/<span(?: class="bad")?>(retired|in \d+ days)</g)].map(([, when]) => when);
	expect(told).toEqual(['retired', 'in 20 days', 'in 75 days']);
	expect(page).toContain('claude-haiku-5');
	expect(await renderPage({ ...madePage(), endings: [] })).not.toContain('Models That End');
});

test('no code of the ledger stands on the page', async () => {
	const data = madePage();
	const tasks = ['qa', 'business_writing'].map((task) => ({ ...data.tasks[0]!, task }));
	const failures = [{ category: 'overBudget' as const, model: 'small', requests: 3 }];
	const page = await renderPage({ ...data, tasks, failures: failures as typeof data.failures });
	expect(page).toContain('Question Answering');
	expect(page).toContain('Over Budget');
	expect(page).not.toMatch(/>[^<]*(business_writing|overBudget|\bqa\b)[^<]*</);
});
