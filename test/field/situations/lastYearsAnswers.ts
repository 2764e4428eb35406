/** The third look: what came of an answer that had begun. */
import { chunk, events, message, named, ok, response, usageChunk } from '../situation';
import type { Situation } from '../situation';

const TOOLS = [{ name: 'look', schema: { type: 'object' } }];

const overload = {
	type: 'service_unavailable_error',
	code: 'server_is_overloaded',
	message: 'Our servers are currently overloaded. Please try again later.',
};

const INSIDE: readonly Situation[] = [
	{
		name: 'OpenAI: overloaded, told in a 200',
		source: 'openai/codex#43337',
		on: 'openAi',
		replies: ok(`event: error\n${events({ type: 'error', error: overload, sequence_number: 2 })}`),
		expected: { category: 'overloaded', message: /overloaded/i },
	},
	{
		name: 'Azure behind a proxy: a filter as Python writes it, in a chunk',
		source: 'Oaklight/argo-proxy#91',
		on: 'compatible',
		replies: ok(
			events({
				error: {
					message:
						"Error code: 400 - {'error': {'message': 'The response was filtered due to the prompt triggering Azure OpenAI\\'s content management policy.', 'code': 'content_filter', 'innererror': {'code': 'ResponsibleAIPolicyViolation'}}}",
				},
			}),
		),
		expected: { category: 'contentFiltered' },
	},
	{
		name: 'Claude: a rate limit as the only event of a 200',
		source: 'vybestack/llxprt-code#1871',
		on: 'anthropic',
		replies: ok(
			named({
				type: 'error',
				...{ error: { details: null, type: 'rate_limit_error', message: 'Rate limited' } },
			}),
		),
		expected: { category: 'rateLimited' },
	},
	{
		name: 'OpenRouter: the upstream goes away amid a call',
		source: 'damianvtran/local-operator#223',
		on: 'compatible',
		request: { tools: TOOLS },
		replies: ok(
			events(
				chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'look', arguments: '{"of":' } }] }),
				chunk({ content: '' }, 'error', {
					error: {
						code: 502,
						message: 'Upstream idle timeout exceeded',
						metadata: { error_type: 'provider_unavailable' },
					},
				}),
				'[DONE]',
			),
		),
		expected: { category: 'overloaded', message: /idle timeout/ },
	},
	...['network_error', 'error'].map((native): Situation => ({
		name: `OpenRouter: "stop" with nothing written, and a native reason of ${native}`,
		source: 'OleksandrChekhovskyi/hax#15',
		on: 'compatible',
		replies: ok(
			events(
				{
					id: 'c1',
					choices: [
						{ index: 0, delta: { content: '' }, finish_reason: 'stop', native_finish_reason: native },
					],
				},
				'[DONE]',
			),
		),
		expected: { category: 'serverError' },
	})),
	{
		name: 'a gateway that says "terminated" amid Claude’s events',
		source: 'diegosouzapw/OmniRoute#10029',
		on: 'anthropic',
		replies: ok(
			named(message.start(), message.open, message.text('It is ')) +
				`event: error\n${events({ error: { message: 'terminated', type: 'stream_error', code: 'stream_terminated' } })}`,
		),
		expected: { category: 'serverError' },
	},
];

const ENDINGS: readonly Situation[] = [
	{
		name: 'Claude: a turn that is only paused is no answer',
		source: 'tetsuo-ai/agenc-core#2111',
		on: 'anthropic',
		replies: ok(
			named(
				message.start(),
				message.open,
				message.text('I am looking '),
				message.shut,
				message.delta('pause_turn'),
				message.stop,
			),
		),
		expected: { category: 'serverError' },
	},
	{
		name: 'Claude: the window is full, which is a cut',
		source: 'turnstonelabs/turnstone#1162',
		on: 'anthropic',
		replies: ok(
			named(
				message.start(),
				message.open,
				message.text('It is '),
				message.shut,
				message.delta('model_context_window_exceeded'),
				message.stop,
			),
		),
		expected: { text: 'It is ', finishReason: 'length' },
	},
	{
		name: 'Gemini: a call that it says is malformed, with a call beside it',
		source: 'NousResearch/hermes-agent#83886',
		on: 'gemini',
		request: { tools: TOOLS },
		replies: ok(
			events({
				candidates: [
					{
						index: 0,
						content: { role: 'model', parts: [{ functionCall: { name: 'look', args: {} } }] },
						finishReason: 'MALFORMED_FUNCTION_CALL',
					},
				],
				usageMetadata: { promptTokenCount: 10, candidatesTokenCount: 4, totalTokenCount: 14 },
			}),
		),
		expected: { category: 'serverError', billing: 'named' },
	},
	{
		name: 'Gemini: words, and then a call of a tool that nobody gave it',
		source: 'epam/ai-dial-adapter-vertexai#325',
		on: 'gemini',
		replies: ok(
			events({
				candidates: [
					{
						index: 0,
						content: { role: 'model', parts: [{ text: 'I am looking ' }] },
						finishReason: 'UNEXPECTED_TOOL_CALL',
						finishMessage: 'Unexpected tool call: Model tried to call an undeclared function: undeclaredTool',
					},
				],
			}),
		),
		expected: { category: 'serverError' },
	},
	{
		name: 'the same behind a gateway',
		source: 'epam/ai-dial-adapter-vertexai#325',
		on: 'compatible',
		replies: ok(events(chunk({ content: 'I am looking ' }), chunk({}, 'unexpected_tool_call'), '[DONE]')),
		expected: { category: 'serverError' },
	},
	{
		name: 'mlx-lm: "tool_call" in the singular',
		source: 'ml-explore/mlx-lm#782',
		on: 'compatible',
		request: { tools: TOOLS },
		replies: ok(
			events(
				chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'look', arguments: '{}' } }] }),
				chunk({}, 'tool_call'),
				usageChunk(),
				'[DONE]',
			),
		),
		expected: { toolCalls: [['look', '{}']], finishReason: 'toolCalls' },
	},
	{
		name: 'vMLX: it says that a call is coming, and none comes',
		source: 'jjang-ai/vmlx#219',
		on: 'compatible',
		request: { tools: TOOLS },
		replies: ok(
			events(
				chunk({ role: 'assistant' }),
				chunk({}, null, { tool_call_generating: true }),
				chunk({}, 'tool_calls'),
				'[DONE]',
			),
		),
		expected: { category: 'emptyAnswer' },
	},
	...[
		[
			'vllm-project/vllm#46863',
			'Llama 4: a call as bare JSON',
			'{"type": "function", "name": "look", "parameters": {"of": "France"}}',
		],
		[
			'anomalyco/opencode#26162',
			'Qwen Coder: a call as XML',
			'<tool_call>\n<function=look>\n<parameter=of>\nFrance\n</parameter>\n</function>\n</tool_call>',
		],
		[
			'ggml-org/llama.cpp#14697',
			'Devstral: a list of calls as bare JSON',
			'{"tool_calls": [{"name": "look", "arguments": {"of": "France"}, "id": "162875335"}]}',
		],
	].map(([source, name, content]): Situation => ({
		name: `${name!} in the text`,
		source,
		on: 'compatible',
		request: { tools: TOOLS },
		replies: ok(events(chunk({ content }), chunk({}, 'stop'), usageChunk(), '[DONE]')),
		expected: { category: 'invalidOutput' },
	})),
	{
		name: 'the same JSON where nobody gave it tools is an answer',
		source: 'vllm-project/vllm#46863',
		on: 'gemini',
		replies: ok(events(response('{"type": "function", "name": "look", "parameters": {}}', 'STOP'))),
		expected: { text: /look/, finishReason: 'stop' },
	},
];

export const LAST_YEARS_ANSWERS: readonly Situation[] = [...INSIDE, ...ENDINGS];
