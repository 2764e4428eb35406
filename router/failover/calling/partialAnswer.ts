/** An answer as it comes in, put together from its pieces. */
import type { AnswerPart, Part } from '../../types';

/** Characters. */
const LONG = 1_000_000;

type Piece = Extract<AnswerPart, { type: 'text' | 'toolCall' | 'reasoning' }>;

export class PartialAnswer {
	/** All text so far. */
	text = '';

	private readonly pieces: Part[] = [];

	/** Characters of text and of calls' input that came. */
	private length = 0;

	/** Where each call stands, as pieces of several may come in turns. */
	private readonly calls = new Map<string, number>();

	add(piece: Piece): void {
		if (piece.type !== 'reasoning') this.length += (piece.type === 'text' ? piece.text : piece.input).length;
		if (piece.type === 'text') this.addText(piece.text);
		else if (piece.type === 'toolCall') this.addToCall(piece);
		else if (piece.keep) this.pieces.push(piece.keep);
	}

	/** Whether any work on it is done a piece at a time. */
	get isLong(): boolean {
		return this.length > LONG;
	}

	/** All text so far was thought. */
	rewind(): void {
		this.text = '';
		for (const part of this.pieces) if (part.type === 'text') part.text = '';
	}

	/** In the order in which they began. */
	parts(): Part[] {
		return this.pieces
			.filter((part) => part.type !== 'text' || part.text !== '')
			.map((part) =>
				part.type === 'toolCall' && part.input.trim() === '' ? { ...part, input: NO_INPUT } : part,
			);
	}

	/** All that it wrote, thoughts left out. */
	written(): string {
		return this.pieces
			.map((part) =>
				part.type === 'text' ? part.text : part.type === 'toolCall' ? part.name + part.input : '',
			)
			.join('');
	}

	private addText(text: string): void {
		this.text += text;
		const last = this.pieces.at(-1);
		if (last?.type === 'text') last.text += text;
		else if (text !== '') this.pieces.push({ type: 'text', text });
	}

	private addToCall({ id, name, input }: Extract<Piece, { type: 'toolCall' }>): void {
		const place = this.calls.get(id);
		const call = place === undefined ? undefined : this.pieces[place];
		if (call?.type === 'toolCall') call.input += input;
		else this.calls.set(id, this.pieces.push({ type: 'toolCall', id, name, input }) - 1);
	}
}

/** Models write nothing at all where a tool takes no input. */
const NO_INPUT = '{}';
