/**
 * Nothing that anybody sends keeps n8n's event loop: every entry with hostile texts of 20 MB. By default each entry meets one
 * shape and each shape an entry; with LLM_ROUTER_ALL_SHAPES=1 every entry meets all of them, which takes an hour.
 */
import { EDGES } from './edges';
import { ENTRIES } from './entries';
import { overLimit } from './keptLoop';
import { SHAPES } from './shapes';

const shapes = Object.keys(SHAPES);
const all = process.env.LLM_ROUTER_ALL_SHAPES === '1';
const shapesOf = (place: number): string[] => (all ? shapes : [shapes[place % shapes.length]!]);

test.each([...Object.keys(ENTRIES), ...EDGES].map((entry, place) => [entry, shapesOf(place)] as const))(
	'%s: %s',
	(entry, met) => expect(overLimit(20_000_000, [entry], met)).toEqual({}),
	3_600_000,
);

/** What is longer is refused, which takes less. */
test.each([
	['answer as a JSON string', 'control characters', 660_000],
	['answer as a JSON string', 'JSON of empty objects', 3_900_000],
	['answer as a JSON list', 'plain words', 66_000],
	['answer as JSON', 'JSON of many names', 1_000_000],
	['answer as JSON', 'CJK', 3_900_000],
	['tool call', 'JSON of many names', 1_000_000],
	['body as it is', 'JSON of many names', 1_000_000],
	['body as it is', 'JSON of many names', 7_900_000],
	['list of models as it is', 'JSON of empty objects', 3_900_000],
])('%s: %s, %i characters', (entry, shape, size) => expect(overLimit(size, [entry], [shape])).toEqual({}));
