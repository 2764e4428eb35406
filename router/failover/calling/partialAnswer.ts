/** Assembles an answer from the pieces that arrive. */
import type { AnswerPart, Part } from '../../types';

/** Characters. */
const LONG = 1_000_000;

type Piece = Extract<AnswerPart, { type: 'text' | 'toolCall' | 'reasoning' }>;

export class PartialAnswer {
	text = '';

	private readonly pieces: Part[] = [];

	/** Characters of text and of tool calls' input received so far. */
	private length = 0;

	/** Index of each tool call in `pieces`, because pieces of several calls may alternate. */
	private readonly calls = new Map<string, number>();

	add(piece: Piece): void {
		if (piece.type !== 'reasoning') this.length += (piece.type === 'text' ? piece.text : piece.input).length;
		if (piece.type === 'text') this.addText(piece.text);
		else if (piece.type === 'toolCall') this.addToCall(piece);
		else if (piece.keep) this.pieces.push(piece.keep);
	}

	/** Long enough that work on it is done a piece at a time. */
	get isLong(): boolean {
		return this.length > LONG;
	}

	/** All text so far turned out to be reasoning. */
	rewind(): void {
		this.text = '';
		for (const part of this.pieces) if (part.type === 'text') part.text = '';
	}

	/** In the order they began. */
	parts(): Part[] {
		return this.pieces
			.filter((part) => part.type !== 'text' || part.text !== '')
			.map((part) =>
				part.type === 'toolCall' && part.input.trim() === '' ? { ...part, input: NO_INPUT } : part,
			);
	}

	/** All text except reasoning. */
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

/** Models write nothing at all for a tool without input. */
const NO_INPUT = '{}';
