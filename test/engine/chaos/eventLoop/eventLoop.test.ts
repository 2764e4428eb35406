/** Nothing that anybody sends keeps n8n's event loop: every entry with hostile texts of 20 MB. */
import { ENTRIES } from './entries';
import { overLimit } from './keptLoop';
import { SHAPES } from './shapes';

test.each(Object.keys(ENTRIES))(
	'%s',
	(entry) => expect(overLimit(20_000_000, [entry], Object.keys(SHAPES))).toEqual({}),
	900_000,
);
