/** The chat model below LangChain's own runnables. */
import type { AIMessageChunk } from '@langchain/core/messages';
import { StringOutputParser, JsonOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { tool } from '@langchain/core/tools';
import { z } from 'zod';

import { createRoutedChatModel, type RoutedCall } from '../../../nodes/SmartLlmRouterModel/routedChatModel';
import type { Answer, Decision, Part } from '../../../router/types';
import { modelOf, scriptedClient } from '../../support/standIn/scriptedModel';
import { virtualTime } from '../../support/virtualTime';

const USAGE = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 4, reasoningTokens: 2, totalTokens: 15 };

function decisionOf(text: string, more: readonly Part[] = []): Decision {
	const answer: Answer = {
		model: modelOf('mini', scriptedClient(virtualTime().surroundings, []), { modelId: 'gpt-4o-mini' }),
		text,
		parts: [...(text ? [{ type: 'text' as const, text }] : []), ...more],
		finishReason: more.length > 0 ? 'toolCalls' : 'stop',
		usage: USAGE,
		usageEstimated: false,
	};
	return { id: '01J', outcome: 'answered', answer } as Decision;
}

/** Answers every call alike, word by word where someone watches. */
function chatModel(text: string, parts: readonly Part[] = []) {
	const calls: RoutedCall[] = [];
	const model = createRoutedChatModel(
		async (call) => {
			calls.push(call);
			for (const word of text.match(/\s*\S+/g) ?? []) {
				call.feed?.push({ type: 'text', model: 'mini', text: word });
				await Promise.resolve();
			}
			return decisionOf(text, parts);
		},
		['mini'],
	);
	return { model, calls };
}

const METADATA = {
	usage_metadata: {
		input_tokens: 10,
		output_tokens: 5,
		total_tokens: 15,
		input_token_details: { cache_read: 4 },
		output_token_details: { reasoning: 2 },
	},
	response_metadata: { model_name: 'gpt-4o-mini', finish_reason: 'stop' },
};

test('whole and as a stream it is the same message, with the usage in LangChain’s names', async () => {
	const { model } = chatModel('At nine sharp.');
	const whole = await model.invoke('When?');
	expect(whole).toMatchObject({ content: 'At nine sharp.', ...METADATA });
	const chunks: string[] = [];
	let sum: AIMessageChunk | undefined;
	for await (const chunk of await model.stream('When?')) {
		chunks.push(chunk.text);
		sum = sum ? sum.concat(chunk) : chunk;
	}
	expect(chunks.filter(Boolean).length).toBeGreaterThan(1);
	expect(sum).toMatchObject({ content: 'At nine sharp.', ...METADATA });
});

test('a stream carries the calls of tools once it is whole', async () => {
	const call: Part = { type: 'toolCall', id: 'a', name: 'add', input: '{"a":1}' };
	const { model, calls } = chatModel('So:', [call]);
	const add = tool(() => 'two', { name: 'add', description: 'adds', schema: z.object({ a: z.number() }) });
	const bound = model.bindTools!([add], { tool_choice: 'add' } as never);
	let sum: AIMessageChunk | undefined;
	for await (const chunk of await bound.stream('Add.')) sum = sum ? sum.concat(chunk) : chunk;
	expect(sum).toMatchObject({ content: 'So:', tool_calls: [{ id: 'a', name: 'add', args: { a: 1 } }] });
	expect(calls[0].options).toMatchObject({
		tool_choice: 'add',
		tools: [
			{ type: 'function', function: { name: 'add', parameters: { properties: { a: { type: 'number' } } } } },
		],
	});
});

test('chains, parsers and batches', async () => {
	const prompt = ChatPromptTemplate.fromMessages([
		['system', 'You are terse.'],
		['human', '{question}'],
	]);
	const { model, calls } = chatModel('{"city": "Lima"}');
	expect(await prompt.pipe(model).pipe(new StringOutputParser()).invoke({ question: 'Peru?' })).toContain(
		'Lima',
	);
	const parsed = await prompt
		.pipe(model)
		.pipe(new JsonOutputParser())
		.batch([{ question: 'a' }, { question: 'b' }]);
	expect(parsed).toEqual([{ city: 'Lima' }, { city: 'Lima' }]);
	expect(calls).toHaveLength(3);
});

test('structured output is the input of one tool that has to be called', async () => {
	const call: Part = { type: 'toolCall', id: 'a', name: 'city', input: '{"name":"Lima"}' };
	const { model, calls } = chatModel('', [call]);
	const structured = model.withStructuredOutput(z.object({ name: z.string() }), { name: 'city' });
	expect(await structured.invoke('Capital of Peru?')).toEqual({ name: 'Lima' });
	expect(calls[0].options).toMatchObject({ tool_choice: 'city', tools: [{ function: { name: 'city' } }] });
});

test('an answer ends at a stop word, also as a stream, and who stops reading aborts the call', async () => {
	const { model, calls } = chatModel('Thought: none. Observation: invented');
	const options = { stop: ['Observation:'] };
	expect((await model.invoke('Go', options)).text).toBe('Thought: none. ');
	let text = '';
	for await (const chunk of await model.stream('Go', options)) text += chunk.text;
	expect(text).toBe('Thought: none. ');
	const reader = (await model.stream('Go'))[Symbol.asyncIterator]();
	await reader.next();
	await reader.return?.();
	expect(calls.at(-1)!.signal.aborted).toBe(true);
});

test('texts are measured here, not by a vocabulary from the internet', async () => {
	const { model } = chatModel('');
	expect(await model.getNumTokens('What is the capital of Peru?')).toBeGreaterThan(3);
});
