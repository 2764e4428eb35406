/** Reads answers of embedding models: some megabytes of numbers, in the forms that servers give them. */
import type { Surroundings } from '../../types';
import { ModelError } from '../../types';
import { breatheWith } from '../../text/pieces';
import { errorIn, Rejection } from '../errors/rejection';
import { reached } from '../errors/network';
import { textOf } from './guardedFetch';
import { noAnswer } from './reading/framing';

/** In bytes. A hundred vectors of 4,096 numbers with all their digits are 9 MB. */
const MAX_BYTES = 16 * 1024 * 1024;

/** More than the largest of today's models have. */
const MAX_NUMBERS = 16_384;

/** Characters of a number, at most. */
const MAX_NUMBER = 32;

/** Characters of an answer without its vectors: it is parsed in one go. */
const MAX_REST = 256 * 1024;

/** Where a list of numbers begins, or a text as long as a vector in base64 is at least. */
const BEGINNING = /\[(?=\s{0,80}-?[\d.])|"(?=[\w+/-]{64})/g;

const NUMBERS = /^[\d\s.,eE+-]*$/;
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** Lists that are shorter are left where they are. */
const FEW = 8;

/** Long lists that are no vectors, such as those of tokens. */
const OTHERS = 4;

/** Other texts may look like base64 too. */
const OF_VECTOR = /"(?:embedding|values)"\s{0,8}:\s{0,8}$/;

export interface ReadVectors {
	/** In the order of the texts, each of length 1. */
	vectors: Float32Array[];
	/** The answer without its vectors. */
	body: Record<string, unknown>;
}

interface Reading {
	label: string;
	signal: AbortSignal;
	now: () => number;
	sleep: Surroundings['sleep'];
}

/** @param count how many texts were sent @throws ModelError or Rejection where it is anything else than their vectors */
export async function readVectors(
	response: Response,
	count: number,
	{ label, signal, now, sleep }: Reading,
): Promise<ReadVectors> {
	const text = await reached(textOf(response, MAX_BYTES), label, signal);
	// To decode some megabytes is work enough for one turn.
	await sleep(0);
	const { rest, found } = await takenOut(text, count, breatheWith({ now, sleep }));
	const body = parsed(rest);
	if (body === undefined)
		throw noAnswer(label, text.trimStart().startsWith('<') ? 'a web page' : 'broken JSON');
	const said = errorIn(body);
	if (said !== null) throw new Rejection(undefined, response.headers, said);
	return { vectors: inOrder(entriesOf(body), found, count), body: isJson(body) ? body : {} };
}

/** Takes lists of numbers out of the JSON, one by one, and leaves their places in the order found. */
async function takenOut(
	text: string,
	count: number,
	breathe: ReturnType<typeof breatheWith>,
): Promise<{ rest: string; found: Float32Array[] }> {
	const found: Float32Array[] = [];
	const rest: string[] = [];
	let length = 0;
	let from = 0;
	const keep = (to: number): void => {
		length += to - from;
		if (length > MAX_REST) throw unusable('more than vectors');
		rest.push(text.slice(from, to));
	};
	BEGINNING.lastIndex = 0;
	for (let match = nextAt(text, 0); match !== null; match = nextAt(text, from)) {
		const vector = vectorAt(text, match.at, match.sign);
		keep(vector ? match.at : match.at + 1);
		from = match.at + 1;
		if (!vector) continue;
		if (found.push(vector.numbers) > count + OTHERS) throw unusable('more vectors than texts');
		rest.push(`"#${found.length - 1}"`);
		from = vector.end;
		await breathe();
	}
	keep(text.length);
	return { rest: rest.join(''), found };
}

function nextAt(text: string, from: number): { at: number; sign: string } | null {
	BEGINNING.lastIndex = from;
	const match = BEGINNING.exec(text);
	return match && { at: match.index, sign: match[0] };
}

/** null: what begins here is something else. */
function vectorAt(text: string, at: number, sign: string): { numbers: Float32Array; end: number } | null {
	const most = at + MAX_NUMBERS * (sign === '"' ? 6 : MAX_NUMBER);
	const piece = text.slice(at + 1, most);
	if (sign === '"' && !OF_VECTOR.test(text.slice(Math.max(0, at - 32), at))) return null;
	const length = piece.indexOf(sign === '"' ? '"' : ']');
	if (length < 0) throw unusable('a vector that does not end');
	const written = piece.slice(0, length);
	const numbers = sign === '"' ? fromBase64(written) : fromList(written);
	return numbers && { numbers, end: at + length + 2 };
}

function fromList(written: string): Float32Array | null {
	if (!NUMBERS.test(written)) return null;
	const numbers = written.split(',');
	return numbers.length < FEW ? null : Float32Array.from(numbers, Number);
}

/** Four bytes a number, as OpenAI writes them. */
function fromBase64(written: string): Float32Array | null {
	if (!BASE64.test(written)) return null;
	const bytes = Buffer.from(written, 'base64');
	if (bytes.length % 4 !== 0) return null;
	return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}

type Entry = { place: number; index: unknown };

/** OpenAI's `data`, Gemini's and Ollama's `embeddings`, or the bare list of TEI. */
function entriesOf(body: unknown): Entry[] {
	const named = isJson(body) ? (body.data ?? body.embeddings ?? (body.embedding && [body.embedding])) : body;
	if (!Array.isArray(named)) throw unusable('no list of vectors');
	return named.map((entry: unknown): Entry => {
		const { embedding, values, index } = isJson(entry) ? entry : { embedding: entry };
		const inner = isJson(embedding) ? embedding.values : (embedding ?? values);
		// Some servers put a list around each vector.
		const place: unknown = Array.isArray(inner) && inner.length === 1 ? (inner as unknown[])[0] : inner;
		return { place: typeof place === 'string' ? Number(/^#(\d+)$/.exec(place)?.[1] ?? NaN) : NaN, index };
	});
}

/** Sorted by `index` where that says something: many servers leave it out, or write 0 for all. */
function inOrder(entries: readonly Entry[], found: readonly Float32Array[], count: number): Float32Array[] {
	if (entries.length !== count) throw unusable(`${entries.length} vectors for ${count} texts`);
	const indexes = entries.map(({ index }) => (typeof index === 'string' ? Number(index) : index));
	const saysNothing = indexes.every((index) => index === indexes[0] || index === null || index === undefined);
	const isOrder =
		new Set(indexes).size === count &&
		indexes.every((index) => Number.isInteger(index) && Number(index) >= 0 && Number(index) < count);
	if (!isOrder && !saysNothing) throw unusable('vectors whose order is not clear');
	const ordered = new Array<Float32Array>(count);
	entries.forEach(({ place }, at) => {
		const vector = found[place];
		if (!vector || vector.length !== found[0]!.length) throw unusable('vectors that do not fit together');
		ordered[isOrder ? Number(indexes[at]) : at] = ofLengthOne(vector);
	});
	return ordered;
}

/** Not all models give vectors of length 1, and shortened ones never are. */
function ofLengthOne(vector: Float32Array): Float32Array {
	let squares = 0;
	for (const number of vector) squares += number * number;
	const length = Math.sqrt(squares);
	if (!Number.isFinite(length) || length < 1e-9) throw unusable('a vector without a direction');
	return vector.map((number) => number / length);
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text.replace(/^\uFEFF/, ''));
	} catch {
		return undefined;
	}
}

function isJson(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Quotes nothing. */
function unusable(what: string): ModelError {
	return new ModelError('invalidOutput', `The embedding model sent ${what}.`, { inAnswer: true });
}
