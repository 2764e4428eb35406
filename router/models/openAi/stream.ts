import type { ErrorContext } from '../errors/errors';
import { AnswerReader } from '../wire/reading/answerReader';
import { makerOf } from '../maker';
import { cleanWords } from '../wire/redact';
import type { CompatibleCall, CompatibleChunk, CompatibleDelta, Content } from './terms';
import { usageIn } from './usage';

/** Reads chat completions, streamed or whole. */
export class CompletionReader extends AnswerReader {
	protected readonly words = {};

	private refusal = '';

	/** Model and tier that answered: not every server repeats them in the chunk with the usage. */
	private served: Pick<CompatibleChunk, 'model' | 'service_tier'> = {};

	/** Thoughts by their field, for models that need them back. */
	private thought: Record<string, unknown> = {};

	constructor(
		context: ErrorContext,
		private readonly modelId: string,
		random: () => number,
	) {
		super(context, modelId, random);
	}

	protected read(data: object): void {
		const chunk = data as CompatibleChunk;
		const choice = chunk.choices?.find((candidate) => !candidate?.index);
		if (chunk.choices) this.isKnown = true;
		const said = choice?.delta ?? choice?.message;
		if (said) this.readDelta(said, Boolean(choice?.message && !choice.delta));
		this.finished(choice?.finish_reason);
		// "stop" without any content may be the upstream's refusal or filter.
		if (this.isSilent) this.finished(faultOnly(choice?.native_finish_reason));
		this.served = {
			model: chunk.model ?? this.served.model,
			service_tier: chunk.service_tier ?? this.served.service_tier,
		};
		this.named(usageIn({ ...chunk, ...this.served }));
		if (choice?.message && this.hasReason) this.isClosed = true;
		if (this.refusal !== '' && this.hasReason) {
			this.finished('refusal');
			this.detail = cleanWords(this.refusal, this.context);
		}
	}

	/** @param isWhole a whole message, not a piece of one */
	private readDelta(delta: CompatibleDelta, isWhole: boolean): void {
		const { content, refusal } = delta;
		if (refusal) this.refusal += refusal;
		this.keepThought(delta);
		const thinks = REASONING_FIELDS.some((field) => isSaid(delta[field]));
		if (thinks || (Array.isArray(content) && content.some(isThought))) this.reasoned();
		this.text(Array.isArray(content) ? content.map(textOf).join('') : content);
		for (const call of delta.tool_calls ?? []) if (call) this.readCall(call, isWhole);
		if (delta.function_call) this.readCall({ function: delta.function_call }, isWhole);
	}

	private readCall({ index, id, function: called, extra_content }: CompatibleCall, isWhole: boolean): void {
		this.passThought();
		if (extra_content)
			this.kept({ type: 'reasoning', maker: makerOf('openAi', this.modelId), opaque: { extra_content } });
		this.toolCall({ index, id, name: called?.name, input: inputOf(called?.arguments) }, isWhole);
	}

	/** Appends pieces of text, and joins lists of details. */
	private keepThought(delta: CompatibleDelta): void {
		for (const field of KEPT_FIELDS) {
			const piece = delta[field];
			const before = this.thought[field];
			if (typeof piece === 'string' && piece !== '') {
				this.thought[field] = typeof before === 'string' ? before + piece : piece;
			} else if (Array.isArray(piece) && piece.length > 0) {
				this.thought[field] = joined(Array.isArray(before) ? before : [], piece);
			}
		}
	}

	private passThought(): void {
		if (Object.keys(this.thought).length === 0) return;
		this.kept({ type: 'reasoning', maker: makerOf('openAi', this.modelId), opaque: this.thought });
		this.thought = {};
	}
}

/** Fields that servers want back within a turn of tool calls. */
const KEPT_FIELDS = ['reasoning_content', 'reasoning', 'reasoning_details'] as const;

/** OpenRouter streams each detail in pieces that share its index; only text fields grow. */
function joined(details: readonly unknown[], pieces: readonly unknown[]): unknown[] {
	const all = [...details];
	for (const piece of pieces) {
		const at = all.findIndex((detail) => isSameDetail(detail, piece));
		if (at === -1) all.push(piece);
		else all[at] = grown(all[at] as object, piece as object);
	}
	return all;
}

function isSameDetail(a: unknown, b: unknown): boolean {
	const [one, other] = [a, b] as Array<{ index?: unknown; type?: unknown } | null>;
	return one?.index !== undefined && one.index === other?.index && one.type === other?.type;
}

function grown(detail: object, piece: object): object {
	const result: Record<string, unknown> = { ...detail };
	for (const [name, value] of Object.entries(piece)) {
		const grows = ['text', 'summary', 'data'].includes(name) && typeof result[name] === 'string';
		if (value !== null && value !== undefined)
			result[name] = grows ? `${String(result[name])}${String(value)}` : value;
	}
	return result;
}

/** llama.cpp and Ollama send objects. */
function inputOf(input: unknown): string {
	if (input === null || input === undefined) return '';
	return typeof input === 'string' ? input : JSON.stringify(input);
}

const REASONING_FIELDS = [
	'reasoning_content',
	'reasoning',
	'reasoning_text',
	'reasoning_details',
	'thinking_blocks',
	'thinking',
] as const;

function isSaid(value: unknown): boolean {
	return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function isThought(part: Content): boolean {
	return typeof part === 'object' && /think|reason/.test(part?.type ?? '');
}

function textOf(part: Content): string {
	if (typeof part === 'string' || part === null) return part ?? '';
	if (part.type !== undefined && part.type !== 'text' && part.type !== 'output_text') return '';
	return typeof part.text === 'object' ? (part.text.value ?? '') : (part.text ?? '');
}

const FAULT_WORDS =
	/refus|filter|safety|sensitive|prohibit|block|recitation|spii|error|fail|abort|cancel|disconnect|overload/i;

/** The upstream's reason, if it says more than "stop". */
function faultOnly(word: string | null | undefined): string | null {
	return word && FAULT_WORDS.test(word) ? word : null;
}
