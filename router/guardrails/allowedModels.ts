import type { Failure } from '../types';

/**
 * The models that a credential may be used for: one id per line, `*` stands for anything, case does not matter, an
 * empty list allows all.
 */
export function allowedModels(list: string): (modelId: string) => boolean {
	const patterns = list
		.split('\n')
		.map((line) => line.trim().toLowerCase())
		.filter((line) => line !== '')
		.map((line) => line.split('*'));
	if (patterns.length === 0) return () => true;
	return (modelId) => patterns.some((pieces) => isMade(modelId.toLowerCase(), pieces));
}

/** Whether a text consists of the pieces in this order with anything between them. */
function isMade(text: string, pieces: readonly string[]): boolean {
	const [first, ...rest] = pieces;
	const last = rest.pop();
	if (last === undefined) return text === first;
	if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
		return false;
	let at = first.length;
	for (const piece of rest) {
		const found = text.indexOf(piece, at);
		if (found === -1 || found + piece.length > text.length - last.length) return false;
		at = found + piece.length;
	}
	return true;
}

/** @param mark what was found, in our own words and not the prompt's */
export function injectionFailure(mark: string): Failure {
	return {
		category: 'blocked',
		message: `The prompt looks like an attempt to take over the model: it says ${mark}. Block Prompt Injection is on, so it was not sent.`,
	};
}
