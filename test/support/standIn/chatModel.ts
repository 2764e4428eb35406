/** A LangChain chat model that says and fails as a test wishes, for `connected` models. */
import { BaseChatModel, type BindToolsInput } from '@langchain/core/language_models/chat_models';
import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import type { ToolCallChunk } from '@langchain/core/messages/tool';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';

import { partsOf, wordsOf, type SimulatedAnswer } from '../simulated/answers';
import { parseStep } from '../simulated/faults';

export interface ChatModelBehaviour {
	/** Its answer; `[<node name>] <last message>` otherwise. */
	answer?: string | ((messages: BaseMessage[]) => string | SimulatedAnswer);
	/**
	 * In the grammar of the simulated providers: any HTTP status with Retry-After (`429-2*1--500`), `silent`,
	 * `429date-<s>`, `429ms-<ms>`, `hang`, `slow-<ms>`, `stall`, `cut`, `reset`, `nofinish`, `brokenevent`, `errorevent`,
	 * `invalidjson`, `invalidschema`, `unreachable`, `empty`, `length`, `filterfinish`, `filter`, `refusal`, `blockedprompt`, `quota`, `context`, `nousage`; `pings` sends
	 * chunks without a word for ever, `deaf-<ms>` is `slow` without an ear for the signal, and `nofinish` shows that the
	 * model is one that always says why it stopped.
	 */
	fault?: string;
	/** By whose clock the fault's times are; the real one otherwise. Ends at once when `signal` aborts. */
	sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
	modelName?: string;
	/** Every call, as the model saw it. Filled by the model. */
	calls?: ChatModelCall[];
}

export interface ChatModelCall {
	messages: BaseMessage[];
	/** ms since the epoch. */
	at: number;
	/** null while it is under way. */
	endedAt: number | null;
	aborted: boolean;
	/** The call's own options: `stop`, `temperature`, `response_format`, … */
	options: Record<string, unknown>;
}

export const standInChatModel = (name: string, behaviour: ChatModelBehaviour): StandInChatModel =>
	new StandInChatModel(name, behaviour);

/** Pause between the chunks of the fault `pings`, in ms. */
const PING_MS = 50;

const FINISH_REASONS = [
	['length', 'length'],
	['filterfinish', 'content_filter'],
	['blockedprompt', 'PROHIBITED_CONTENT'],
] as const;

const WRONG_ANSWERS = [
	['invalidjson', '{"answer": "this JSON never end'],
	['invalidschema', '{"unexpected":true}'],
] as const;

type CallOptions = BaseChatModel['ParsedCallOptions'];

export class StandInChatModel extends BaseChatModel {
	/** What `bindTools` was called with; null: it was not. */
	protected bound: Record<string, unknown> | null = null;

	/** Where connected models commonly name themselves. */
	readonly model: string;

	constructor(
		private readonly nodeName: string,
		private readonly behaviour: ChatModelBehaviour,
	) {
		// LangChain's own retries would hide the fault from the caller.
		super({ maxRetries: 0 });
		if (behaviour.fault?.includes('nofinish')) this.lc_namespace = ['langchain', 'chat_models', 'openai'];
		this.model = behaviour.modelName ?? 'stand-in-model';
		this.behaviour.calls ??= [];
	}

	override bindTools(tools: BindToolsInput[], options: Partial<CallOptions> = {}): StandInChatModel {
		const bound = new StandInChatModel(this.nodeName, this.behaviour);
		bound.bound = { tools, ...options };
		return bound;
	}

	_llmType(): string {
		return 'stand-in';
	}

	override async _generate(
		messages: BaseMessage[],
		options: CallOptions,
		runManager?: CallbackManagerForLLMRun,
	): Promise<ChatResult> {
		let whole: ChatGenerationChunk | undefined;
		for await (const chunk of this._streamResponseChunks(messages, options, runManager)) {
			whole = whole === undefined ? chunk : whole.concat(chunk);
		}
		if (whole === undefined) return { generations: [] };
		const usage = whole.message instanceof AIMessageChunk ? whole.message.usage_metadata : undefined;
		return { generations: [whole], llmOutput: { tokenUsage: usage } };
	}

	override async *_streamResponseChunks(
		messages: BaseMessage[],
		options: CallOptions,
		runManager?: CallbackManagerForLLMRun,
	): AsyncGenerator<ChatGenerationChunk> {
		const { signal, ...rest } = options;
		const call: ChatModelCall = {
			messages,
			at: Date.now(),
			endedAt: null,
			aborted: false,
			options: { ...rest, ...this.bound },
		};
		this.behaviour.calls!.push(call);
		try {
			for await (const chunk of this.answer(messages, this.faultsOf(this.behaviour.calls!.length), signal)) {
				yield chunk;
				await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, {
					chunk,
				});
			}
		} finally {
			call.aborted = signal?.aborted ?? false;
			call.endedAt = Date.now();
		}
	}

	private async *answer(
		messages: BaseMessage[],
		faults: ReadonlyMap<string, string | null>,
		signal: AbortSignal | undefined,
	): AsyncGenerator<ChatGenerationChunk> {
		for (const [name, arg] of faults) {
			const error = errorFor(name, arg);
			if (error !== null) throw error;
		}
		if (faults.has('silent') || faults.has('hang')) await waited(Infinity, signal);
		while (faults.has('pings')) {
			yield chunkOf({ content: '' });
			await waited(PING_MS, signal);
		}
		await this.pause(Number(faults.get('slow') ?? 0), signal);
		if (faults.has('deaf')) await waited(Number(faults.get('deaf') ?? 0), undefined);

		const { answer } = this.behaviour;
		const own = typeof answer === 'function' ? answer(messages) : (answer ?? this.echo(messages));
		const said = typeof own === 'string' ? { text: own, calls: [] } : own;
		const text = WRONG_ANSWERS.find(([fault]) => faults.has(fault))?.[1] ?? said.text;
		const isWordless = ['empty', 'refusal', 'blockedprompt'].some((name) => faults.has(name));
		const all = isWordless ? [] : partsOf(text);
		const half = ['stall', 'cut', 'length', 'brokenevent', 'errorevent'].some((name) => faults.has(name));
		const parts = half ? all.slice(0, Math.ceil(all.length / 2)) : all;
		for (const part of parts) yield chunkOf({ content: part });
		const pieces = isWordless ? [] : callPieces(said, this.behaviour.calls!.length);
		for (const piece of half ? pieces.slice(0, 2) : pieces)
			yield chunkOf({ content: '', tool_call_chunks: [piece] });
		if (faults.has('stall')) await waited(Infinity, signal);
		if (faults.has('cut')) throw cutError();
		if (faults.has('brokenevent')) throw new SyntaxError('Unterminated string in JSON at position 21');
		if (faults.has('errorevent')) throw overloadedError();
		if (faults.has('nofinish')) return;
		if (faults.has('refusal')) {
			yield chunkOf({ content: '', additional_kwargs: { refusal: 'I cannot help with that.' } });
		}
		yield this.last(messages, [...parts, ...pieces.map(({ args }) => args)].join(''), faults);
	}

	private async pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
		if (!this.behaviour.sleep) return await waited(ms, signal);
		await this.behaviour.sleep(ms, signal);
		signal?.throwIfAborted();
	}

	/** Finish reason and usage come with an empty chunk, as from LangChain's OpenAI model. */
	private last(
		messages: BaseMessage[],
		text: string,
		faults: ReadonlyMap<string, string | null>,
	): ChatGenerationChunk {
		const input = messages.reduce((sum, message) => sum + wordsOf(message.text) + 1, 0);
		const output = wordsOf(text);
		const finish = FINISH_REASONS.find(([fault]) => faults.has(fault))?.[1] ?? 'stop';
		return chunkOf({
			content: '',
			response_metadata: { finish_reason: finish, model_name: this.model, model_provider: 'stand-in' },
			...(faults.has('nousage')
				? {}
				: {
						usage_metadata: {
							input_tokens: input,
							output_tokens: output,
							total_tokens: input + output,
							input_token_details: { cache_read: 0 },
							output_token_details: { reasoning: 0 },
						},
					}),
		});
	}

	private echo(messages: BaseMessage[]): string {
		return `[${this.nodeName}] ${messages.at(-1)?.text.split(/\s+/).slice(0, 12).join(' ') ?? ''}`;
	}

	private faultsOf(call: number): ReadonlyMap<string, string | null> {
		const none = new Map<string, string | null>();
		if (this.behaviour.fault === undefined) return none;
		let end = 0;
		for (const step of this.behaviour.fault.split('--').map(parseStep)) {
			end += step.times;
			if (call <= end) return new Map(step.faults.map(({ name, arg }) => [name, arg]));
		}
		return none;
	}
}

/** As LangChain's OpenAI model passes them on: the head, then the input in two pieces. */
function callPieces({ calls }: SimulatedAnswer, serial: number): ToolCallChunk[] {
	return calls.flatMap(({ name, input }, index) => {
		const args = JSON.stringify(input);
		const middle = Math.ceil(args.length / 2);
		return [
			{ index, id: `call_stand_in_${serial}_${index}`, name, args: '' },
			{ index, args: args.slice(0, middle) },
			{ index, args: args.slice(middle) },
		];
	});
}

const chunkOf = (fields: ConstructorParameters<typeof AIMessageChunk>[0] & object): ChatGenerationChunk => {
	const message = new AIMessageChunk(fields);
	return new ChatGenerationChunk({ message, text: message.text });
};

/** The shapes that LangChain's OpenAI model throws. */
function errorFor(name: string, arg: string | null): Error | null {
	const rejected = (status: number, message: string, code: string | null, type: string): Error =>
		Object.assign(new Error(`${status} ${message}`), {
			status,
			code,
			type,
			headers: new Headers(retryHeaders(name, arg)),
			error: { message, code, type },
			...(status === 429 ? { lc_error_code: 'MODEL_RATE_LIMIT' } : {}),
		});
	if (name === 'quota') {
		return rejected(429, 'You exceeded your current quota.', 'insufficient_quota', 'insufficient_quota');
	}
	if (name === 'context') {
		return rejected(
			400,
			"This model's maximum context length is 8192 tokens. However, your messages resulted in 10211 tokens.",
			'context_length_exceeded',
			'invalid_request_error',
		);
	}
	if (name === 'filter') {
		const words = 'Your request was rejected as a result of our safety system.';
		return rejected(400, words, 'content_policy_violation', 'invalid_request_error');
	}
	if (name === 'reset') {
		const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
		return new TypeError('fetch failed', { cause });
	}
	if (name === 'unreachable') {
		const cause = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' });
		return new TypeError('fetch failed', { cause });
	}
	const status = /^429(?:date|ms)$/.test(name) ? '429' : name;
	return /^[45]\d\d$/.test(status)
		? rejected(
				Number(status),
				`Simulated status ${status}`,
				null,
				Number(status) < 500 ? 'invalid_request_error' : 'server_error',
			)
		: null;
}

function retryHeaders(name: string, arg: string | null): Record<string, string> {
	if (arg === null) return {};
	if (name === '429ms') return { 'retry-after-ms': arg };
	if (name === '429date') return { 'retry-after': new Date(Date.now() + Number(arg) * 1000).toUTCString() };
	return { 'retry-after': arg };
}

/** What the Anthropic SDK under LangChain throws at an `error` event in a stream. */
const overloadedError = (): Error =>
	Object.assign(new Error('Overloaded'), {
		error: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
	});

const cutError = (): Error =>
	new TypeError('terminated', {
		cause: Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' }),
	});

async function waited(ms: number, signal: AbortSignal | undefined): Promise<void> {
	signal?.throwIfAborted();
	if (ms <= 0) return;
	await new Promise<void>((resolve, reject) => {
		const aborted = (): void => {
			clearTimeout(timer);
			reject(signal?.reason instanceof Error ? signal.reason : new Error('AbortError'));
		};
		const timer =
			ms === Infinity
				? undefined
				: setTimeout(() => {
						signal?.removeEventListener('abort', aborted);
						resolve();
					}, ms);
		signal?.addEventListener('abort', aborted, { once: true });
	});
}
