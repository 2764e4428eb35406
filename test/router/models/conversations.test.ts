/**
 * Conversations with tools that one provider began go on with every other: the simulated providers refuse what real ones
 * refuse (`simulated/toolRules.ts`), and nothing that was called or answered may be lost on the way.
 */
import { coerceMessageLikeToMessage, type AIMessage, type ToolMessage } from '@langchain/core/messages';
import { textOf, toolCallsIn, userMessage } from '../../../router/text/parts';
import { createConnectedClient, type ConnectedMessage } from '../../../router/models/connected/connected';
import { makerOf } from '../../../router/models/maker';
import type { Message, ModelRequest, Part, Tool, ToolResultPart } from '../../../router/types';
import { requestOf } from '../../support/requests';
import { openAiFault, SIGNATURE } from '../../support/simulated/toolRules';
import type { SimulatedCall } from '../../support/simulatedProviders';
import { seededChance } from '../../support/virtualTime';
import { Bench, read, type Protocol } from './protocols';

interface Speaker {
	name: string;
	/** null: reached through LangChain. */
	protocol: Protocol | null;
	newId(draw: () => number): string;
	thought: Part | null;
}

const letters = (draw: () => number, count: number): string =>
	Array.from({ length: count }, () => 'abcdefghijklmnopqrstuvwxyz0123456789'[Math.floor(draw() * 36)]).join(
		'',
	);

function speaker(
	provider: Protocol['provider'],
	endpoint: Protocol['endpoint'],
	modelId: string,
	newId: Speaker['newId'],
	opaque: unknown = null,
): Speaker {
	const speaks = provider === 'anthropic' || provider === 'gemini' ? provider : 'openAi';
	const thought = opaque ? { type: 'reasoning' as const, maker: makerOf(speaks, modelId), opaque } : null;
	return {
		name: modelId,
		protocol: { provider, endpoint, modelId, reasoningModelId: modelId },
		newId,
		thought,
	};
}

const SPEAKERS: Speaker[] = [
	speaker('openAi', 'openai', 'gpt-5-mini', (draw) => `call_${letters(draw, 24)}`),
	speaker('anthropic', 'anthropic', 'claude-think-4-5', (draw) => `toolu_01${letters(draw, 22)}`, {
		type: 'thinking',
		thinking: 'Hm.',
		signature: SIGNATURE,
	}),
	speaker('gemini', 'gemini', 'gemini-2.5-flash', (draw) => `call_${letters(draw, 24)}`),
	speaker('gemini', 'gemini', 'gemini-3-pro', (draw) => letters(draw, 8), {
		thoughtSignature: SIGNATURE,
	}),
	speaker('openAiCompatible', 'compatible', 'qwen-3', (draw) => `functions.add:${Math.floor(draw() * 3)}`),
	speaker('openAiCompatible', 'compatible', 'mistral-small-latest', (draw) => letters(draw, 9)),
	speaker('openAiCompatible', 'compatible', 'deepseek-chat', (draw) => `chatcmpl-tool-${letters(draw, 32)}`, {
		reasoning_content: 'Hm.',
	}),
	{
		name: 'connected',
		protocol: null,
		newId: (draw) => `${letters(draw, 8)}-${letters(draw, 4)}`,
		thought: null,
	},
];

const TOOLS: Tool[] = ['add', 'send', 'look_up'].map((name) => ({
	name,
	schema: {
		type: 'object',
		properties: { a: { type: 'number', exclusiveMinimum: 0 }, b: { const: 'x' } },
		patternProperties: { '^c': {} },
	},
}));

/** What people, models and tools do to a conversation. */
function conversationOf(by: Speaker, draw: () => number): Message[] {
	const chance = (of: number): boolean => draw() < of;
	const messages: Message[] = [];
	const results: ToolResultPart[] = [];
	let serial = 0;
	const answerSome = (): void => {
		const parts = results.splice(0, chance(0.7) ? results.length : 1);
		// In any order, some twice, in one message or several.
		parts.sort(() => draw() - 0.5);
		if (chance(0.1) && parts[0]) parts.push(parts[0]);
		if (chance(0.5)) messages.push({ role: 'tool', parts });
		else for (const part of parts) messages.push({ role: 'tool', parts: [part] });
	};
	for (let step = 0; step < 12; step++) {
		if (results.length > 0 && chance(0.8)) answerSome();
		else if (chance(0.25)) messages.push(userMessage(chance(0.1) ? ' ' : `question ${serial++}`));
		else {
			const parts: Part[] = chance(0.4) ? [{ type: 'text', text: `word ${serial++}` }] : [];
			if (by.thought && chance(0.8)) parts.push(by.thought);
			for (let call = Math.floor(draw() * 4); call > 0; call--) {
				const [id, name] = [by.newId(draw), TOOLS[Math.floor(draw() * 3)]!.name];
				parts.push({ type: 'toolCall', id, name, input: chance(0.05) ? '{"a":' : `{"a":${serial}}` });
				// Some are never answered, or by nobody that was asked.
				if (chance(0.9))
					results.push({ type: 'toolResult', id: chance(0.95) ? id : 'x', name, output: `result ${serial}` });
				serial++;
			}
			if (parts.length > 0) messages.push({ role: 'assistant', parts });
		}
	}
	if (chance(0.7)) answerSome();
	else messages.push(userMessage('What came of it?'));
	return messages;
}

let bench: Bench;
beforeAll(async () => {
	bench = await Bench.start();
});
afterAll(() => bench.close());

/** All calls and results that a provider was told of, in their order. */
interface Told {
	calls: string[];
	results: string[];
	texts: string;
}

async function tell(to: Speaker, request: ModelRequest): Promise<Told> {
	return to.protocol ? await tellOverWire(to.protocol, request) : await tellLangChain(request);
}

async function tellOverWire(protocol: Protocol, request: ModelRequest): Promise<Told> {
	let heard: SimulatedCall | undefined;
	bench.providers.answer = (call) => {
		heard = call;
		return 'Fine.';
	};
	await bench.answer(protocol, request);
	const { messages } = heard!;
	return {
		calls: messages.flatMap(({ calls }) => calls.map(({ name, input }) => `${name} ${input}`)),
		results: messages.flatMap(({ results }) => results.map(({ output }) => output)),
		texts: messages.map(({ text }) => text).join('\n'),
	};
}

async function tellLangChain(request: ModelRequest): Promise<Told> {
	const asked: ConnectedMessage[][] = [];
	const stream = async (messages: ConnectedMessage[]) => {
		asked.push(messages);
		await Promise.resolve();
		return (async function* () {
			yield { content: 'Fine.' };
		})();
	};
	const chatModel = { stream, bindTools: () => ({ stream }) };
	const client = createConnectedClient(chatModel, { label: 'Any', now: () => 0, random: () => 0.5 });
	await read(client.stream(request, '', new AbortController().signal));
	// As LangChain itself understands them.
	const messages = asked[0]!.map((message) => coerceMessageLikeToMessage(message as never));
	const callsOf = (message: (typeof messages)[number]) =>
		message.type === 'ai' ? ((message as AIMessage).tool_calls ?? []) : [];
	const asOpenAi = messages.map((message) => {
		const role = { human: 'user', ai: 'assistant' }[message.type as string] ?? message.type;
		const tool_calls = callsOf(message).map(({ id, name, args }) => ({
			id,
			type: 'function',
			function: { name, arguments: JSON.stringify(args) },
		}));
		const { tool_call_id } = message as ToolMessage;
		return { role, content: message.text, tool_call_id, ...(tool_calls.length > 0 && { tool_calls }) };
	});
	expect(openAiFault({ messages: asOpenAi }, { isMistral: false, isStrict: false })).toBeNull();
	return {
		calls: messages.flatMap((message) =>
			callsOf(message).map(({ name, args }) => `${name} ${JSON.stringify(args)}`),
		),
		results: messages.filter(({ type }) => type === 'tool').map(({ text }) => text),
		texts: messages
			.filter(({ type }) => type !== 'tool')
			.map(({ text }) => text)
			.join('\n'),
	};
}

const PAIRS = SPEAKERS.flatMap((from) => SPEAKERS.map((to) => ({ from, to })));

test.each(PAIRS.map(({ from, to }) => [from.name, to.name, from, to] as const))(
	'from %s to %s',
	async (_from, _to, from, to) => {
		const draw = seededChance(PAIRS.findIndex((pair) => pair.from === from && pair.to === to) + 1);
		for (let round = 0; round < 12; round++) {
			const messages = conversationOf(from, draw);
			const effort = draw() < 0.5 ? { reasoningEffort: 'medium' as const } : {};
			const forced = draw() < 0.2 ? { toolChoice: 'required' as const } : {};
			const request = requestOf('', {
				messages,
				tools: TOOLS,
				limits: { temperature: 1 },
				...effort,
				...forced,
			});
			const told = await tell(to, request);
			const calls = messages.flatMap(({ parts }) => toolCallsIn(parts));
			expect(told.calls).toEqual(
				calls.map(({ name, input }) => `${name} ${input === '{"a":' ? '{}' : input}`),
			);
			// Each call has a result, and nothing that a tool said is lost, be it told as text.
			expect(told.results).toHaveLength(calls.length);
			const outputs = new Set(
				messages.flatMap(({ parts }) =>
					parts.flatMap((part) => (part.type === 'toolResult' ? [part.output] : [])),
				),
			);
			for (const output of outputs) {
				const asResult = told.results.filter((result) => result === output).length;
				expect(asResult > 0 || told.texts.includes(output)).toBe(true);
			}
			for (const words of messages.map(({ parts }) => textOf(parts)))
				expect(told.texts).toContain(words.trim());
		}
	},
);
