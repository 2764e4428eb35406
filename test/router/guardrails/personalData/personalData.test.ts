import { findPersonalData } from '../../../../router/guardrails/personalData/personalData';

const found = (text: string) =>
	findPersonalData(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

describe('findPersonalData', () => {
	it.each([
		['Write to anna.bauer+news@mail.example.co.uk, please.', 'email anna.bauer+news@mail.example.co.uk'],
		['mailto:müller@münchen-büro.de', 'email müller@münchen-büro.de'],
		['Call +49 (0)171 123 45 67 today', 'phone +49 (0)171 123 45 67'],
		['(555) 123-4567', 'phone (555) 123-4567'],
		['ring 415.555.2671 ext. 12', 'phone 415.555.2671'],
		['06 12 34 56 78', 'phone 06 12 34 56 78'],
		['Tel. 5551234567', 'phone 5551234567'],
		['电话：13812345678', 'phone 13812345678'],
		['781 1704 office', 'phone 781 1704'],
		['paid with 4111 1111 1111 1111 12/27', 'card 4111 1111 1111 1111'],
		['4111 1111 1111 1111 123', 'card 4111 1111 1111 1111'],
		['5105-1051-0510-5100', 'card 5105-1051-0510-5100'],
		['amex 3782 822463 10005', 'card 3782 822463 10005'],
		['credit card 4222222222222', 'card 4222222222222'],
		['IBAN: DE89 3704 0044 0532 0130 00.', 'iban DE89 3704 0044 0532 0130 00'],
		['gb82west12345698765432', 'iban gb82west12345698765432'],
		['login from 203.0.113.77:8080', 'ip 203.0.113.77'],
		['my ip is 5.6.7.8', 'ip 5.6.7.8'],
		['from 2001:db8:85a3::8a2e:370:7334 again', 'ip 2001:db8:85a3::8a2e:370:7334'],
	])('%s', (text, expected) => {
		expect(found(text)).toEqual([expected]);
	});

	it.each([
		'Order 2024-000123 shipped on 2024-01-15, total 1.234,56 EUR',
		'order number 4711 0815, customer 0123456789',
		'ISBN 978-3-16-148410-0, EAN 4006381333931',
		'4111 1111 1111 1112 fails the check digit',
		'1234567890123456 is no issuer',
		'0000 0000 0000 0000',
		'DE89 3704 0044 0532 0130 01 fails the checksum',
		'version 1.2.3.4, firmware 10.20.30.40, Chrome/120.0.6099.71',
		'chapter 1.2.3.4 and 127.0.0.1 and 255.255.255.0 and 0.0.0.0',
		'at 12:30:45, 2024-01-15T10:30:00Z, std::vector, a::b, 00:1a:2b:3c:4d:5e',
		'opening hours 10.30-12.30 09.15-10.15, 2019-2023, 01.02.2023 - 05.03.2024',
		'1 234 567 890 people, 3.14159265, 52.520008 13.404954, $1234567, #12345678',
		'git@github.com:owner/name.git, logo@2x.png, @mention, a @ b, user@localhost',
		'SSN 054-28-6917',
	])('leaves alone: %s', (text) => {
		expect(found(text)).toEqual([]);
	});

	it('finds all in order, without overlaps, at the end of a long text as well', () => {
		const text = `${'Nothing to see here, order 4711. '.repeat(30_000)}bob@example.org, 203.0.113.77`;
		expect(found(text)).toEqual(['email bob@example.org', 'ip 203.0.113.77']);
		const spans = findPersonalData('a@b.de 4111111111111111 DE89370400440532013000 +4915112345678');
		expect(spans.map(({ kind }) => kind)).toEqual(['email', 'card', 'iban', 'phone']);
		for (let i = 1; i < spans.length; i++) expect(spans[i].start).toBeGreaterThanOrEqual(spans[i - 1].end);
	});

	it('finds each number of a list', () => {
		expect(found('555-123-4567 555-765-4321 555-111-2222')).toHaveLength(3);
	});
});
