/** What rules look for in a prompt: plain keywords as whole words, in any script, and the user's regular expressions. */
import type { BoundedWork } from '../bounded/bounded';
import { findAtOnce, findInThread } from './expressions';

/** Of a longer prompt the first and the last characters are searched, this many of each: some 20 ms. No model reads more. */
const SEARCHED = 1_000_000;

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

/** An expression needs longer than the event loop may stand still. */
class SearchPending extends Error {
	constructor(
		readonly expressions: readonly RegExp[],
		readonly ruleLabel: string,
	) {
		super();
	}
}

/** One prompt, folded when the first keyword asks and only then. */
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
	 * Makes a decision for which rules look into this text, as often as something has to be looked for that takes longer.
	 * @throws ModelError (invalidRequest) for an expression that runs away on this prompt
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

	/** The first of a rule's expressions that is found. Within `decided` alone, as it may have to wait. */
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
