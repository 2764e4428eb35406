import { nationalIdFinder } from '../../../../router/guardrails/personalData/nationalIds';
import type { SpanFinder } from '../../../../router/text/spans';

let find: SpanFinder;
beforeAll(async () => {
	find = await nationalIdFinder();
});

const found = (text: string) => [...new Set(find(text).map(({ start, end }) => text.slice(start, end)))];

describe('national ids', () => {
	it.each([
		['my SSN is 054-28-6917.', '054-28-6917'],
		['social security 054286917', '054286917'],
		['NINO: AB 12 34 56 C, thanks', 'AB 12 34 56 C'],
		['Steuer-ID 36 574 261 809', '36 574 261 809'],
		['IdNr 36574261809', '36574261809'],
		['numéro 2 95 10 99 126 111 93 merci', '2 95 10 99 126 111 93'],
		['DNI 54362315K', '54362315K'],
		['NIE X-2482300W', 'X-2482300W'],
		['codice fiscale RCCMNL83S18D969H', 'RCCMNL83S18D969H'],
		['BSN 111222333', '111222333'],
		['PESEL 44051401359', '44051401359'],
		['personnummer 880320-0016', '880320-0016'],
		['fødselsnummer 151086 95088', '151086 95088'],
		['CPR 211062-5629', '211062-5629'],
		['hetu 131052-308T', '131052-308T'],
		['85.07.30-033 28', '85.07.30-033 28'],
		['AHV 756.9217.0769.85', '756.9217.0769.85'],
		['CPF 390.533.447-05', '390.533.447-05'],
		['身份证11010519491231002X。', '11010519491231002X'],
	])('%s', (text, expected) => {
		expect(found(text)).toEqual([expected]);
	});

	it.each([
		'SSN 000-12-3456, 666-12-3456, 900-12-3456 and 123-00-4567 are none',
		'DNI 54362315A, NINO BG123456C and PESEL 44051401358 fail',
		'order 111222333, invoice 054286917, part AB123456',
		'2024-01-15 10:30:00, 1705312345678, 3.14159265358, 0.44051401359, $36574261809',
		'id a36574261809b, 36574261809-2, 1/36574261809',
		'ISBN 978-3-16-148410-0, EAN 4006381333931, tel 555-123-4567',
		'commit 44051401359abcdef, v2.131052.308',
	])('leaves alone: %s', (text) => {
		expect(found(text)).toEqual([]);
	});

	it('takes time by the length of a text alone', () => {
		const cpuMs = (text: string) => {
			const from = process.cpuUsage();
			find(text);
			return process.cpuUsage(from).user / 1000;
		};
		for (const piece of ['1', '12 ', 'A1', '123-45-', '[1', '1234567890 ']) {
			const short = cpuMs(piece.repeat(75_000 / piece.length));
			// Four times as long; what is tried at every place again takes sixteen times as long.
			expect(cpuMs(piece.repeat(300_000 / piece.length))).toBeLessThan(8 * short + 50);
		}
	});
});
