/** Whole-word search for plain keywords in any script, linear in the text's length. */

/**
 * Scripts that are written without spaces between words, or that glue particles to them (Korean): there a
 * word's edge cannot be seen, so a keyword in them is found anywhere.
 */
const UNSPACED =
	/[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u;
const WORD_CHARACTER = /[\p{L}\p{N}\p{M}_]/u;

/** A keyword as it is searched for. */
export interface Keyword {
	/** As the user wrote it. */
	written: string;
	folded: string;
	hasSpace: boolean;
	/** Whether the neighbour on that side must not continue the word. */
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

/** One prompt, folded when the first keyword asks and only then. */
export class SearchText {
	private folded: string | undefined;

	private collapsed: string | undefined;

	constructor(readonly original: string) {}

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
	// Mails and word processors write won’t where people type won't.
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
