import { isLongerAsJson } from '../../../router/text/jsonLength';

test.each<[unknown, number, boolean]>([
	['four', 4, false],
	['fives', 4, true],
	[{ name: ['a', 'b'] }, 9, false],
	[{ name: ['a', 'b'] }, 8, true],
	[null, 0, false],
	[Array.from({ length: 300_000 }, () => 1), 400_000, false],
	[Array.from({ length: 300_000 }, () => 1), 200_000, true],
])('%#', (value, most, isLonger) => expect(isLongerAsJson(value, most)).toBe(isLonger));
