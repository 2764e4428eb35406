/** What hints count: the items of a node, or the calls of a chat model below an agent. */
export type Unit = 'item' | 'call';

export const counted = (count: number, unit: Unit): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** `a, b and c`. */
export function inWords(words: readonly string[]): string {
	return words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join();
}
