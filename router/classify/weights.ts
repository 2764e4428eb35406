import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { TASKS } from '../types';
import { COMPLEXITY_INPUTS, TASK_INPUTS } from './denseFeatures';
import { BUCKETS } from './hashedWords';
import { GRAM_ROWS } from './letterGrams';
import { VOCABULARY_BITS } from './vocabulary';

/** Rises with every change of layout or of what a feature means; other files are refused. */
export const WEIGHTS_VERSION = 2;
const MAGIC = 0x4c52_5731;
const HEADER_BYTES = 16;

/** Languages that share a script with others, in the order of the language table's columns. */
export const LETTER_LANGUAGES =
	'ar bg ca cs da de en es fa fi fr hi hr hu id it nb nl pl pt ro ru sk sl sv tr uk vi'.split(' ');

/** Tables are whole numbers of −127…127; a column's or a table's scale turns them into weights. */
export interface Weights {
	/** `BUCKETS` rows of one column a task. */
	taskWords: Int8Array;
	taskScale: Float32Array;
	/** One row of `TASK_INPUTS` a task. */
	taskInputs: Float32Array;
	/** By how much the scores are divided before they become shares. */
	taskTemperature: Float32Array;
	/** Two tables of `BUCKETS`: open prompts, then multiple-choice questions. */
	complexityWords: Int8Array;
	complexityScale: Float32Array;
	/** Two rows of `COMPLEXITY_INPUTS`, likewise. */
	complexityInputs: Float32Array;
	/** Log-odds = first · score + second, for each of the two. */
	complexityOdds: Float32Array;
	/** Mean score of open prompts and of multiple-choice questions. */
	complexityBias: Float32Array;
	/** `GRAM_ROWS` rows of one column a language. */
	letters: Int8Array;
	lettersScale: Float32Array;
	/** The filter of known words. */
	vocabulary: Int8Array;
}

type Section = [name: keyof Weights, kind: 'bytes' | 'floats', length: number];

/** What the file holds behind its header, in this order, little-endian. */
export const SECTIONS: readonly Section[] = [
	['taskScale', 'floats', TASKS.length],
	['taskInputs', 'floats', TASKS.length * TASK_INPUTS],
	['taskTemperature', 'floats', 1],
	['complexityScale', 'floats', 2],
	['complexityInputs', 'floats', 2 * COMPLEXITY_INPUTS],
	['complexityOdds', 'floats', 4],
	['complexityBias', 'floats', 2],
	['lettersScale', 'floats', LETTER_LANGUAGES.length],
	['taskWords', 'bytes', BUCKETS * TASKS.length],
	['complexityWords', 'bytes', BUCKETS * 2],
	['letters', 'bytes', GRAM_ROWS * LETTER_LANGUAGES.length],
	['vocabulary', 'bytes', VOCABULARY_BITS / 8],
];

const sizeOf = ([, kind, length]: Section) => (kind === 'floats' ? 4 * length : length);

/** The file: magic, version, length and CRC-32 of the rest as four 32-bit numbers, then the sections. */
export function encodeWeights(weights: Weights): Buffer {
	const length = SECTIONS.reduce((sum, section) => sum + sizeOf(section), 0);
	const file = Buffer.alloc(HEADER_BYTES + length);
	let at = HEADER_BYTES;
	for (const section of SECTIONS) {
		const values = weights[section[0]];
		if (values.length !== section[2])
			throw new Error(`${section[0]}: ${values.length} values, not ${section[2]}`);
		for (const value of values) {
			if (section[1] === 'floats') at = file.writeFloatLE(value, at);
			else at = file.writeInt8(value, at);
		}
	}
	file.writeUInt32LE(MAGIC, 0);
	file.writeUInt32LE(WEIGHTS_VERSION, 4);
	file.writeUInt32LE(length, 8);
	file.writeUInt32LE(crc32(file.subarray(HEADER_BYTES)), 12);
	return file;
}

/** Throws where the file is of another version, cut off or changed. */
export function decodeWeights(file: Buffer): Weights {
	const body = file.subarray(HEADER_BYTES);
	const sound =
		file.length > HEADER_BYTES &&
		file.readUInt32LE(0) === MAGIC &&
		file.readUInt32LE(4) === WEIGHTS_VERSION &&
		file.readUInt32LE(8) === body.length &&
		file.readUInt32LE(12) === crc32(body);
	if (!sound)
		throw new Error('The weights of the classifier are damaged: reinstall n8n-nodes-smart-llm-router');
	let at = 0;
	const floats = (length: number) => {
		const values = Float32Array.from({ length }, (_, i) => body.readFloatLE(at + 4 * i));
		at += 4 * length;
		return values;
	};
	const bytes = (length: number) => {
		const values = new Int8Array(body.buffer, body.byteOffset + at, length);
		at += length;
		return values;
	};
	const entries = SECTIONS.map(
		([name, kind, length]) => [name, kind === 'floats' ? floats(length) : bytes(length)] as const,
	);
	return Object.fromEntries(entries) as unknown as Weights;
}

export const WEIGHTS_FILE = join(__dirname, 'weights', 'classifier.bin');

let loaded: Weights | undefined;

/** Read at the first prompt, not with the node. */
export function classifierWeights(): Weights {
	loaded ??= decodeWeights(readFileSync(WEIGHTS_FILE));
	return loaded;
}
