import {
	NodeConnectionTypes,
	type IDataObject,
	type ISupplyDataFunctions,
	type NodeExecutionHint,
	type NodeOperationError,
} from 'n8n-workflow';

import type { ChatRequest, Decision } from '../../router/types';
import { filesIn } from '../../router/text/parts';
import type { Host } from '../host/host';
import { routerRecord } from '../host/record';
import { tokenUsageOf } from './answer';

type Context = Pick<ISupplyDataFunctions, 'addInputData' | 'addOutputData' | 'logAiEvent'>;

const TYPE = NodeConnectionTypes.AiLanguageModel;

/** Each call as a run of this node in n8n's log: what was asked, what was answered, tokens, and the record of the decision. */
export class RunLog {
	private readonly said = new Set<string>();

	constructor(
		private readonly context: Context,
		private readonly host: Pick<Host, 'hint'>,
	) {}

	/** @returns the index of the run in n8n's log */
	begin(request: ChatRequest, models: readonly string[]): number {
		const json: IDataObject = { messages: messagesOf(request), options: { models: [...models] } };
		return this.context.addInputData(TYPE, [[{ json }]]).index;
	}

	end(index: number, decision: Decision, hints: readonly NodeExecutionHint[]): void {
		const { answer } = decision;
		const calls = answer?.parts.filter(({ type }) => type === 'toolCall') ?? [];
		const generationInfo = {
			model: answer?.model.modelId,
			finish_reason: answer?.finishReason,
			...(calls.length > 0 && { tool_calls: calls }),
		};
		const response = { generations: [[{ text: answer?.text ?? '', generationInfo }]] } as IDataObject;
		const json: IDataObject = {
			response,
			tokenUsage: tokenUsageOf(decision),
			router: routerRecord(decision),
		};
		this.hint(hints);
		this.context.addOutputData(TYPE, index, [[{ json }]]);
		this.context.logAiEvent('ai-llm-generated-output', JSON.stringify({ response }));
	}

	fail(index: number, error: NodeOperationError, hints: readonly NodeExecutionHint[]): void {
		this.hint(hints);
		this.context.addOutputData(TYPE, index, error);
		this.context.logAiEvent('ai-llm-errored', JSON.stringify({ error: error.message }));
	}

	/** n8n shows all hints of a sub-node with each of its runs. */
	private hint(hints: readonly NodeExecutionHint[]): void {
		const fresh = hints.filter(({ message }) => !this.said.has(message));
		for (const { message } of fresh) this.said.add(message);
		this.host.hint(fresh);
	}
}

const NAMES = { user: 'Human', assistant: 'AI', tool: 'Tool' } as const;

/** As LangChain writes a conversation, which is what n8n's log shows for other chat models. */
function messagesOf({ system, messages }: ChatRequest): string[] {
	const lines = messages.map(({ role, parts }) => {
		const texts = parts.map((part) => {
			if (part.type === 'text') return part.text;
			if (part.type === 'toolCall') return `[calls ${part.name} with ${part.input}]`;
			return part.type === 'toolResult' ? part.output : '';
		});
		const files = filesIn(parts).map(({ mediaType }) => `[${mediaType}]`);
		return `${NAMES[role]}: ${[...texts, ...files].join('')}`;
	});
	return [[...(system ? [`System: ${system}`] : []), ...lines].join('\n')];
}
