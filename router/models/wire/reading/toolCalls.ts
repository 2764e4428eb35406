/** Separates the tool calls of an answer, whose pieces servers mark in many ways. */
import { ModelError } from '../../../types';
import type { AnswerPart, ModelRequest } from '../../../types';
import { toolCallsIn } from '../../../text/parts';

/** A piece of a call as received; any field may be missing, empty or null. */
export interface CallPiece {
	index?: number | null;
	id?: string | null;
	name?: string | null;
	input?: string | null;
}

export type ToolCallPiece = Extract<AnswerPart, { type: 'toolCall' }>;

interface OpenCall {
	/** Our id: unique within the answer and the conversation. */
	id: string;
	/** The server's id; empty if it sent none. */
	wireId: string;
	index: number | null;
	name: string;
	input: string;
	/**
	 * The part of `input` that was not passed on yet. It is separate because appending to and cutting one string in
	 * turns takes quadratic time.
	 */
	held: string;
	/** Some of it was passed on; until then the name may still grow. */
	isSent: boolean;
	/** How often its input was checked for being whole. */
	looks: number;
}

/** More calls than any real answer has; each piece is searched for among them. */
const MAX_CALLS = 1_000;

/**
 * How often a call's input is parsed to see whether it is whole. Inputs up to `SHORT_INPUT` characters always are.
 */
const MAX_LOOKS = 20;
const SHORT_INPUT = 10_000;

/** Letters and digits of an id that we make. */
const ID_LENGTH = 24;
const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * The calls of one answer. Seen in the field: no index, all indexes 0, indexes that begin at 1; no id, an empty one,
 * the same for two calls or in the next turn; the name in every piece, split into pieces, or after the input has
 * begun.
 */
export class ToolCalls {
	private readonly calls: OpenCall[] = [];

	private readonly takenIds: Set<string>;

	/** @param random for ids that the server does not send, 0 ≤ x < 1 */
	constructor(
		private readonly request: ModelRequest | undefined,
		private readonly random: () => number,
	) {
		const parts = request?.messages.flatMap((message) => message.parts) ?? [];
		this.takenIds = new Set(toolCallsIn(parts).map(({ id }) => id));
	}

	get hasAny(): boolean {
		return this.calls.length > 0;
	}

	/** Each has a name and JSON as its input, so nothing more can belong to them. */
	get areWhole(): boolean {
		return this.hasAny && this.calls.every((call) => call.name !== '' && isWholeJson(call));
	}

	/** @returns what can be passed on, perhaps nothing yet */
	take(piece: CallPiece): ToolCallPiece[] {
		const call = this.callOf(piece) ?? this.open(piece);
		if (!call) return [];
		if (piece.name) addName(call, piece.name);
		call.input += piece.input ?? '';
		call.held += piece.input ?? '';
		// The name may come in pieces, but not once there is input.
		return call.input === '' || call.name === '' ? [] : this.flush(call);
	}

	/** A call that came in one piece: nothing after it belongs to it. */
	takeWhole(piece: CallPiece): ToolCallPiece[] {
		const call = this.add(piece);
		call.input = piece.input ?? '';
		call.held = call.input;
		return this.flush(call);
	}

	/** What was held back. A call without a name cannot be carried out. */
	end(): ToolCallPiece[] {
		return this.calls.flatMap((call) => this.flush(call));
	}

	private flush(call: OpenCall): ToolCallPiece[] {
		const input = call.held;
		if (call.isSent && input === '') return [];
		if (!call.isSent) call.name = this.offeredName(call.name);
		call.isSent = true;
		call.held = '';
		return [{ type: 'toolCall', id: call.id, name: call.name, input }];
	}

	/** The call that a piece continues. */
	private callOf(piece: CallPiece): OpenCall | undefined {
		const { index, id, name } = piece;
		const last = this.calls.at(-1);
		const atIndex = index == null ? undefined : this.calls.findLast((call) => call.index === index);
		if (id) {
			const known = this.calls.findLast(
				(call) => call.wireId === id && (index == null || call.index === index),
			);
			if (known) return beginsAnew(known, piece) ? undefined : known;
			// Some servers send another id with every piece; only the first piece has a name.
			return name ? undefined : (atIndex ?? last);
		}
		if (atIndex) return beginsAnew(atIndex, piece) ? undefined : atIndex;
		if (!last || !name) return last;
		if (index != null) return undefined;
		return last.name !== '' && (last.name !== name || beginsAnew(last, piece)) ? undefined : last;
	}

	private open(piece: CallPiece): OpenCall | undefined {
		return piece.id || piece.name || piece.input ? this.add(piece) : undefined;
	}

	private add({ index, id, name }: CallPiece): OpenCall {
		if (this.calls.length >= MAX_CALLS) {
			throw new ModelError('invalidOutput', `It made more than ${MAX_CALLS} tool calls at once.`);
		}
		const call = {
			id: this.freeId(id),
			wireId: id ?? '',
			index: index ?? null,
			name: name ?? '',
			input: '',
			held: '',
			isSent: false,
			looks: 0,
		};
		this.calls.push(call);
		return call;
	}

	private freeId(wireId: string | null | undefined): string {
		let id = wireId ?? '';
		while (id === '' || this.takenIds.has(id)) id = `call_${this.letters()}`;
		this.takenIds.add(id);
		return id;
	}

	private letters(): string {
		const letter = (): string => ID_LETTERS.charAt(Math.floor(this.random() * ID_LETTERS.length));
		return Array.from({ length: ID_LENGTH }, letter).join('');
	}

	/** gpt-oss leaves template marks behind the name: `send<|channel|>commentary`. */
	private offeredName(name: string): string {
		const [bare = name] = name.split('<|');
		return this.request?.tools?.some((tool) => tool.name === bare) ? bare : name;
	}
}

function addName(call: OpenCall, piece: string): void {
	if (call.isSent || piece === call.name) return;
	call.name = piece.startsWith(call.name) ? piece : call.name + piece;
}

/** Nothing can follow a whole input, so another opening brace begins another call. */
function beginsAnew(call: OpenCall, { name, input }: CallPiece): boolean {
	return Boolean(name) && /^\s*\{/.test(input ?? '') && isWholeJson(call);
}

function isWholeJson(call: OpenCall): boolean {
	if (call.input.length > SHORT_INPUT && ++call.looks > MAX_LOOKS) return false;
	try {
		JSON.parse(call.input);
		return true;
	} catch {
		return false;
	}
}
