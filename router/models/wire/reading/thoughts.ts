/** Opening tags of thoughts in the text of an answer, as templates name them. */
const OPENERS = [
	...['<think>', '<thinking>', '<thought>', '<thoughts>', '<reasoning>', '<seed:think>', '<mm:think>'],
	...['[think]', '◁think▷', '<|begin_of_thought|>', '<|start_thinking|>'],
	'<|channel|>analysis<|message|>',
] as const;

const CLOSERS =
	/<\/(?:think|thinking|thoughts?|reasoning|seed:think|mm:think)>|\[\/think\]|◁\/think▷|<\|end_of_thought\|>|<\|end_thinking\|>|<\|channel\|>final<\|message\|>/gi;

/** Tags that an answer may mention, or use for a block of its own. */
const TAG = /<(\/?)(?:think|thinking|thoughts?|reasoning)>/gi;

/** End marks of gpt-oss, if its server does not parse Harmony. */
const HARMONY_ENDS = ['<|return|>', '<|end|>'] as const;
const HARMONY_END = /<\|(?:return|end)\|>/g;

/** The longest opening tag, in characters: text that may be the beginning of one is held back up to this length. */
const LONGEST = '<|channel|>analysis<|message|>'.length;

/** Around a closing tag that is only mentioned: quotes or code. */
const QUOTED_BEFORE = /["'`“‘«(]\s*$/;
const QUOTED_AFTER = /^\s*["'`”’»)]/;

/** The result for one piece of text. */
export interface Heard {
	text: string;
	/** Some of it was thought. */
	isThought: boolean;
	/** All earlier text was thought too: a closing tag arrived whose opening tag is in the prompt's template. */
	takesBack?: boolean;
}

/**
 * Splits an answer's text into thoughts and answer as it arrives. Thoughts are a block at the start of the answer, or
 * everything before a closing tag that has no opening tag. A tag that an answer only mentions stays in it.
 */
export class ThoughtFilter {
	private state: 'start' | 'thinking' | 'answering' = 'start';

	/** Text that is not decided yet. */
	private held = '';

	/** Blanks between thoughts and answer belong to neither. */
	private skipsBlanks = false;

	/** The end of the text passed on so far, because a quoted tag may arrive in another piece than its quote. */
	private before = '';

	/** Code fences and tags opened so far in the answer: inside them a closing tag is part of the answer. */
	private fences = 0;

	private opened = 0;

	private isHarmony = false;

	/** Text that may turn out to be thought. */
	private hoard: string[] = [];

	private blanks = '';

	/**
	 * @param holdsBack the model is known to think without an opening tag, so nothing is passed on before the closing
	 * tag
	 * @param mentionsTags the prompt mentions such tags, so a lone closing tag is what it asked for
	 */
	constructor(
		private holdsBack = false,
		private readonly mentionsTags: () => boolean = () => false,
	) {}

	take(piece: string): Heard {
		// By far the most common case.
		const isPlain = this.state === 'answering' && this.held === '' && !this.skipsBlanks && !this.holdsBack;
		if (isPlain && !/[<[◁`]/.test(piece)) {
			this.before = piece.slice(-4);
			return { text: piece, isThought: false };
		}
		// Blanks before the first word are kept separately: scanning all of them with each piece would take quadratic
		// time.
		if (this.state === 'start' && this.held === '' && piece.trim() === '') {
			if (this.blanks.length < MOST_BLANKS) this.blanks += piece;
			return { text: '', isThought: false };
		}
		this.held += this.takeBlanks() + piece;
		return this.decide(false);
	}

	private takeBlanks(): string {
		const text = this.blanks;
		this.blanks = '';
		return text;
	}

	/** The server separates thoughts itself. */
	isAnswer(): Heard {
		this.holdsBack = false;
		const text = this.hoard.join('');
		this.hoard = [];
		return { text, isThought: false };
	}

	/** The rest, when nothing follows. */
	end(): Heard {
		this.held += this.takeBlanks();
		const heard = this.decide(true);
		const text = [...this.hoard, heard.text].join('');
		this.hoard = [];
		return { ...heard, text };
	}

	private decide(isOver: boolean): Heard {
		const heard: Heard = { text: '', isThought: false };
		for (let goesOn = true; goesOn;) {
			goesOn =
				this.state === 'start'
					? this.open(heard, isOver)
					: this.state === 'thinking'
						? this.close(heard, isOver)
						: this.answer(heard, isOver);
		}
		return heard;
	}

	/** @returns whether there is more to decide */
	private open(heard: Heard, isOver: boolean): boolean {
		const text = this.held.trimStart().toLowerCase();
		const opener = OPENERS.find((tag) => text.startsWith(tag));
		if (opener) {
			this.held = this.held.trimStart().slice(opener.length);
			this.state = 'thinking';
			this.isHarmony = opener.startsWith('<|channel|>');
			this.holdsBack = false;
			heard.isThought = true;
			return true;
		}
		if (!isOver && OPENERS.some((tag) => tag.startsWith(text))) return false;
		this.state = 'answering';
		return true;
	}

	private close(heard: Heard, isOver: boolean): boolean {
		heard.isThought ||= this.held !== '';
		CLOSERS.lastIndex = 0;
		const closer = CLOSERS.exec(this.held);
		if (!closer) {
			this.held = isOver ? '' : this.held.slice(-LONGEST);
			return false;
		}
		this.held = this.held.slice(closer.index + closer[0].length);
		this.skipsBlanks = true;
		// Another block may follow at once.
		this.state = 'start';
		return true;
	}

	private answer(heard: Heard, isOver: boolean): boolean {
		if (this.skipsBlanks) {
			this.held = this.held.trimStart();
			if (this.held === '') return false;
			this.skipsBlanks = false;
		}
		const lone = this.loneCloser(isOver);
		if (lone !== null) {
			heard.text = '';
			heard.isThought = true;
			heard.takesBack = !this.holdsBack;
			this.holdsBack = false;
			this.hoard = [];
			this.before = '';
			this.fences = 0;
			this.held = this.held.slice(lone);
			this.skipsBlanks = true;
			this.state = 'start';
			return true;
		}
		const keep = isOver ? 0 : openEnd(this.held);
		const text = this.held.slice(0, this.held.length - keep);
		this.held = this.held.slice(text.length);
		this.note(text);
		const shown = this.isHarmony ? text.replace(HARMONY_END, '') : text;
		if (this.holdsBack) {
			this.hoard.push(shown);
			heard.isThought ||= shown !== '';
		} else heard.text += shown;
		return false;
	}

	private note(text: string): void {
		this.fences += text.split('```').length - 1;
		for (const [, slash] of text.matchAll(TAG)) this.opened = Math.max(0, this.opened + (slash ? -1 : 1));
		this.before = (this.before + text).slice(-4);
	}

	/** The end of a closing tag that has no opening tag. */
	private loneCloser(isOver: boolean): number | null {
		CLOSERS.lastIndex = 0;
		let looks = 0;
		for (let match = CLOSERS.exec(this.held); match; match = CLOSERS.exec(this.held)) {
			if (++looks > MAX_CLOSERS) return null;
			const before = this.before + this.held.slice(0, match.index);
			const end = match.index + match[0].length;
			const after = this.held.slice(end);
			// What follows may be a quote, so we wait for it.
			if (after === '' && !isOver) return null;
			const isInCode = (this.fences + before.split('```').length - 1) % 2 === 1;
			const wasOpened = this.opened > 0 || /<(?:think|thinking|thoughts?|reasoning)>/i.test(before);
			const isSpokenOf = QUOTED_BEFORE.test(before) || QUOTED_AFTER.test(after);
			if (!isInCode && !wasOpened && !isSpokenOf && !this.mentionsTags()) return end;
		}
		return null;
	}
}

/** Characters. No answer has more blanks before its first word; the rest is dropped. */
const MOST_BLANKS = 65_536;

/** Closing tags that are examined in one piece; each requires looking at everything before it. */
const MAX_CLOSERS = 20;

/**
 * Characters at the end of a text that may be the beginning of a tag, or a tag whose next character is not known yet.
 */
function openEnd(text: string): number {
	const at = Math.max(text.lastIndexOf('<'), text.lastIndexOf('['), text.lastIndexOf('◁'));
	if (at === -1 || text.length - at > LONGEST) return 0;
	const end = text.slice(at).toLowerCase();
	return TAGS.some((tag) => tag.startsWith(end)) ? text.length - at : 0;
}

const TAGS = [
	...OPENERS,
	...HARMONY_ENDS,
	...['</think>', '</thinking>', '</thought>', '</thoughts>', '</reasoning>', '</seed:think>', '</mm:think>'],
	...['[/think]', '◁/think▷', '<|end_of_thought|>', '<|end_thinking|>', '<|channel|>final<|message|>'],
] as const;
