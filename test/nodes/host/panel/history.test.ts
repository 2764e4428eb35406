import { parseHistory } from '../../../../nodes/host/panel/history';
import { textOf } from '../../../../router/text/parts';

const read = (value: unknown) => {
	const { system, messages } = parseHistory(value);
	return { system, said: messages.map(({ role, parts }) => `${role}: ${textOf(parts)}`) };
};
const ADA = { system: ['Be brief.'], said: ['user: I am Ada.', 'assistant: Hello Ada.'] };

test.each<[string, unknown]>([
	[
		"OpenAI's messages",
		[
			{ role: 'system', content: 'Be brief.' },
			{
				role: 'user',
				content: [
					{ type: 'text', text: 'I am ' },
					{ type: 'text', text: 'Ada.' },
				],
			},
			{ role: 'assistant', content: null, tool_calls: [{ id: 'a' }] },
			{ role: 'tool', tool_call_id: 'a', content: 'found' },
			{ role: 'assistant', content: 'Hello Ada.' },
		],
	],
	[
		'the same as text',
		'[{"role":"developer","content":"Be brief."},{"role":"user","content":"I am Ada."},{"role":"assistant","content":"Hello Ada."}]',
	],
	['turns of Chat Memory Manager', [{ system: 'Be brief.' }, { human: 'I am Ada.', ai: 'Hello Ada.' }]],
	['its whole item', { messages: [{ system: 'Be brief.' }, { human: 'I am Ada.' }, { ai: 'Hello Ada.' }] }],
	[
		'messages that LangChain has stored',
		[
			{ type: 'system', data: { content: 'Be brief.' } },
			{ type: 'human', data: { content: 'I am Ada.' } },
			{ type: 'ai', data: { content: 'Hello Ada.', tool_calls: [] } },
		],
	],
	[
		'messages that LangChain has written out',
		['SystemMessage', 'HumanMessage', 'ToolMessage', 'AIMessage'].map((name, index) => ({
			lc: 1,
			type: 'constructor',
			id: ['langchain_core', 'messages', name],
			kwargs: { content: ['Be brief.', 'I am Ada.', 'found', [{ type: 'text', text: 'Hello Ada.' }]][index] },
		})),
	],
])('%s', (_, value) => {
	expect(read(value)).toEqual(ADA);
});

test.each<[string, unknown, RegExp]>([
	[
		'another role',
		[
			{ role: 'user', content: 'a' },
			{ role: 'robot', content: 'x' },
		],
		/see message 2/,
	],
	['a name that every object has', [{ role: 'constructor', content: 'x' }], /see message 1/],
	['one message', { role: 'user', content: 'x' }, /not a list of messages/],
	['a turn without words', [{}], /see message 1/],
])('%s is refused', (_, value, message) => {
	expect(() => parseHistory(value)).toThrow(message);
});

test('nothing is no history', () => {
	for (const value of [undefined, null, '', '[]', []]) expect(read(value)).toEqual({ system: [], said: [] });
});
