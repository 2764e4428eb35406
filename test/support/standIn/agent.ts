/** An agent that does with its chat model what n8n's AI Agent (version 3) does, step by step. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
	AIMessage,
	HumanMessage,
	SystemMessage,
	ToolMessage,
	type AIMessageChunk,
	type BaseMessage,
} from '@langchain/core/messages';
import { RunnableLambda } from '@langchain/core/runnables';
import {
	NodeConnectionTypes,
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeType,
} from 'n8n-workflow';

/** By name; each gets the call's input. */
export type AgentTools = Record<string, (input: IDataObject) => string>;

const MOST_STEPS = 30;

/** What the agent hands over for its tools: OpenAI's form, as one of those that `bindTools` takes. */
const toolOf = (name: string) => ({
	type: 'function',
	function: { name, description: name, parameters: { type: 'object', properties: {} } },
});

/** @param tools whose calls are counted in `calls` of the item that comes out */
export const standInAgent = (tools: AgentTools): INodeType => ({
	description: {
		displayName: 'agent',
		name: 'agent',
		group: ['transform'],
		version: 1,
		description: '',
		defaults: {},
		inputs: [
			NodeConnectionTypes.Main,
			{ type: NodeConnectionTypes.AiLanguageModel, maxConnections: 1, required: true },
		],
		outputs: [NodeConnectionTypes.Main],
		properties: [
			{ name: 'text', displayName: 'text', type: 'string', default: '={{ $json.prompt }}' },
			{ name: 'systemMessage', displayName: 'systemMessage', type: 'string', default: '' },
		],
	},
	async execute(this: IExecuteFunctions) {
		const out = this.getInputData().map(async (_, item) => {
			try {
				return { json: await answered(this, item, tools), pairedItem: { item } };
			} catch (error) {
				if (!this.continueOnFail()) throw new NodeOperationError(this.getNode(), error as Error);
				return { json: { error: (error as Error).message }, pairedItem: { item } };
			}
		});
		return [await Promise.all(out)];
	},
});

async function answered(context: IExecuteFunctions, item: number, tools: AgentTools): Promise<IDataObject> {
	const system = context.getNodeParameter('systemMessage', item) as string;
	const question = [
		...(system ? [new SystemMessage(system)] : []),
		new HumanMessage(context.getNodeParameter('text', item) as string),
	];
	const steps: BaseMessage[] = [];
	const calls: IDataObject[] = [];
	for (let step = 0; step < MOST_STEPS; step++) {
		const { text, toolCalls, content } = await asked(context, item, [...question, ...steps], tools);
		if (toolCalls.length === 0) return { output: text, calls };
		for (const { name, args, id = '' } of toolCalls) {
			calls.push({ name, args });
			// As the agent makes the messages anew from what n8n's engine kept of the step.
			const thinking = content.find(({ type }) => type === 'thinking');
			const message = thinking
				? new AIMessage({ content: [thinking, { type: 'tool_use', id, name, input: {} }] as never })
				: new AIMessage({
						content: [],
						tool_calls: [{ id, name, args: { ...args, id }, type: 'tool_call' }],
					});
			const observation = JSON.stringify([{ response: tools[name](args as IDataObject) }]);
			steps.push(message, new ToolMessage({ content: observation, tool_call_id: id }));
		}
	}
	throw new Error('The agent came to no end');
}

interface Step {
	text: string;
	toolCalls: NonNullable<AIMessage['tool_calls']>;
	content: Array<{ type?: string }>;
}

/** The chat model is asked for anew with every step. */
async function asked(
	context: IExecuteFunctions,
	item: number,
	messages: BaseMessage[],
	tools: AgentTools,
): Promise<Step> {
	const model = (await context.getInputConnectionData('ai_languageModel', 0)) as BaseChatModel;
	const names = Object.keys(tools);
	const bound = names.length > 0 ? model.bindTools!(names.map(toolOf)) : model;
	const signal = context.getExecutionCancelSignal();
	if (!context.isStreaming()) return stepOf(await bound.invoke(messages, { signal }));
	// Invoked inside of a chain, so that LangChain prefers the stream by its handlers.
	const chain = RunnableLambda.from(async (_: string, config) => await bound.invoke(messages, config));
	context.sendChunk('begin', item);
	let text = '';
	let step: Step = { text, toolCalls: [], content: [] };
	for await (const { event, data } of chain.streamEvents('', { version: 'v2', signal })) {
		const { chunk, output } = data as { chunk?: AIMessageChunk; output?: AIMessageChunk };
		if (event === 'on_chat_model_stream' && chunk?.content) {
			context.sendChunk('item', item, chunk.text);
			text += chunk.text;
		}
		if (event === 'on_chat_model_end' && output) step = stepOf(output);
	}
	context.sendChunk('end', item);
	return { ...step, text };
}

function stepOf(message: AIMessage | AIMessageChunk): Step {
	return {
		text: message.text,
		toolCalls: message.tool_calls ?? [],
		content: Array.isArray(message.content) ? message.content : [],
	};
}
