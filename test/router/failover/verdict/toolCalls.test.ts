import type { AnswerPart, Tool } from '../../../../router/types';
import { toolCallsIn } from '../../../../router/text/parts';
import { requestOf } from '../../../support/requests';
import { end, fails, text, whole } from '../../../support/standIn/scriptedModel';
import { outcomes, setting } from '../setting';

const TOOLS: Tool[] = [{ name: 'add', schema: { type: 'object' } }];
const request = requestOf('1 + 2', { tools: TOOLS });
const call = (input: string, more: { id?: string; name?: string } = {}): AnswerPart => ({
	type: 'toolCall',
	id: '1',
	name: 'add',
	input,
	...more,
});

test('tool calls alone are a whole answer, put together in the order in which they began', async () => {
	const { model, ask } = setting();
	const thought = { type: 'reasoning' as const, maker: 'openAi x', opaque: { signature: 's' } };
	const play = [
		{ type: 'reasoning' as const, keep: thought },
		text('Let me '),
		text('see.'),
		call('{"a"'),
		call('', { id: '2' }),
		call(':1}'),
		end('stop'),
	];
	const { answer, attempts } = await ask([model('first', [play])], {}, { request });
	expect(answer).toMatchObject({ text: 'Let me see.', finishReason: 'toolCalls' });
	expect(answer?.parts).toEqual([
		thought,
		{ type: 'text', text: 'Let me see.' },
		{ type: 'toolCall', id: '1', name: 'add', input: '{"a":1}' },
		{ type: 'toolCall', id: '2', name: 'add', input: '{}' },
	]);
	expect(attempts).toHaveLength(1);
	const alone = await ask([model('first', [[call('{}'), end('toolCalls')]])], {}, { request });
	expect(alone.attempts).toHaveLength(1);
	expect(alone.answer).toMatchObject({ text: '', finishReason: 'toolCalls' });
});

test('a first piece of a call is the first token', async () => {
	const { model, ask } = setting();
	const play = [{ wait: 50 }, call('{'), { wait: 100 }, call('}'), end('toolCalls')];
	const { attempts } = await ask([model('first', [play])], {}, { request });
	expect(attempts[0]).toMatchObject({ firstTokenMs: 50, ms: 150 });
});

describe('a call that cannot be carried out is never passed on', () => {
	test.each([
		['of a tool that was not given', [call('{}', { name: 'subtract' }), end('toolCalls')], 2],
		['with input that is no JSON', [call('{"a":'), end('toolCalls')], 2],
		['with input that is no object', [call('[1]'), end('toolCalls')], 2],
		['beside one that can be', [call('{}'), call('no', { id: '2' }), end('toolCalls')], 2],
		// The same limit would cut it again.
		['that was cut at the limit', [call('{}'), end('length')], 1],
	])('%s', async (_what, play, tries) => {
		const { model, ask } = setting();
		const models = [model('first', [play]), model('second', [[call('{}'), end('toolCalls')]])];
		const result = await ask(models, {}, { request });
		expect(outcomes(result)).toEqual([
			...Array.from({ length: tries }, () => 'first invalidOutput'),
			'second answered',
		]);
	});

	test('a connection that ends in the middle of a call', async () => {
		const { model, ask } = setting();
		const models = [model('first', [[call('{}')]]), model('second', [whole()])];
		const result = await ask(models, { maxRetries: 0 }, { request });
		expect(outcomes(result)).toEqual(['first network', 'second answered']);
	});
});

test('calls that nobody asked for are left out', async () => {
	const { model, ask } = setting();
	const { answer } = await ask([model('first', [[text('four'), call('{}'), end('toolCalls')]])]);
	expect(answer?.parts).toEqual([{ type: 'text', text: 'four' }]);
});

test('an answer with tool calls needs no JSON beside them', async () => {
	const { model, ask } = setting();
	const json = { ...request, format: { type: 'json' as const } };
	const play = [text('Let me see.'), call('{}'), end('toolCalls')];
	expect(outcomes(await ask([model('first', [play])], {}, { request: json }))).toEqual(['first answered']);
});

test('what is billed by our estimate counts calls and tools', async () => {
	const { model, ask } = setting();
	const { attempts } = await ask(
		[model('first', [[call('{"a":1}'), end('toolCalls', null)]])],
		{},
		{ request },
	);
	const tools = JSON.stringify(TOOLS).length;
	expect(attempts[0].usage).toMatchObject({ inputTokens: '1 + 2'.length + tools, outputTokens: 10 });
});

test('a call that a server passes on as text is none, as long as tools were given', async () => {
	const { model, ask } = setting();
	const words = '<tool_call>{"name":"add","arguments":{}}</tool_call>';
	const models = () => [model('first', [whole(words)]), model('second', [[call('{}'), end('toolCalls')]])];
	const { attempts, answer } = await ask(models(), { maxRetries: 0 }, { request });
	expect(attempts.map(({ outcome }) => outcome)).toEqual(['invalidOutput', 'answered']);
	expect(answer?.model.alias).toBe('second');
	expect((await ask(models())).answer?.text).toBe(words);
});

test('a provider that saw by itself that the model wrote nothing of use is asked again', async () => {
	const { model, ask } = setting();
	const models = [model('first', [fails('invalidOutput', { status: 400 }), [call('{}'), end('toolCalls')]])];
	expect(outcomes(await ask(models, {}, { request }))).toEqual(['first invalidOutput', 'first answered']);
});

test.each([
	['no tool where one had to be', 'required' as const, whole('Four.')],
	['another tool than it had to', { name: 'sub' }, [call('{}'), end('toolCalls')]],
])('an answer that calls %s', async (_what, toolChoice, play) => {
	const { model, ask } = setting();
	const tools = [...TOOLS, { name: 'sub', schema: {} }];
	const models = [model('first', [play]), model('second', [[call('{}', { name: 'sub' }), end('toolCalls')]])];
	const result = await ask(models, { maxRetries: 0 }, { request: { ...request, tools, toolChoice } });
	expect(outcomes(result)).toEqual(['first invalidOutput', 'second answered']);
});

test('calls of a model that was to call none are left out: its words are the answer, or the next model has some', async () => {
	const { model, ask } = setting();
	const none = { request: { ...request, toolChoice: 'none' as const } };
	const { answer } = await ask([model('first', [[text('Four.'), call('{}'), end('toolCalls')]])], {}, none);
	expect(toolCallsIn(answer!.parts)).toEqual([]);
	expect(answer).toMatchObject({ text: 'Four.', finishReason: 'stop' });
	const models = [model('first', [[call('{}'), end('toolCalls')]]), model('second', [whole('Four.')])];
	expect(outcomes(await ask(models, { maxRetries: 0 }, none))).toEqual([
		'first emptyAnswer',
		'second answered',
	]);
});

test('encrypted thoughts count by what they hold, not as the many tokens that their letters would be', async () => {
	const { model, ask } = setting();
	const opaque = { encrypted_content: 'x'.repeat(976) };
	const thought = { type: 'reasoning' as const, maker: 'x', opaque };
	const messages = [
		...request.messages,
		{
			role: 'assistant' as const,
			parts: [thought, { type: 'toolCall' as const, id: '1', name: 'add', input: '{}' }],
		},
	];
	const { attempts } = await ask(
		[model('first', [[text('3'), end('stop', null)]])],
		{},
		{ request: { ...request, messages } },
	);
	const others = '1 + 2'.length + JSON.stringify(TOOLS).length + 'add{}'.length;
	expect(attempts[0].usage?.inputTokens).toBe(others + 200);
});
