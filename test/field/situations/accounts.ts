/** What servers say of tokens, and what is believed. */
import { chunk, events, json, message, named, ok, onEach, response, WHOLE } from '../situation';
import type { Situation } from '../situation';
import type { Usage } from '../../../router/types';

const SIXTY = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
type Bill = Situation['expected']['billing'];

/** An answer of `text` with this usage at its end. */
const openAi = (
	name: string,
	usage: object,
	expected: Partial<Usage>,
	billing: Bill = 'named',
	more: Partial<Situation> & { text?: string } = {},
): Situation => ({
	name,
	on: 'compatible',
	replies: ok(
		events(chunk({ content: more.text ?? 'Paris' }), chunk({}, 'stop'), { choices: [], usage }, '[DONE]'),
	),
	source: more.source,
	expected: { usage: expected, billing },
});
const anthropic = (
	name: string,
	start: object,
	end: object,
	expected: Partial<Usage>,
	billing: Bill = 'named',
	source?: string,
): Situation => ({
	name,
	on: 'anthropic',
	source,
	replies: ok(
		named(
			message.start(start),
			message.open,
			message.text(SIXTY),
			message.shut,
			message.delta('end_turn', end),
			message.stop,
		),
	),
	expected: { usage: expected, billing },
});
const gemini = (
	name: string,
	usageMetadata: object,
	expected: Partial<Usage>,
	billing: Bill = 'named',
	source?: string,
): Situation => ({
	name,
	on: 'gemini',
	source,
	replies: ok(events(response(SIXTY, 'STOP', usageMetadata))),
	expected: { usage: expected, billing },
});
/** Any count from `least` to `most`. */
const about = (least: number, most: number): number =>
	({
		asymmetricMatch: (got: unknown) => typeof got === 'number' && got >= least && got <= most,
		toString: () => `${least} to ${most}`,
	}) as unknown as number;

export const ACCOUNTS: readonly Situation[] = [
	// Nothing named beside something written
	openAi(
		'zeros beside sixty words',
		{ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
		{ outputTokens: about(40, 200), inputTokens: about(4, 30) },
		'estimated',
		{ text: SIXTY },
	),
	anthropic(
		'zeros beside sixty words',
		{ input_tokens: 0, output_tokens: 0 },
		{ output_tokens: 0 },
		{ outputTokens: about(40, 200), inputTokens: about(4, 30) },
		'estimated',
	),
	gemini(
		'zeros beside sixty words',
		{ promptTokenCount: 0, candidatesTokenCount: 0 },
		{ outputTokens: about(40, 200), inputTokens: about(4, 30) },
		'estimated',
	),
	anthropic(
		'an input of 0 that is never corrected',
		{ input_tokens: 0, output_tokens: 1 },
		{ output_tokens: 70 },
		{ inputTokens: about(4, 30), outputTokens: 70 },
		'estimated',
	),
	anthropic(
		'counts at the end alone',
		{ input_tokens: 0, output_tokens: 0 },
		{ input_tokens: 40, output_tokens: 70, cache_read_input_tokens: 10 },
		{ inputTokens: 50, outputTokens: 70, cachedInputTokens: 10 },
		'named',
		'zai-org/GLM-5#139',
	),
	anthropic(
		'a zero at the end does not wipe what was named',
		{ input_tokens: 40, output_tokens: 1 },
		{ input_tokens: 0, output_tokens: 70 },
		{ inputTokens: 40, outputTokens: 70 },
		'named',
		'envoyproxy/ai-gateway#2239',
	),
	// Only in the total
	openAi(
		'thoughts in the total alone',
		{ prompt_tokens: 10, completion_tokens: 20, total_tokens: 530 },
		{ inputTokens: 10, outputTokens: 520 },
	),
	openAi(
		'a completion of null',
		{ prompt_tokens: 41, completion_tokens: null, total_tokens: 50 },
		{ inputTokens: 41, outputTokens: 9 },
		'named',
		{ source: 'microsoft/autogen#2292' },
	),
	openAi(
		'thoughts beside the completion, xAI',
		{
			prompt_tokens: 10,
			completion_tokens: 20,
			total_tokens: 350,
			completion_tokens_details: { reasoning_tokens: 320 },
		},
		{ outputTokens: 340, reasoningTokens: 320 },
	),
	openAi(
		'more thoughts than is billed',
		{
			prompt_tokens: 10,
			completion_tokens: 12,
			total_tokens: 22,
			completion_tokens_details: { reasoning_tokens: 320 },
		},
		{ outputTokens: 12, reasoningTokens: 12 },
		'named',
		{ source: 'vercel/ai packages/openai-compatible' },
	),
	gemini(
		'thoughts inside the candidates',
		{ promptTokenCount: 20, candidatesTokenCount: 603, thoughtsTokenCount: 405, totalTokenCount: 623 },
		{ inputTokens: 20, outputTokens: 603, reasoningTokens: 405 },
	),
	gemini(
		'thoughts beside the candidates',
		{ promptTokenCount: 20, candidatesTokenCount: 100, thoughtsTokenCount: 405, totalTokenCount: 525 },
		{ outputTokens: 505, reasoningTokens: 405 },
	),
	// Cached
	...(
		[
			['usage.cached_tokens', { cached_tokens: 64 }],
			['prompt_cache_hit_tokens', { prompt_cache_hit_tokens: 64 }],
			['prompt_tokens_details', { prompt_tokens_details: { cached_tokens: 64 } }],
			['num_cached_tokens', { num_cached_tokens: 64 }],
			['prompt_token_details', { prompt_token_details: { cached_tokens: 64 } }],
			['cache_read_input_tokens', { cache_read_input_tokens: 64 }],
		] as const
	).map(([name, cached]) =>
		openAi(
			`cached tokens in ${name}`,
			{ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, ...cached },
			{ inputTokens: 100, cachedInputTokens: 64 },
		),
	),
	openAi(
		'cached tokens beside the prompt, xAI',
		{
			prompt_tokens: 10,
			completion_tokens: 20,
			total_tokens: 94,
			prompt_tokens_details: { cached_tokens: 64 },
		},
		{ inputTokens: 74, cachedInputTokens: 64, outputTokens: 20 },
		'named',
		{ source: 'vercel/ai packages/xai' },
	),
	anthropic(
		'written to the cache',
		{ input_tokens: 10, cache_creation_input_tokens: 12_304, output_tokens: 1 },
		{ output_tokens: 70 },
		{ inputTokens: 12_314, cacheWriteTokens: 12_304 },
	),
	// Odd names and types
	openAi("Anthropic's names", { input_tokens: 10, output_tokens: 20 }, { inputTokens: 10, outputTokens: 20 }),
	openAi(
		'numbers as texts',
		{ prompt_tokens: '10', completion_tokens: '20' },
		{ inputTokens: 10, outputTokens: 20 },
	),
	{
		name: 'usage on every chunk',
		source: 'pydantic/pydantic-ai#4056',
		on: 'compatible',
		replies: ok(
			events(
				chunk({ content: 'It ' }, null, { usage: { prompt_tokens: 10, completion_tokens: 1 } }),
				chunk({ content: 'is.' }, 'stop', { usage: { prompt_tokens: 10, completion_tokens: 2 } }),
				'[DONE]',
			),
		),
		expected: { usage: { inputTokens: 10, outputTokens: 2 }, billing: 'named' },
	},
	{
		name: 'usage in the choice, Moonshot',
		on: 'compatible',
		replies: ok(
			events(
				{
					choices: [
						{
							index: 0,
							delta: { content: 'Paris' },
							finish_reason: 'stop',
							usage: { prompt_tokens: 10, completion_tokens: 2 },
						},
					],
				},
				'[DONE]',
			),
		),
		expected: { usage: { inputTokens: 10, outputTokens: 2 }, billing: 'named' },
	},
	gemini('empty counters', {}, { inputTokens: about(4, 30) }, 'estimated', 'vercel/ai packages/google'),
	// What cannot be true
	...onEach((on) => ({
		name: 'a thousand million tokens for one word',
		replies: json(200, {
			...WHOLE[on],
			...(on === 'gemini'
				? { usageMetadata: { promptTokenCount: 999_999_999, candidatesTokenCount: 999_999_999 } }
				: {
						usage:
							on === 'anthropic'
								? { input_tokens: 999_999_999, output_tokens: 999_999_999 }
								: { prompt_tokens: 999_999_999, completion_tokens: 999_999_999 },
					}),
		}),
		expected: {
			usage: { inputTokens: about(4, 30), outputTokens: about(2, 20) },
			billing: 'estimated' as const,
		},
	})),
	openAi(
		'five million tokens for one word',
		{ prompt_tokens: 10, completion_tokens: 5_000_000 },
		{ inputTokens: 10, outputTokens: about(1, 10) },
		'estimated',
	),
	openAi(
		'negative counts',
		{ prompt_tokens: -5, completion_tokens: -5 },
		{ inputTokens: about(4, 30), outputTokens: about(1, 10) },
		'estimated',
	),
	openAi(
		'many hidden thoughts are believed',
		{ prompt_tokens: 10, completion_tokens: 89_000 },
		{ outputTokens: 89_000 },
	),
];
