import { ModelError } from '../../../types';
import type { AnswerPart, FinishReason, ReasoningPart, Usage } from '../../../types';
import type { ErrorContext } from '../../errors/errors';
import { bounded, cleanWords, wordsOfAll } from '../redact';
import { finishOf } from './finish';
import type { Finish } from './finish';
import { DONE, MAX_KEPT, tooLarge } from './framing';
import type { WireEvent } from './framing';
import { ThoughtFilter } from './thoughts';
import { ToolCalls } from './toolCalls';
import type { CallPiece } from './toolCalls';
import type { Heard } from './thoughts';

/** How the body ended: closed by its server, cut, or open and silent after what it had said. */
export type Ending = 'closed' | 'cut' | 'silent';

/** Models known to think in the text without saying where they begin, as `label model`: found out by their answers. */
const THINK_UNOPENED = new Set<string>();
const MAX_KNOWN = 1_000;

/** Those whose templates open the thoughts in the prompt, by their ids. */
const MAY_THINK_UNOPENED =
	/(?:^|[^a-z])(?:r1|qwq|thinking|reasoner|reasoning|magistral|deepthink|z1)(?:[^a-z]|$)/i;

/** After a finish reason usage may follow; after both nothing does. A server that sets a reason on each chunk may only pause. */
const SILENCE_MS = 1_000;
const ALL_SAID_SILENCE_MS = 250;
const UNSURE_SILENCE_MS = 5_000;

const TAG_IN_PROMPT = /<\/?(?:think|thinking|thoughts?|reasoning)>|\[\/?think\]/i;

/**
 * What all protocols have in common in reading an answer. A protocol says what its events mean (`read`); here it is kept
 * what they came to, thoughts are parted from the text, and it is judged whether the answer is whole.
 */
export abstract class AnswerReader {
	/** The last that was named. */
	usage: Usage | null = null;

	/** The protocol's own end came: nothing can follow. */
	isClosed = false;

	private word: unknown = null;

	private finish: Finish | null = null;

	/** Text came after a finish reason: its server sets one on every chunk, so that it says nothing. */
	private reasonsRepeat = false;

	/** Text came without one, so that a reason means what it says. */
	private hasPlainText = false;

	private usageCameLast = false;

	/** `[DONE]` came. */
	private sentinel = false;

	/** The provider's own reason for a refusal or a filter. */
	protected detail: string | undefined;

	/** Something was said in the protocol's own form. */
	protected isKnown = false;

	private parts: AnswerPart[] = [];

	private pieces: string[] = [];

	private hasReasoned = false;

	/** Characters of text, thoughts in it included. */
	private heard = 0;

	/** Characters that are kept. */
	private length = 0;

	private readonly thoughts: ThoughtFilter;

	private readonly who: string;

	private readonly calls: ToolCalls;

	/** @param random by which ids of tool calls are made where the server names none, 0 ≤ x < 1 */
	constructor(
		protected readonly context: ErrorContext,
		modelId: string,
		random: () => number,
	) {
		this.calls = new ToolCalls(context.request, random);
		this.who = `${context.dialect.label} ${modelId}`;
		const holdsBack = THINK_UNOPENED.has(this.who) || MAY_THINK_UNOPENED.test(modelId);
		const mentionsTags = (): boolean => wordsOfAll(context.request).some((text) => TAG_IN_PROMPT.test(text));
		this.thoughts = new ThoughtFilter(holdsBack, mentionsTags);
	}

	/** Reads one event. @throws ModelError or Rejection where it says that the answer went wrong */
	protected abstract read(data: object, name: string | undefined): void;

	/** What the protocol calls its faults and reasons, where the usual words do not fit. */
	protected abstract readonly words: Readonly<Record<string, Finish>>;

	take({ data, name }: WireEvent): void {
		const { heard } = this;
		if (data === DONE) this.sentinel = true;
		else this.read(data as object, name);
		this.hasPlainText ||= this.heard > heard && this.finish === null;
		this.isClosed ||= this.sentinel && this.finish !== null;
	}

	/** Nothing has to follow any more. */
	get isFinished(): boolean {
		return this.finish !== null || this.sentinel;
	}

	/** How long nothing has to follow until nothing will, in ms. */
	get silenceMs(): number {
		const isSure = !this.reasonsRepeat && (this.hasPlainText || this.heard === 0 || this.usageCameLast);
		if (!isSure) return UNSURE_SILENCE_MS;
		return this.usageCameLast && this.finish !== null ? ALL_SAID_SILENCE_MS : SILENCE_MS;
	}

	/** What came since it was asked last; text that came together as one part. */
	drain(): AnswerPart[] {
		if (this.hasReasoned) this.parts.push({ type: 'reasoning' });
		this.hasReasoned = false;
		this.flushText();
		const { parts } = this;
		this.parts = [];
		return parts;
	}

	/** The end of an answer that is whole. One that is not has none, only what it named of usage. */
	end(ending: Ending): AnswerPart[] {
		this.hear(this.thoughts.end());
		this.endCalls();
		const parts = this.drain();
		const finishReason = this.finishReason(ending);
		if (finishReason === null) return [...parts, ...this.lastWords()];
		const { usage, detail } = this;
		return [...parts, { type: 'end', finishReason, usage, ...(detail !== undefined && { detail }) }];
	}

	/** Of an answer that went wrong: what it named of usage counts. */
	lastWords(): AnswerPart[] {
		return this.usage ? [{ type: 'usage', usage: this.usage, isFinal: this.usageIsFinal }] : [];
	}

	/** Whether anything of it was an answer in this protocol. */
	get isUnderstood(): boolean {
		return this.isKnown;
	}

	/** Whether the usage named so far counts what was written so far. */
	protected get usageIsFinal(): boolean {
		return true;
	}

	private finishReason(ending: Ending): FinishReason | null {
		const { finish } = this;
		// Some servers end tool calls with `[DONE]` alone.
		if (!finish) return this.sentinel && this.calls.areWhole ? 'toolCalls' : null;
		if (finish.kind === 'fault') throw this.stopped(finish);
		const endsWhole = this.isClosed || (ending === 'closed' && this.closesByItself);
		if (finish.kind === 'unknown') return endsWhole ? 'other' : null;
		if (this.reasonsRepeat && !endsWhole && !this.usageCameLast) return null;
		return finish.reason === 'stop' && this.calls.hasAny ? 'toolCalls' : finish.reason;
	}

	/** The protocol has no last event: the end of the body is its end. */
	protected get closesByItself(): boolean {
		return false;
	}

	private stopped({ category }: Finish & { kind: 'fault' }): ModelError {
		const { label } = this.context.dialect;
		const word = cleanWords(String(this.word), this.context, 60);
		return new ModelError(category, bounded(`${label} stopped in the middle of its answer (${word}).`));
	}

	// ── What protocols say ───────────────────────────────────────────────────────────────────

	protected text(piece: string | null | undefined): void {
		if (!piece) return;
		if (this.finish !== null) this.reasonsRepeat = true;
		this.usageCameLast = false;
		this.heard += piece.length;
		this.hear(this.thoughts.take(piece));
	}

	protected reasoned(): void {
		this.hasReasoned = true;
		const { text } = this.thoughts.isAnswer();
		if (text !== '') this.say(text);
	}

	/** A piece of a tool call. @param isWhole nothing more belongs to it */
	protected toolCall(piece: CallPiece, isWhole = false): void {
		this.beforeCalls();
		const parts = isWhole ? this.calls.takeWhole(piece) : this.calls.take(piece);
		this.length += piece.input?.length ?? 0;
		if (this.length > MAX_KEPT) throw tooLarge();
		// What is held back is a sign of life all the same.
		this.hasReasoned ||= parts.length === 0;
		for (const part of parts) this.part(part);
	}

	/** A thought that is complete, and has to be sent back. */
	protected kept(thought: ReasoningPart): void {
		this.part({ type: 'reasoning', keep: thought });
	}

	/** What was held back of the text is no thought, as a call follows. */
	private beforeCalls(): void {
		const { text } = this.thoughts.isAnswer();
		if (text !== '') this.say(text);
		if (this.finish !== null) this.reasonsRepeat = true;
		this.usageCameLast = false;
	}

	/** A protocol may have something to say before the end. */
	protected endCalls(): void {
		for (const part of this.calls.end()) this.part(part);
	}

	/** A part that is neither text nor a sign of thought. */
	protected part(part: AnswerPart): void {
		this.flushText();
		this.parts.push(part);
	}

	protected named(usage: Usage | null): void {
		if (!usage) return;
		this.usage = usage;
		this.usageCameLast = true;
	}

	/** @param word as the provider writes it; null, empty and the like are none */
	protected finished(word: unknown): void {
		const finish = finishOf(word, this.words);
		if (!finish) return;
		this.finish = finish;
		this.word = word;
	}

	/** Whether a reason was named yet. */
	protected get hasReason(): boolean {
		return this.finish !== null;
	}

	/** Neither text nor thought nor tool call came. */
	protected get isSilent(): boolean {
		return this.heard === 0 && !this.calls.hasAny;
	}

	private hear({ text, isThought, takesBack }: Heard): void {
		if (takesBack) {
			if (THINK_UNOPENED.size < MAX_KNOWN) THINK_UNOPENED.add(this.who);
			this.pieces = [];
			this.parts.push({ type: 'rewind' });
		}
		this.hasReasoned ||= isThought;
		if (text !== '') this.say(text);
	}

	private say(text: string): void {
		this.length += text.length;
		if (this.length > MAX_KEPT) throw tooLarge();
		this.pieces.push(text);
	}

	private flushText(): void {
		if (this.pieces.length === 0) return;
		this.parts.push({ type: 'text', text: this.pieces.join(''), pieces: this.pieces });
		this.pieces = [];
	}
}
