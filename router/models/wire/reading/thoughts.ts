/** Where a model thinks in the text of its answer, by the names that templates give to such a block. */
const OPENERS = [
	...['<think>', '<thinking>', '<thought>', '<thoughts>', '<reasoning>', '<seed:think>', '<mm:think>'],
	...['[think]', '◁think▷', '<|begin_of_thought|>', '<|start_thinking|>'],
	'<|channel|>analysis<|message|>',
] as const;

const CLOSERS =
	/<\/(?:think|thinking|thoughts?|reasoning|seed:think|mm:think)>|\[\/think\]|◁\/think▷|<\|end_of_thought\|>|<\|end_thinking\|>|<\|channel\|>final<\|message\|>/gi;

/** Those that an answer may speak of, or hold a block of its own of. */
const TAG = /<(\/?)(?:think|thinking|thoughts?|reasoning)>/gi;

/** What gpt-oss ends with where its server does not read Harmony. */
const HARMONY_ENDS = ['<|return|>', '<|end|>'] as const;
const HARMONY_END = /<\|(?:return|end)\|>/g;

/** The longest of them, in characters: what may be the beginning of one is held back so far. */
const LONGEST = '<|channel|>analysis<|message|>'.length;

/** What stands before a closing tag that is spoken of and not meant: in quotes or in code. */
const QUOTED_BEFORE = /["'`“‘«(]\s*$/;
const QUOTED_AFTER = /^\s*["'`”’»)]/;

/** What a piece of text came to. */
export interface Heard {
	text: string;
	/** Some of it was thought. */
	isThought: boolean;
	/** All text before it was thought too: a closing tag came whose opening tag stands in the prompt's template. */
	takesBack?: boolean;
}

/**
 * Parts an answer's text into thoughts and answer as it comes. Thoughts are a block that opens the answer, or all that
 * stands before a closing tag that nothing opened; a tag that an answer speaks of stays in it.
 */
export class ThoughtFilter {
	private state: 'start' | 'thinking' | 'answering' = 'start';

	/** What is not decided yet. */
	private held = '';

	/** Blanks between thoughts and answer belong to neither. */
	private skipsBlanks = false;

	/** The end of what was passed on: a tag in quotes may come in another piece than its quote. */
	private before = '';

	/** Fences of code and tags that the answer has opened so far: in them a closing tag is a part of the answer. */
	private fences = 0;

	private opened = 0;

	private isHarmony = false;

	/** Text that may turn out to be thought. */
	private hoard: string[] = [];

	private blanks = '';

	/**
	 * @param holdsBack the model is known to think without an opening tag: nothing is passed on before the closing one
	 * @param mentionsTags the prompt speaks of such tags: a lone closing one is then what it asked for
	 */
	constructor(
		private holdsBack = false,
		private readonly mentionsTags: () => boolean = () => false,
	) {}

	take(piece: string): Heard {
		// By far the most pieces.
		const isPlain = this.state === 'answering' && this.held === '' && !this.skipsBlanks && !this.holdsBack;
		if (isPlain && !/[<[◁`]/.test(piece)) {
			this.before = piece.slice(-4);
			return { text: piece, isThought: false };
		}
		// Blanks before the first word are kept apart: looking through all of them with each piece costs their square.
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

	/** The server parts them itself. */
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

	/** Where a closing tag ends that nothing opened. */
	private loneCloser(isOver: boolean): number | null {
		CLOSERS.lastIndex = 0;
		let looks = 0;
		for (let match = CLOSERS.exec(this.held); match; match = CLOSERS.exec(this.held)) {
			if (++looks > MAX_CLOSERS) return null;
			const before = this.before + this.held.slice(0, match.index);
			const end = match.index + match[0].length;
			const after = this.held.slice(end);
			// What follows may be a quote; it is waited for.
			if (after === '' && !isOver) return null;
			const isInCode = (this.fences + before.split('```').length - 1) % 2 === 1;
			const wasOpened = this.opened > 0 || /<(?:think|thinking|thoughts?|reasoning)>/i.test(before);
			const isSpokenOf = QUOTED_BEFORE.test(before) || QUOTED_AFTER.test(after);
			if (!isInCode && !wasOpened && !isSpokenOf && !this.mentionsTags()) return end;
		}
		return null;
	}
}

/** Before its first word no answer has more than these, in characters; what else comes there is dropped. */
const MOST_BLANKS = 65_536;

/** So many closing tags of one piece are looked at: each takes a look at all before it. */
const MAX_CLOSERS = 20;

/** How much of a text's end may be the beginning of a tag, or a tag whose next character is not known. */
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
