/** The one LangChain class: a chat model whose answers come from whichever model of the list the engine asks. */
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import type { BaseChatModel, BaseChatModelCallOptions } from '@langchain/core/language_models/chat_models';
import type { AIMessageChunk, BaseMessage } from '@langchain/core/messages';
import type { ChatGenerationChunk, ChatResult } from '@langchain/core/outputs';

import { estimateTokens } from '../../router/text/tokens';
import type { Decision } from '../../router/types';
import { messageFields, tokenUsageOf, withoutText } from './answer';
import { langChain } from './langchain';
import { textIn, type LangChainMessage } from './messages';
import { AnswerFeed } from './answerFeed';
import type { CallOptions } from './tools';

/** One call of the model, as the node sees it. */
export interface RoutedCall {
	messages: readonly LangChainMessage[];
	options: CallOptions;
	/** Aborts when nobody waits for the answer any more. */
	signal: AbortSignal;
	/** Where the answer is watched as it is written. */
	feed?: AnswerFeed;
}

/** Asks the engine. @throws an Error of n8n's where there is no answer */
export type Ask = (call: RoutedCall) => Promise<Decision>;

type Options = BaseChatModelCallOptions & CallOptions;
type Schema = Record<string, unknown>;

/** Reason of an abort: without one, each would build an error with a stack trace, and most answers end this way. */
const NO_READER = 'Nobody reads on.';

/** @param ask answers one call @param models what stands in n8n's log under the model's settings */
export function createRoutedChatModel(ask: Ask, models: readonly string[]): BaseChatModel {
	const RoutedChatModel = (classOf ??= defineClass());
	return new RoutedChatModel(ask, models);
}

let classOf: ReturnType<typeof defineClass> | undefined;

/** Its parent is n8n's own class, which is only there at run time. */
function defineClass() {
	const {
		AIMessage,
		AIMessageChunk,
		BaseChatModel,
		ChatGenerationChunk,
		RunnableLambda,
		assembleStructuredOutputPipeline,
		convertToOpenAITool,
	} = langChain();

	return class RoutedChatModel extends BaseChatModel<Options, AIMessageChunk> {
		override lc_namespace = ['n8n-nodes-smart-llm-router', 'chat_models'];

		/** Where chat models commonly name themselves. */
		readonly model: string;

		constructor(
			private readonly ask: Ask,
			models: readonly string[],
		) {
			// The engine retries; LangChain's retries on top would multiply them.
			super({ maxRetries: 0 });
			this.model = models.join(', ');
		}

		override _llmType(): string {
			return 'smart-llm-router';
		}

		/** Chains that cut texts to size ask; LangChain's own way fetches a vocabulary from the internet. */
		override getNumTokens(content: Parameters<BaseChatModel['getNumTokens']>[0]): Promise<number> {
			return Promise.resolve(estimateTokens(textIn(content)));
		}

		override async _generate(
			messages: BaseMessage[],
			options: this['ParsedCallOptions'],
		): Promise<ChatResult> {
			const nobody = new AbortController();
			const signal = options.signal ?? nobody.signal;
			const decision = await this.ask({ messages, options, signal });
			const message = new AIMessage(messageFields(decision, options.stop));
			return {
				generations: [{ text: message.text, message }],
				llmOutput: { tokenUsage: tokenUsageOf(decision) },
			};
		}

		override async *_streamResponseChunks(
			messages: BaseMessage[],
			options: this['ParsedCallOptions'],
			runManager?: CallbackManagerForLLMRun,
		): AsyncGenerator<ChatGenerationChunk> {
			const gone = new AbortController();
			const signal = AbortSignal.any([gone.signal, ...(options.signal ? [options.signal] : [])]);
			const feed = new AnswerFeed();
			const chunkOf = async (fields: Partial<ConstructorParameters<typeof AIMessageChunk>[0] & object>) => {
				const message = new AIMessageChunk({ content: '', ...fields });
				const chunk = new ChatGenerationChunk({ message, text: message.text });
				const place = { prompt: 0, completion: 0 };
				await runManager?.handleLLMNewToken(chunk.text, place, undefined, undefined, undefined, { chunk });
				return chunk;
			};
			// An answer that has to be cut at a word is cut when it is whole.
			const isWatched = !options.stop?.length;
			const asked = this.ask({ messages, options, signal, ...(isWatched && { feed }) }).finally(() =>
				feed.end(),
			);
			// Its failure is met below, when all that was written before it has been passed on.
			asked.catch(() => undefined);
			try {
				for await (const content of feed) yield await chunkOf({ content });
				const { tool_calls: calls, content, ...fields } = messageFields(await asked, options.stop);
				yield await chunkOf({
					...fields,
					content: feed.isUsed ? withoutText(content) : content,
					tool_call_chunks: calls.map(({ id, name, args }, index) => ({
						id,
						name,
						args: JSON.stringify(args),
						index,
						type: 'tool_call_chunk',
					})),
				});
			} finally {
				// Who stops reading wants no more of it.
				gone.abort(NO_READER);
			}
		}

		override bindTools(tools: Parameters<typeof convertToOpenAITool>[0][], kwargs: Partial<Options> = {}) {
			return this.withConfig({
				...kwargs,
				tools: tools.map((tool) => convertToOpenAITool(tool)),
			} as Partial<Options>);
		}

		override withStructuredOutput(schema: never, config?: { name?: string; includeRaw?: boolean }): never {
			const tool = toolFor(schema, config?.name);
			const { name } = tool;
			const llm = this.bindTools([tool], { tool_choice: name });
			const parser = RunnableLambda.from((message: AIMessageChunk) => {
				const call = message.tool_calls?.find((each) => each.name === name);
				if (!call) throw new Error('The model gave no structured answer.');
				return call.args as Schema;
			});
			return assembleStructuredOutputPipeline(llm, parser, config?.includeRaw, 'StructuredOutput') as never;
		}
	};
}

/** A schema is JSON's or zod's, or stands in the definition of a function. */
function toolFor(
	schema: unknown,
	wanted: string | undefined,
): { name: string; description: string; schema: never } {
	const { name, title, description, parameters } = schema as Record<string, unknown>;
	const found = [wanted, name, title].find((each): each is string => typeof each === 'string' && each !== '');
	return {
		// What providers allow in a name.
		name: found?.replace(/[^\w-]/g, '_').slice(0, 64) ?? 'extract',
		description: typeof description === 'string' ? description : 'Gives the answer.',
		schema: (parameters ?? schema) as never,
	};
}
