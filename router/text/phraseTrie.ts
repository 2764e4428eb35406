// Our own: thousands of phrases, whole words and stems, folded, with positions, in one linear pass; no small library does all of it.
import { fold, isSpaceless, isWord } from './characters';

/** Most nodes have a single child, which is kept outside the map for speed. */
interface Node<Value> {
	code: number;
	next: Node<Value> | undefined;
	more: Map<number, Node<Value>> | undefined;
	/** Phrases that end here as a whole word. */
	whole: Value[] | undefined;
	/** Phrases that end here, whatever follows (`summar*`). */
	stem: Value[] | undefined;
}

const SPACE = 32;
const TABLE_SIZE = 0x600;

/**
 * Finds many phrases in one pass over a text: whole words, in any case, with or without accents, with any white space
 * between the words. A `*` at the end allows the word to continue. In scripts without spaces a phrase may start and
 * end anywhere. A phrase begins with a letter or digit. From each start, a pass reads no more characters than the
 * longest phrase has.
 */
export class PhraseTrie<Value> {
	private readonly root = emptyNode<Value>();

	/** The first step for the common blocks, where nearly every word of a text ends its search. */
	private readonly firsts: Array<Node<Value> | undefined> = new Array<undefined>(TABLE_SIZE).fill(undefined);

	/** Which beginnings of three characters occur at all: this check rules out most words. */
	private readonly beginnings = new Uint8Array(1 << 16);

	add(phrase: string, value: Value): void {
		const open = phrase.endsWith('*');
		const text = open ? phrase.slice(0, -1) : phrase;
		if (open && text.length < 3) throw new Error(`A stem needs three characters: ${phrase}`);
		this.beginnings[beginningOf(text, 0, text.length)] = 1;
		let node = this.root;
		for (let i = 0; i < text.length; i++) {
			const code = fold(text.charCodeAt(i));
			const child = step(node, code) ?? grow(node, code);
			if (node === this.root && code < TABLE_SIZE) this.firsts[code] = child;
			node = child;
		}
		if (open || isSpaceless(text.charCodeAt(text.length - 1))) (node.stem ??= []).push(value);
		else (node.whole ??= []).push(value);
	}

	/** Calls `found` for every phrase within `start ≤ i < end`, with its start and end. */
	scan(
		text: string,
		start: number,
		end: number,
		found: (value: Value, from: number, to: number) => void,
	): void {
		let inWord = false;
		for (let i = start; i < end; i++) {
			const code = text.charCodeAt(i);
			const spaceless = code > 0x3000 && isSpaceless(code);
			const word = spaceless || isWord(code);
			if (spaceless || (word && !inWord)) {
				const folded = fold(code);
				const first = folded < TABLE_SIZE ? this.firsts[folded] : step(this.root, folded);
				if (first !== undefined && (spaceless || this.beginnings[beginningOf(text, i, end)] === 1)) {
					passOver(text, first, i, end, found);
				}
			}
			inWord = word && !spaceless;
		}
	}
}

/** A 16-bit key of up to three characters of the word at `i`. */
function beginningOf(text: string, i: number, end: number): number {
	let key = fold(text.charCodeAt(i)) * 31;
	if (i + 1 < end && isWord(text.charCodeAt(i + 1))) {
		key = (key + fold(text.charCodeAt(i + 1))) * 31;
		if (i + 2 < end && isWord(text.charCodeAt(i + 2))) key += fold(text.charCodeAt(i + 2));
	}
	return key & 0xffff;
}

function passOver<Value>(
	text: string,
	first: Node<Value>,
	start: number,
	end: number,
	found: (value: Value, from: number, to: number) => void,
): void {
	let node: Node<Value> | undefined = first;
	let i = start + 1;
	for (;;) {
		if (node.stem !== undefined) for (const value of node.stem) found(value, start, i);
		if (node.whole !== undefined && (i >= end || !isWord(text.charCodeAt(i)))) {
			for (const value of node.whole) found(value, start, i);
		}
		if (i >= end) return;
		const code = fold(text.charCodeAt(i));
		node = step(node, code);
		if (node === undefined) return;
		i++;
		if (code === SPACE) while (i < end && fold(text.charCodeAt(i)) === SPACE) i++;
	}
}

function emptyNode<Value>(): Node<Value> {
	return { code: -1, next: undefined, more: undefined, whole: undefined, stem: undefined };
}

function step<Value>(node: Node<Value>, code: number): Node<Value> | undefined {
	return node.code === code ? node.next : node.more?.get(code);
}

function grow<Value>(node: Node<Value>, code: number): Node<Value> {
	const child = emptyNode<Value>();
	if (node.next === undefined) {
		node.code = code;
		node.next = child;
	} else (node.more ??= new Map()).set(code, child);
	return child;
}
