/** Thoughts in the text of an answer, and tags that an answer speaks of. */
import { chunk, events, message, named, ok, openAiUsage, PARIS, response, usageChunk } from '../situation';
import type { Protocol, Situation } from '../situation';

const PROTOCOLS: readonly Protocol[] = ['compatible', 'openAi', 'anthropic', 'gemini'];

/** The pieces as each protocol sends them. */
function said(on: Protocol, ...pieces: string[]): string {
	if (on === 'anthropic') {
		return named(
			message.start(),
			message.open,
			...pieces.map(message.text),
			message.shut,
			message.delta(),
			message.stop,
		);
	}
	if (on === 'gemini') return events(...pieces.map((piece) => response(piece)), response(null, 'STOP'));
	return events(
		...pieces.map((content) => chunk({ content })),
		chunk({}, 'stop'),
		usageChunk(openAiUsage),
		'[DONE]',
	);
}

/** In pieces of three characters, so that every tag is cut. */
const cut = (text: string): string[] => text.match(/[^]{1,3}/g) ?? [];

const thought = (name: string, text: string, answer: string, more: Partial<Situation> = {}): Situation[] =>
	PROTOCOLS.flatMap((on) =>
		[[text], cut(text)].map((pieces) => ({
			name: `${name}, in ${pieces.length} pieces`,
			on,
			replies: ok(said(on, ...pieces)),
			...more,
			expected: { text: answer, finishReason: 'stop', ...more.expected },
		})),
	);

const one = (
	name: string,
	on: Protocol,
	body: string,
	expected: Situation['expected'],
	more: Partial<Situation> = {},
): Situation => ({
	name,
	on,
	replies: ok(body),
	expected,
	...more,
});

const JSON_WANTED = {
	format: {
		type: 'json' as const,
		schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
	},
};

export const THOUGHTS: readonly Situation[] = [
	...thought('<think> opens the answer', '<think>Hm, France.</think>Paris', 'Paris', {
		expected: { shown: 'Paris' },
	}),
	...thought('blank lines around', '\n<think>\nHm, France.\n</think>\n\nParis', 'Paris', {
		expected: { shown: 'Paris' },
	}),
	...thought('no opening tag', 'Hm, France.\n</think>\n\nParis', 'Paris'),
	...thought('no opening tag, a model known to think', 'Hm, France.\n</think>\n\nParis', 'Paris', {
		modelId: 'deepseek-r1-distill',
		expected: { shown: 'Paris' },
	}),
	...thought('a model known to think that does not', 'Paris', 'Paris', {
		modelId: 'deepseek-r1-distill',
		expected: { shown: 'Paris' },
	}),
	...thought('nothing thought', '<think>\n\n</think>\n\nParis', 'Paris'),
	...thought('two blocks', '<think>a</think>\n<think>b</think>Paris', 'Paris'),
	...thought('thoughts and no answer', '<think>Hm, France.</think>\n', '', {
		expected: { text: '', finishReason: null as never, category: 'emptyAnswer' },
	}),
	...thought('thoughts that never end', '<think>Hm, France.', '', {
		expected: { text: '', finishReason: null as never, category: 'emptyAnswer' },
	}),
	...thought(
		'JSON: a draft and a loose brace in the thoughts',
		'<think>{"city": "Lyon"} or { "city"</think>{"city":"Paris"}',
		'{"city":"Paris"}',
		{ request: JSON_WANTED },
	),
	...thought(
		'JSON: drafts without an opening tag',
		'{"city": "Lyon"}? {\n</think>\n{"city":"Paris"}',
		'{"city":"Paris"}',
		{ request: JSON_WANTED },
	),
	...['thinking', 'thought', 'reasoning', 'seed:think'].flatMap((tag) =>
		thought(`<${tag}>`, `<${tag}>Hm</${tag}>Paris`, 'Paris', { source: 'tinyhumansai/openhuman#6184' }),
	),
	...thought('Magistral: [THINK]', '[THINK]Hm[/THINK]Paris', 'Paris'),
	...thought('Kimi-VL: ◁think▷', '◁think▷Hm◁/think▷Paris', 'Paris'),
	...thought(
		'raw Harmony',
		'<|channel|>analysis<|message|>Hm<|end|><|start|>assistant<|channel|>final<|message|>Paris<|return|>',
		'Paris',
		{ source: 'ml-explore/mlx-lm#1867' },
	),
	// Spoken of
	...thought(
		'the answer is about the tag',
		'Use `<think>draft</think>` as the tag.',
		'Use `<think>draft</think>` as the tag.',
		{ source: 'QuantumNous/new-api#802', expected: { shown: 'Use `<think>draft</think>` as the tag.' } },
	),
	...thought('the closing tag in quotes', 'Close it by "</think>" please.', 'Close it by "</think>" please.'),
	...thought(
		'the closing tag in code',
		'So:\n```\nprint(x)\n</think>\n```\nDone.',
		'So:\n```\nprint(x)\n</think>\n```\nDone.',
	),
	...thought('a block amid the answer', 'Paris. <think>Hm</think> Yes.', 'Paris. <think>Hm</think> Yes.'),
	...thought('asked for', 'End it with </think> always.', 'End it with </think> always.', {
		prompt: 'How do I write the </think> tag?',
	}),
	...thought('less-than signs and brackets', 'a < b, a[0] <t, <thinker>', 'a < b, a[0] <t, <thinker>', {
		expected: { shown: 'a < b, a[0] <t, <thinker>' },
	}),
	// Fields
	...['reasoning_content', 'reasoning', 'reasoning_text'].map((field) =>
		one(
			`thoughts in ${field}`,
			'compatible',
			events(chunk({ [field]: 'Hm' }), chunk({ content: 'It is Paris.' }), chunk({}, 'stop'), '[DONE]'),
			PARIS,
		),
	),
	one(
		'thoughts in reasoning_content, the rest in the text',
		'compatible',
		events(
			chunk({ reasoning: 'Well', reasoning_content: 'Well' }),
			chunk({ content: ', France.\n</think>\n' }),
			chunk({ content: 'It is Paris.' }),
			chunk({}, 'stop'),
			'[DONE]',
		),
		PARIS,
		{ source: 'vllm-project/vllm#29408' },
	),
	one(
		'all of it in reasoning_content',
		'compatible',
		events(chunk({ content: null, reasoning_content: 'Paris' }), chunk({}, 'stop'), '[DONE]'),
		{ category: 'emptyAnswer' },
		{ source: 'vllm-project/vllm#17349' },
	),
	one(
		'nothing but counted tokens',
		'compatible',
		events(
			chunk({ content: null, reasoning: null }),
			chunk({}, 'stop', { usage: { prompt_tokens: 9, completion_tokens: 37 } }),
			'[DONE]',
		),
		{ category: 'emptyAnswer', billing: 'named', usage: { outputTokens: 37 } },
		{ source: 'vllm-project/vllm#41902' },
	),
	one(
		'thoughts to the limit',
		'compatible',
		events(chunk({ reasoning_content: 'Hm' }), chunk({ content: '' }, 'length'), '[DONE]'),
		{ category: 'emptyAnswer' },
		{ source: 'veryfront/veryfront-code#2791' },
	),
];
