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
		// As pages, PDFs and keyboards of other scripts write them.
		[
			'ring +33\u202f6\u202f12\u202f34\u202f56\u202f78 now',
			'phone +33\u202f6\u202f12\u202f34\u202f56\u202f78',
		],
		['0171\u20111234567', 'phone 0171\u20111234567'],
		['555\u2013123\u20134567', 'phone 555\u2013123\u20134567'],
		['4111\u202f1111\u202f1111\u202f1111', 'card 4111\u202f1111\u202f1111\u202f1111'],
		['4111  1111  1111  1111', 'card 4111  1111  1111  1111'],
		['5105\u20111051\u20110510\u20115100', 'card 5105\u20111051\u20110510\u20115100'],
		['DE89\u202f3704\u20130044 0532  0130 00', 'iban DE89\u202f3704\u20130044 0532  0130 00'],
		['D\u200bE89370400440532013000', 'iban D\u200bE89370400440532013000'],
		['４１１１１１１１１１１１１１１１', 'card ４１１１１１１１１１１１１１１１'],
		['電話 ０９０-１２３４-５６７８', 'phone ０９０-１２３４-５６７８'],
		['هاتف ٠٥٥ ١٢٣ ٤٥٦٧', 'phone ٠٥٥ ١٢٣ ٤٥٦٧'],
		['/reset?mail=ann%40example.org&x=1', 'email ann%40example.org'],
		['ann＠example．org', 'email ann＠example．org'],
		['ann&#64;example.org', 'email ann&#64;example.org'],
		['client ::ffff:203.0.113.77 said', 'ip ::ffff:203.0.113.77'],
		['[::FFFF:203.0.113.77]:443', 'ip ::FFFF:203.0.113.77'],
		// Mobiles as they are written at home.
		['meu número é (11) 98765-4321', 'phone (11) 98765-4321'],
		['11 98765-4321', 'phone 11 98765-4321'],
		['my number is 98765 43210', 'phone 98765 43210'],
		['mój numer 601 234 567', 'phone 601 234 567'],
		['601-234-567', 'phone 601-234-567'],
		['reachable at 555 0134 222', 'phone 555 0134 222'],
		['8 (912) 345-67-89', 'phone 8 (912) 345-67-89'],
		["Here's my SSN: 460-89-9847", 'nationalId 460-89-9847'],
		['social security number 460 89 9847', 'nationalId 460 89 9847'],
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
		'666-12-3456 and 054-00-6917 are no social security numbers, nor is part 123-45-67890',
		'501 234 567 zł, PLN 601 234 567, order 612 345 678, 720 000 000 people, faktura 601-234-567',
		'save 40%20 off, 50%40 done, http://localhost/?q=a%40b, ::ffff:127.0.0.1',
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
