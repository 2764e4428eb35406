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

/** How the body ended: closed by the server, cut off, or still open but silent. */
export type Ending = 'closed' | 'cut' | 'silent';

/** Models found to think in the text without an opening tag, as `label model`. */
const THINK_UNOPENED = new Set<string>();
const MAX_KNOWN = 1_000;

/** Ids of models whose templates put the opening tag into the prompt. */
const MAY_THINK_UNOPENED =
	/(?:^|[^a-z])(?:r1|qwq|thinking|reasoner|reasoning|magistral|deepthink|z1)(?:[^a-z]|$)/i;

/**
 * In ms. After a finish reason usage may follow; after both, nothing does. A server that sets a reason on each chunk
 * may just be pausing.
 */
const SILENCE_MS = 1_000;
const ALL_SAID_SILENCE_MS = 250;
const UNSURE_SILENCE_MS = 5_000;

const TAG_IN_PROMPT = /<\/?(?:think|thinking|thoughts?|reasoning)>|\[\/?think\]/i;

/**
 * Reads an answer in any protocol. The protocol says what its events mean (`read`); this class keeps the results,
 * separates thoughts from text, and decides whether the answer is whole.
 */
export abstract class AnswerReader {
	/** The last reported. */
	usage: Usage | null = null;

	/** The protocol's own end arrived, so nothing can follow. */
	isClosed = false;

	private word: unknown = null;

	private finish: Finish | null = null;

	/** Text came after a finish reason, so this server sets one on every chunk and it says nothing. */
	private reasonsRepeat = false;

	/** Text came without a finish reason, so a reason means what it says. */
	private hasPlainText = false;

	private usageCameLast = false;

	/** `[DONE]` arrived. */
	private sentinel = false;

	/** The provider's own reason for a refusal or a filter. */
	protected detail: string | undefined;

	/** At least one event was in the protocol's own form. */
	protected isKnown = false;

	private parts: AnswerPart[] = [];

	private pieces: string[] = [];

	private hasReasoned = false;

	/** Characters of text, including thoughts in it. */
	private heard = 0;

	/** Characters that are kept. */
	private length = 0;

	private readonly thoughts: ThoughtFilter;

	private readonly who: string;

	private readonly calls: ToolCalls;

	/** @param random for ids of tool calls if the server sends none, 0 ≤ x < 1 */
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

	/** @throws ModelError or Rejection if the event says that the answer went wrong */
	protected abstract read(data: object, name: string | undefined): void;

	/** The protocol's own finish reasons and faults, where the usual meanings do not fit. */
	protected abstract readonly words: Readonly<Record<string, Finish>>;

	take({ data, name }: WireEvent): void {
		const { heard } = this;
		if (data === DONE) this.sentinel = true;
		else this.read(data as object, name);
		this.hasPlainText ||= this.heard > heard && this.finish === null;
		this.isClosed ||= this.sentinel && this.finish !== null;
	}

	/** Nothing more has to follow. */
	get isFinished(): boolean {
		return this.finish !== null || this.sentinel;
	}

	/** How long to wait once nothing more has to follow, in ms. */
	get silenceMs(): number {
		const isSure = !this.reasonsRepeat && (this.hasPlainText || this.heard === 0 || this.usageCameLast);
		if (!isSure) return UNSURE_SILENCE_MS;
		return this.usageCameLast && this.finish !== null ? ALL_SAID_SILENCE_MS : SILENCE_MS;
	}

	/** Parts since the last call; text that came together is one part. */
	drain(): AnswerPart[] {
		if (this.hasReasoned) this.parts.push({ type: 'reasoning' });
		this.hasReasoned = false;
		this.flushText();
		const { parts } = this;
		this.parts = [];
		return parts;
	}

	/** The last parts of an answer. If it is not whole there is no `end`, only the usage reported so far. */
	end(ending: Ending): AnswerPart[] {
		this.hear(this.thoughts.end());
		this.endCalls();
		const parts = this.drain();
		const finishReason = this.finishReason(ending);
		if (finishReason === null) return [...parts, ...this.lastWords()];
		const { usage, detail } = this;
		return [...parts, { type: 'end', finishReason, usage, ...(detail !== undefined && { detail }) }];
	}

	/** For an answer that went wrong: the usage reported so far still counts. */
	lastWords(): AnswerPart[] {
		return this.usage ? [{ type: 'usage', usage: this.usage, isFinal: this.usageIsFinal }] : [];
	}

	/** Whether any event was an answer in this protocol. */
	get isUnderstood(): boolean {
		return this.isKnown;
	}

	/** Whether the usage reported so far counts everything written so far. */
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

	/** True for a protocol without a last event, where the end of the body is the end. */
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

	/** @param isWhole nothing more belongs to this call */
	protected toolCall(piece: CallPiece, isWhole = false): void {
		this.beforeCalls();
		const parts = isWhole ? this.calls.takeWhole(piece) : this.calls.take(piece);
		this.length += piece.input?.length ?? 0;
		if (this.length > MAX_KEPT) throw tooLarge();
		// Text that is held back still shows that the model is alive.
		this.hasReasoned ||= parts.length === 0;
		for (const part of parts) this.part(part);
	}

	/** A complete thought that must be sent back later. */
	protected kept(thought: ReasoningPart): void {
		this.part({ type: 'reasoning', keep: thought });
	}

	/** A tool call follows, so held-back text is no thought. */
	private beforeCalls(): void {
		const { text } = this.thoughts.isAnswer();
		if (text !== '') this.say(text);
		if (this.finish !== null) this.reasonsRepeat = true;
		this.usageCameLast = false;
	}

	/** Overridden by protocols that have something to add before the end. */
	protected endCalls(): void {
		for (const part of this.calls.end()) this.part(part);
	}

	/** Any part except text and signs of thinking. */
	protected part(part: AnswerPart): void {
		this.flushText();
		this.parts.push(part);
	}

	protected named(usage: Usage | null): void {
		if (!usage) return;
		this.usage = usage;
		this.usageCameLast = true;
	}

	/** @param word as the provider writes it; null, empty and similar values are ignored */
	protected finished(word: unknown): void {
		const finish = finishOf(word, this.words);
		if (!finish) return;
		this.finish = finish;
		this.word = word;
	}

	/** Whether a finish reason has arrived. */
	protected get hasReason(): boolean {
		return this.finish !== null;
	}

	/** Neither text nor thought nor tool call has arrived. */
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
