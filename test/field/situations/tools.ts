/** How servers write calls of tools. */
import { chunk, events, json, message, named, ok, response, usageChunk } from '../situation';
import type { Reply, Situation } from '../situation';

const GIVEN = ['get_city', 'get_time'].map((name) => ({ name, schema: { type: 'object' } }));

/** A piece of a call. */
type Piece = Record<string, unknown>;
const piece = (more: Piece, name?: string | null, args?: unknown): Piece => ({
	...more,
	function: { ...(name !== undefined && { name }), ...(args !== undefined && { arguments: args }) },
});
const calls = (...pieces: Piece[]): object => chunk({ tool_calls: pieces });
const closed = (finish: string | null = 'tool_calls'): object[] => [chunk({}, finish), usageChunk()];

const CITY = ['get_city', '{"of":"France"}'] as const;
const TIME = ['get_time', '{}'] as const;
const BOTH = [CITY, ['get_time', '{"in":"Paris"}']] as const;

function situation(
	name: string,
	source: string,
	chunks: ReadonlyArray<object | string>,
	expected: Situation['expected'],
	more: Partial<Situation> = {},
): Situation {
	const request = { tools: GIVEN };
	return { name, source, on: 'compatible', request, replies: ok(events(...chunks)), expected, ...more };
}

const called = (...toolCalls: ReadonlyArray<readonly [string, string]>): Situation['expected'] => ({
	toolCalls,
	finishReason: 'toolCalls',
});

const whole = (
	index: number | null | undefined,
	id: string,
	[name, input]: readonly [string, string],
): Piece => piece({ ...(index !== undefined && { index }), id, type: 'function' }, name, input);

const OPEN_AI: readonly Situation[] = [
	situation(
		'no index, each call in a chunk of its own',
		'openai/openai-python#3246; ollama/ollama#7881',
		[calls(whole(undefined, 'a', CITY)), calls(whole(null, 'b', BOTH[1])), ...closed(), '[DONE]'],
		called(...BOTH),
	),
	situation(
		'the second head at index 0, its input at index 1',
		'agno-agi/agno#8880',
		[
			calls(whole(0, 'a', CITY)),
			calls(piece({ index: 0, id: 'b' }, 'get_time', '')),
			calls(piece({ index: 1 }, undefined, '{"in":"Paris"}')),
			...closed(),
			'[DONE]',
		],
		called(...BOTH),
	),
	situation(
		'indexes from 1 on, with gaps',
		'vercel/ai, packages/openai-compatible, CHANGELOG 1bec07d',
		[calls(whole(1, 'a', CITY), whole(3, 'b', BOTH[1])), ...closed(), '[DONE]'],
		called(...BOTH),
	),
	situation(
		'two pieces of one call in one chunk',
		'openai/openai-python#3201, #3438',
		[
			calls(piece({ index: 0, id: 'a' }, 'get_city', '{"of":'), piece({ index: 0 }, undefined, '"France"}')),
			...closed(),
			'[DONE]',
		],
		called(CITY),
	),
	situation(
		'id and name in every chunk',
		'NousResearch/hermes-agent#11984; JetBrains/koog#2052',
		[
			calls(piece({ index: 0, id: 'a' }, 'get_city', '')),
			calls(piece({ index: 0, id: 'a' }, 'get_city', '{"of":')),
			calls(piece({ index: 0, id: 'a' }, 'get_city', '"France"}')),
			...closed(),
			'[DONE]',
		],
		called(CITY),
	),
	situation(
		'the name in pieces',
		'continuedev/continue#5849',
		[
			calls(piece({ index: 0, id: 'a' }, 'get_')),
			calls(piece({ index: 0 }, 'city')),
			calls(piece({ index: 0 }, null, '{"of":"France"}')),
			...closed(),
			'[DONE]',
		],
		called(CITY),
	),
	situation(
		'input before the name',
		'vercel/ai#15879',
		[
			calls(piece({ index: 0, id: 'a' }, null, '{"of":')),
			calls(piece({ index: 0 }, 'get_city', '"France"}')),
			...closed(),
			'[DONE]',
		],
		called(CITY),
	),
	situation(
		'no ids, or empty ones',
		'vercel/ai, CHANGELOG e6087c9',
		[
			calls(whole(0, '', CITY)),
			calls(piece({ index: 1 }, 'get_time', '{"in":"Paris"}')),
			...closed(),
			'[DONE]',
		],
		called(...BOTH),
	),
	situation(
		'one id for two calls',
		'editor-code-assistant/eca#233',
		[calls(whole(0, 'same', CITY), whole(1, 'same', BOTH[1])), ...closed(), '[DONE]'],
		called(...BOTH),
	),
	situation(
		'the input as an object, or null',
		'ggml-org/llama.cpp#20198',
		[
			calls(piece({ index: 0, id: 'a' }, 'get_city', { of: 'France' })),
			calls(piece({ index: 1, id: 'b' }, 'get_time', null)),
			...closed(),
			'[DONE]',
		],
		called(CITY, TIME),
	),
	situation(
		'"stop" behind calls',
		'BerriAI/litellm#12481',
		[calls(whole(0, 'a', CITY)), ...closed('stop'), '[DONE]'],
		called(CITY),
	),
	situation(
		'calls and [DONE], no finish reason',
		'earendil-works/pi#6226',
		[calls(whole(0, 'a', CITY)), '[DONE]'],
		called(CITY),
	),
	situation(
		'half a call and [DONE], no finish reason',
		'earendil-works/pi#6226',
		[calls(piece({ index: 0, id: 'a' }, 'get_city', '{"of":')), '[DONE]'],
		{ category: 'network' },
	),
	situation(
		'"tool_calls" with no call, but text',
		'vercel/ai, CHANGELOG 281bb1c',
		[chunk({ content: 'It is Paris.', tool_calls: [] }), ...closed(), '[DONE]'],
		{ text: 'It is Paris.', toolCalls: [], finishReason: 'stop' },
	),
	situation(
		'"tool_calls" with nothing at all',
		'vercel/ai, CHANGELOG 281bb1c',
		[chunk({ content: null, tool_calls: [] }), ...closed(), '[DONE]'],
		{ category: 'emptyAnswer' },
	),
	situation(
		'an input that goes on after it could have been whole',
		'vercel/ai, CHANGELOG 45b3d76',
		[
			calls(piece({ index: 0, id: 'a' }, 'get_city', '{"of":"France"}')),
			calls(piece({ index: 0 }, undefined, '\n')),
			...closed(),
			'[DONE]',
		],
		called(['get_city', '{"of":"France"}\n']),
	),
	situation(
		"marks of gpt-oss' template behind the name",
		'vllm-project/vllm#35906',
		[calls(piece({ index: 0, id: 'a' }, 'get_time<|channel|>commentary', '{}')), ...closed(), '[DONE]'],
		called(TIME),
	),
	situation(
		'the call in the text',
		'docker/model-runner#1045; ollama/ollama#18357',
		[
			chunk({ content: '<tool_call>{"name":"get_time","arguments":{}}</tool_call>' }),
			...closed('stop'),
			'[DONE]',
		],
		{ category: 'invalidOutput' },
	),
	situation(
		'a tool that nobody gave it',
		'groq, error codes',
		[calls(piece({ index: 0, id: 'a' }, 'get_weather', '{}')), ...closed(), '[DONE]'],
		{ category: 'invalidOutput', message: /get_weather/ },
	),
	situation(
		'a refusal of what the model wrote',
		'groq/groq-typescript#28',
		[],
		{ category: 'invalidOutput', notSaid: /<function/ },
		{
			replies: json(400, {
				error: {
					message:
						"Failed to call a function. Please adjust your prompt. See 'failed_generation' for more details.",
					type: 'invalid_request_error',
					code: 'tool_use_failed',
					failed_generation: '<function=get_city{"of": "France"}</function>',
				},
			}),
		},
	),
];

const block = (index: number, input: object): { type: string } => ({
	type: 'content_block_start',
	...{
		index,
		content_block: { type: 'tool_use', id: `t${index}`, name: index === 0 ? 'get_city' : 'get_time', input },
	},
});
const json_ = (index: number, partial_json: string): { type: string } => ({
	type: 'content_block_delta',
	...{ index, delta: { type: 'input_json_delta', partial_json } },
});
const shut = (index: number): { type: string } => ({ type: 'content_block_stop', ...{ index } });
const anthropic = (...blocks: Array<{ type: string }>): Reply =>
	ok(named(message.start(), ...blocks, message.delta('tool_use'), message.stop));

const OTHERS: readonly Situation[] = [
	{
		name: 'a tool without input, in an empty piece',
		source: 'vercel/ai, packages/anthropic, CHANGELOG 9e35785',
		on: 'anthropic',
		request: { tools: GIVEN },
		replies: anthropic(
			block(0, {}),
			json_(0, '{"of":'),
			json_(0, '"France"}'),
			shut(0),
			block(1, {}),
			json_(1, ''),
			shut(1),
		),
		expected: called(CITY, TIME),
	},
	{
		name: 'all of the input at the start',
		source: 'vercel/ai, packages/anthropic, CHANGELOG 9e35785',
		on: 'anthropic',
		request: { tools: GIVEN },
		replies: anthropic(block(0, { of: 'France' }), shut(0)),
		expected: called(CITY),
	},
	{
		name: 'calls without ids, and STOP behind them',
		source: 'Google, "Function calling"',
		on: 'gemini',
		request: { tools: GIVEN },
		replies: ok(
			events(
				{
					candidates: [
						{
							index: 0,
							content: {
								role: 'model',
								parts: [
									{ functionCall: { name: 'get_city', args: { of: 'France' } } },
									{ functionCall: { name: 'get_time' } },
								],
							},
						},
					],
				},
				response(null, 'STOP'),
			),
		),
		expected: called(CITY, TIME),
	},
];

export const TOOLS: readonly Situation[] = [...OPEN_AI, ...OTHERS];
