/** Searches prompts for the rules' keywords, as whole words in any script, and for regular expressions. */
import type { BoundedWork } from '../bounded/bounded';
import { findAtOnce, findInThread } from './expressions';

/** Longer prompts are searched in this many characters at the start and at the end, which takes some 20 ms. */
const SEARCHED = 1_000_000;

/**
 * Scripts without spaces between words, or with particles attached to words (Korean). Word boundaries cannot be seen
 * there, so keywords match anywhere.
 */
const UNSPACED =
	/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}_]/u;

/** A keyword, prepared for searching. */
export interface Keyword {
	/** As the user wrote it. */
	written: string;
	folded: string;
	hasSpace: boolean;
	/** Whether the character next to that end must not continue the word. */
	startsAsWord: boolean;
	endsAsWord: boolean;
}

export function compileKeyword(written: string): Keyword {
	const folded = collapseSpace(fold(written.trim()));
	const characters = [...folded];
	return {
		written: written.trim(),
		folded,
		hasSpace: folded.includes(' '),
		startsAsWord: continuesWord(characters[0]),
		endsAsWord: continuesWord(characters.at(-1)),
	};
}

/** An expression needs longer than the event loop may be blocked. */
class SearchPending extends Error {
	constructor(
		readonly expressions: readonly RegExp[],
		readonly ruleLabel: string,
	) {
		super();
	}
}

/** A prompt; folded on first use. */
export class SearchText {
	readonly original: string;

	private folded: string | undefined;

	private collapsed: string | undefined;

	private readonly found = new Map<readonly RegExp[], RegExp | null>();

	constructor(prompt: string) {
		const isLong = prompt.length > 2 * SEARCHED;
		this.original = isLong ? `${prompt.slice(0, SEARCHED)}\n${prompt.slice(-SEARCHED)}` : prompt;
	}

	/**
	 * Runs `decide`, which may call `find`. If a search takes too long, it is done in a thread and `decide` runs
	 * again.
	 * @throws ModelError (invalidRequest) if an expression does not end on this prompt
	 */
	async decided<Decided>(work: BoundedWork, decide: () => Decided): Promise<Decided> {
		for (;;) {
			try {
				return decide();
			} catch (error) {
				if (!(error instanceof SearchPending)) throw error;
				const { expressions, ruleLabel } = error;
				const found = await findInThread(expressions, this.original, ruleLabel, work);
				this.found.set(expressions, found);
			}
		}
	}

	/** The first of a rule's expressions that is found. Call it within `decided` only. */
	find(expressions: readonly RegExp[], ruleLabel: string): RegExp | null {
		const known = this.found.get(expressions);
		if (known !== undefined) return known;
		const found = findAtOnce(expressions, this.original);
		if (found === undefined) throw new SearchPending(expressions, ruleLabel);
		this.found.set(expressions, found);
		return found;
	}

	includes(keyword: Keyword): boolean {
		const text = keyword.hasSpace ? this.collapsedText() : this.foldedText();
		for (let at = text.indexOf(keyword.folded); at >= 0; at = text.indexOf(keyword.folded, at + 1)) {
			if (isWholeWord(text, at, keyword)) return true;
		}
		return false;
	}

	private foldedText(): string {
		return (this.folded ??= fold(this.original));
	}

	private collapsedText(): string {
		return (this.collapsed ??= collapseSpace(this.foldedText()));
	}
}

function fold(text: string): string {
	// Mail and word processors write won’t where people type won't.
	return text.normalize('NFC').toLowerCase().replaceAll('’', "'");
}

function collapseSpace(text: string): string {
	return text.replace(/\s+/g, ' ');
}

function isWholeWord(text: string, at: number, keyword: Keyword): boolean {
	const end = at + keyword.folded.length;
	if (keyword.startsAsWord && at > 0 && continuesWord(characterBefore(text, at))) return false;
	return !(keyword.endsAsWord && end < text.length && continuesWord(characterAt(text, end)));
}

function continuesWord(character: string | undefined): boolean {
	return character !== undefined && WORD_CHARACTER.test(character) && !UNSPACED.test(character);
}

function characterAt(text: string, at: number): string {
	return String.fromCodePoint(text.codePointAt(at) ?? 0);
}

function characterBefore(text: string, at: number): string {
	const unit = text.charCodeAt(at - 1);
	const isSecondHalf = unit >= 0xdc00 && unit <= 0xdfff && at > 1;
	return characterAt(text, isSecondHalf ? at - 2 : at - 1);
}
