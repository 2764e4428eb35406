import { createRequire } from 'node:module';

import type * as Messages from '@langchain/core/messages';
import type * as ChatModels from '@langchain/core/language_models/chat_models';
import type * as Outputs from '@langchain/core/outputs';
import type * as Runnables from '@langchain/core/runnables';
import type * as StructuredOutput from '@langchain/core/language_models/structured_output';
import type * as FunctionCalling from '@langchain/core/utils/function_calling';

/** What is used of LangChain. */
export interface LangChain {
	AIMessage: typeof Messages.AIMessage;
	AIMessageChunk: typeof Messages.AIMessageChunk;
	BaseChatModel: typeof ChatModels.BaseChatModel;
	ChatGenerationChunk: typeof Outputs.ChatGenerationChunk;
	RunnableLambda: typeof Runnables.RunnableLambda;
	assembleStructuredOutputPipeline: typeof StructuredOutput.assembleStructuredOutputPipeline;
	convertToOpenAITool: typeof FunctionCalling.convertToOpenAITool;
}

/** n8n's own nodes. It puts its folders on the path of every `require`. */
const N8N_NODES = '@n8n/n8n-nodes-langchain/package.json';

let loaded: LangChain | undefined;

/**
 * n8n's own LangChain, as agents and chains only know the classes of their own copy. It is looked for from n8n's nodes,
 * because beside this package another one may have installed a copy of its own.
 */
export function langChain(): LangChain {
	loaded ??= load(requireOfN8n());
	return loaded;
}

function requireOfN8n(): NodeJS.Require {
	const here = createRequire(__filename);
	try {
		return createRequire(here.resolve(N8N_NODES));
	} catch {
		// Outside of n8n, such as in tests.
		return here;
	}
}

function load(require: NodeJS.Require): LangChain {
	const messages = require('@langchain/core/messages') as typeof Messages;
	const chatModels = require('@langchain/core/language_models/chat_models') as typeof ChatModels;
	const outputs = require('@langchain/core/outputs') as typeof Outputs;
	const runnables = require('@langchain/core/runnables') as typeof Runnables;
	const structured = require('@langchain/core/language_models/structured_output') as typeof StructuredOutput;
	const functions = require('@langchain/core/utils/function_calling') as typeof FunctionCalling;
	return {
		AIMessage: messages.AIMessage,
		AIMessageChunk: messages.AIMessageChunk,
		BaseChatModel: chatModels.BaseChatModel,
		ChatGenerationChunk: outputs.ChatGenerationChunk,
		RunnableLambda: runnables.RunnableLambda,
		assembleStructuredOutputPipeline: structured.assembleStructuredOutputPipeline,
		convertToOpenAITool: functions.convertToOpenAITool,
	};
}
