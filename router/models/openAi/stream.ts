import { AnswerReader } from '../wire/reading/answerReader';
import { cleanWords } from '../wire/redact';
import { usageIn } from './usage';
import type { CompatibleUsage } from './usage';

/** A chunk as servers really send it, or a whole completion. Groq puts usage in `x_groq`, Moonshot in the choice. */
export interface CompatibleChunk {
	usage?: CompatibleUsage | null;
	x_groq?: { usage?: CompatibleUsage | null } | null;
	choices?: Array<{
		index?: number;
		delta?: CompatibleDelta | null;
		/** In place of `delta` where the server took no notice of `stream: true`. */
		message?: CompatibleDelta | null;
		finish_reason?: string | null;
		/** OpenRouter: the upstream's own word. */
		native_finish_reason?: string | null;
		usage?: CompatibleUsage | null;
	} | null> | null;
}

/** Fields that compatible servers add to OpenAI's. */
interface CompatibleDelta {
	content?: string | null | Content[];
	refusal?: string | null;
	/** DeepSeek, vLLM, xAI, Moonshot. */
	reasoning_content?: string | null;
	/** OpenRouter, Groq, Ollama. */
	reasoning?: unknown;
	reasoning_text?: string | null;
	reasoning_details?: unknown;
	/** LiteLLM. */
	thinking_blocks?: unknown;
	thinking?: unknown;
}

/** Mistral's reasoning models send content as a list of parts. */
type Content = string | { type?: string; text?: string | { value?: string } } | null;

/** Chat completions, streamed or whole. */
export class CompletionReader extends AnswerReader {
	protected readonly words = {};

	private refusal = '';

	protected read(data: object): void {
		const chunk = data as CompatibleChunk;
		const choice = chunk.choices?.find((candidate) => !candidate?.index);
		if (chunk.choices) this.isKnown = true;
		const said = choice?.delta ?? choice?.message;
		if (said) this.readDelta(said);
		this.finished(choice?.finish_reason);
		// "stop" beside nothing at all may be the upstream's refusal or filter.
		if (this.isSilent) this.finished(faultOnly(choice?.native_finish_reason));
		this.named(usageIn(chunk));
		if (choice?.message && this.hasReason) this.isClosed = true;
		if (this.refusal !== '' && this.hasReason) {
			this.finished('refusal');
			this.detail = cleanWords(this.refusal, this.context);
		}
	}

	private readDelta(delta: CompatibleDelta): void {
		const { content, refusal } = delta;
		if (refusal) this.refusal += refusal;
		const thinks = REASONING_FIELDS.some((field) => isSaid(delta[field]));
		if (thinks || (Array.isArray(content) && content.some(isThought))) this.reasoned();
		this.text(Array.isArray(content) ? content.map(textOf).join('') : content);
	}
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

/** The upstream's word counts where it says more than "stop". */
function faultOnly(word: string | null | undefined): string | null {
	return word && /refus|filter|safety|sensitive|prohibit|block|recitation|spii/i.test(word) ? word : null;
}
