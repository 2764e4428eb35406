/** What the parts of the reading say to one another. */

export type LineKind = 'prose' | 'code' | 'data' | 'quote';

/** One line of the prompt within the windows. */
export interface Line {
	start: number;
	end: number;
	kind: LineKind;
	/** `(A) …`, `B. …`: an answer to choose, not a request. */
	isChoice: boolean;
}

/** A part of a prompt, as positions in it. */
export interface Stretch {
	start: number;
	end: number;
}
