import { ToolCalls } from '../../../../../router/models/wire/reading/toolCalls';
import type { CallPiece, ToolCallPiece } from '../../../../../router/models/wire/reading/toolCalls';
import { requestOf } from '../../../../support/requests';

/** Half of all letters: `call_FFFF…`. */
const half = (): number => 0.5;

/** Calls as they come to be when their pieces are put together. */
function callsIn(pieces: CallPiece[], request = requestOf('x'), random = half) {
	const calls = new ToolCalls(request, random);
	const parts: ToolCallPiece[] = [...pieces.flatMap((piece) => calls.take(piece)), ...calls.end()];
	const whole = new Map<string, { name: string; input: string }>();
	for (const { id, name, input } of parts) {
		const before = whole.get(id);
		if (before) expect(name).toBe(before.name);
		whole.set(id, { name, input: (before?.input ?? '') + input });
	}
	return [...whole].map(([id, { name, input }]) => [id, name, input]);
}

const TWO = [
	['a', 'add', '{"a":1}'],
	['b', 'add', '{"a":2}'],
];

test.each<[string, CallPiece[]]>([
	[
		'as OpenAI sends them',
		[
			{ index: 0, id: 'a', name: 'add', input: '' },
			{ index: 0, input: '{"a"' },
			{ index: 0, input: ':1}' },
			{ index: 1, id: 'b', name: 'add', input: '' },
			{ index: 1, input: '{"a":2}' },
		],
	],
	[
		'in turns',
		[
			{ index: 0, id: 'a', name: 'add', input: '{"a"' },
			{ index: 1, id: 'b', name: 'add', input: '{"a"' },
			{ index: 0, input: ':1}' },
			{ index: 1, input: ':2}' },
		],
	],
	[
		'without an index',
		[{ id: 'a', name: 'add', input: '{"a":1}' }, { id: 'b', name: 'add', input: '{"a"' }, { input: ':2}' }],
	],
	[
		'with index 0 alone',
		[
			{ index: 0, id: 'a', name: 'add', input: '{"a":1}' },
			{ index: 0, id: 'b', name: 'add', input: '{"a":2}' },
		],
	],
	[
		'with the second head at the first index',
		[
			{ index: 0, id: 'a', name: 'add', input: '{"a":1}' },
			{ index: 0, id: 'b', name: 'add', input: '' },
			{ index: 1, input: '{"a":2}' },
		],
	],
	[
		'with indexes from 1 on, and gaps',
		[
			{ index: 1, id: 'a', name: 'add', input: '{"a":1}' },
			{ index: 3, id: 'b', name: 'add', input: '{"a":2}' },
		],
	],
	[
		'with id and name in every piece',
		[
			{ index: 0, id: 'a', name: 'add', input: '{"a"' },
			{ index: 0, id: 'a', name: 'add', input: ':1}' },
			{ index: 1, id: 'b', name: 'add', input: '{"a"' },
			{ index: 1, id: 'b', name: 'add', input: ':2}' },
		],
	],
	[
		'with the name in pieces, or grown',
		[
			{ index: 0, id: 'a', name: 'a' },
			{ index: 0, name: 'dd' },
			{ index: 0, input: '{"a":1}' },
			{ index: 1, id: 'b', name: 'ad' },
			{ index: 1, name: 'add', input: '{"a":2}' },
		],
	],
	[
		'with input before the name',
		[
			{ index: 0, id: 'a', input: '{"a"' },
			{ index: 0, name: 'add', input: ':1}' },
			{ index: 1, id: 'b', name: 'add', input: '{"a":2}' },
		],
	],
	[
		'with another id in every piece',
		[
			{ index: 0, id: 'a', name: 'add', input: '{"a"' },
			{ index: 0, id: 'x', input: ':1}' },
			{ index: 1, id: 'b', name: 'add', input: '{"a":2}' },
		],
	],
])('two calls %s', (_what, pieces) => {
	expect(callsIn(pieces)).toEqual(TWO);
});

test('ids that are missing, doubled or of an earlier turn are made', () => {
	const letters = [0.1, 0.9];
	let drawn = 0;
	const random = (): number => letters[Math.floor(drawn++ / 24) % 2]!;
	const made = callsIn(
		[
			{ name: 'add', input: '{}' },
			{ id: '', name: 'add', input: '{}' },
		],
		undefined,
		random,
	);
	expect(made).toHaveLength(2);
	for (const [id] of made) expect(id).toMatch(/^call_[a-zA-Z0-9]{24}$/);

	const doubled = callsIn([
		{ index: 0, id: 'a', name: 'add', input: '{"a":1}' },
		{ index: 1, id: 'a', name: 'add', input: '{"a":2}' },
	]);
	expect(doubled.map(([, , input]) => input)).toEqual(['{"a":1}', '{"a":2}']);
	expect(doubled[0]![0]).toBe('a');
	expect(doubled[1]![0]).toMatch(/^call_/);

	const earlier = requestOf('', {
		messages: [{ role: 'assistant', parts: [{ type: 'toolCall', id: 'a', name: 'add', input: '{}' }] }],
	});
	expect(callsIn([{ id: 'a', name: 'add', input: '{}' }], earlier)[0]![0]).toMatch(/^call_/);
});

test('a call is not over because its input could be', () => {
	const pieces = [
		{ index: 0, id: 'a', name: 'add', input: '{"a":1}' },
		{ index: 0, input: ' ' },
	];
	expect(callsIn(pieces)).toEqual([['a', 'add', '{"a":1} ']]);
});

test("marks of a model's template behind a name are cut off where that names a tool", () => {
	const request = requestOf('x', { tools: [{ name: 'add', schema: {} }] });
	const piece = (name: string): CallPiece[] => [{ id: 'a', name, input: '{}' }];
	expect(callsIn(piece('add<|channel|>commentary'), request)[0]![1]).toBe('add');
	expect(callsIn(piece('sub<|channel|>commentary'), request)[0]![1]).toBe('sub<|channel|>commentary');
});

test('a call without a name is passed on as one that nobody can carry out', () => {
	expect(callsIn([{ id: 'a', input: '{}' }])).toEqual([['a', '', '{}']]);
});
