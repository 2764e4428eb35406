import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { TASKS } from '../../types';
import { COMPLEXITY_INPUTS, FORMS, TASK_INPUTS } from './terms';
import { BUCKETS } from '../reading/hashedWords';
import { GRAM_ROWS } from '../reading/letterGrams';
import { VOCABULARY_BITS } from './vocabulary';

/** Rises with every change of layout or of what a feature means; other files are refused. */
export const WEIGHTS_VERSION = 5;
const MAGIC = 0x4c52_5731;
const HEADER_BYTES = 16;

/** Languages that share a script with others, in the order of the language table's columns. */
export const LETTER_LANGUAGES =
	'ar bg ca cs da de en es fa fi fr hi hr hu id it nb nl pl pt ro ru sk sl sv tr uk vi'.split(' ');

/** Tables in memory are whole numbers of −127…127; a column's or a table's scale turns them into weights. */
export interface Weights {
	/** `BUCKETS` rows of one column a task. */
	taskWords: Int8Array;
	taskScale: Float32Array;
	/** One row of `TASK_INPUTS` a task. */
	taskInputs: Float32Array;
	/** By how much the scores are divided before they become shares. */
	taskTemperature: Float32Array;
	/** A table of `BUCKETS` a form. */
	complexityWords: Int8Array;
	complexityScale: Float32Array;
	/** A row of `COMPLEXITY_INPUTS` a form. */
	complexityInputs: Float32Array;
	/** Log-odds = first · score + second, for each form. */
	complexityOdds: Float32Array;
	/** Mean score of the prompts of each form. */
	complexityBias: Float32Array;
	/** `GRAM_ROWS` rows of one column a language. */
	letters: Int8Array;
	lettersScale: Float32Array;
	/** The filter of known words. */
	vocabulary: Int8Array;
}

type Section = [name: keyof Weights, kind: 'bytes' | 'floats' | 'nibbles', length: number];

/** What the file holds behind its header, in this order, little-endian. */
export const SECTIONS: readonly Section[] = [
	['taskScale', 'floats', TASKS.length],
	['taskInputs', 'floats', TASKS.length * TASK_INPUTS],
	['taskTemperature', 'floats', 1],
	['complexityScale', 'floats', FORMS.length],
	['complexityInputs', 'floats', FORMS.length * COMPLEXITY_INPUTS],
	['complexityOdds', 'floats', 2 * FORMS.length],
	['complexityBias', 'floats', FORMS.length],
	['lettersScale', 'floats', LETTER_LANGUAGES.length],
	['taskWords', 'nibbles', BUCKETS * TASKS.length],
	['complexityWords', 'bytes', FORMS.length * BUCKETS],
	['letters', 'bytes', GRAM_ROWS * LETTER_LANGUAGES.length],
	['vocabulary', 'bytes', VOCABULARY_BITS / 8],
];

const BYTES = { floats: 4, bytes: 1, nibbles: 0.5 };
const sizeOf = ([, kind, length]: Section) => length * BYTES[kind];

/** What the four bits −7…7 of a `nibbles` table stand for: most weights are small, and fine steps serve them best. */
export const LEVELS = Int8Array.from({ length: 8 }, (_, step) => Math.round(127 * (step / 7) ** 2));

const levelOf = (step: number) => (step < 0 ? -LEVELS[-step] : LEVELS[step]);
const STEPS = new Map(Array.from({ length: 15 }, (_, i) => [levelOf(i - 7), i - 7]));
const stepOf = (level: number) => STEPS.get(level) ?? 0;

/** The file: magic, version, length and CRC-32 of the rest as four 32-bit numbers, then the sections. */
export function encodeWeights(weights: Weights): Buffer {
	const length = SECTIONS.reduce((sum, section) => sum + sizeOf(section), 0);
	const file = Buffer.alloc(HEADER_BYTES + length);
	let at = HEADER_BYTES;
	for (const section of SECTIONS) {
		const values = weights[section[0]];
		if (values.length !== section[2])
			throw new Error(`${section[0]}: ${values.length} values, not ${section[2]}`);
		if (section[1] === 'nibbles') {
			for (let i = 0; i < values.length; i += 2)
				at = file.writeUInt8((stepOf(values[i]) & 15) | ((stepOf(values[i + 1]) & 15) << 4), at);
			continue;
		}
		if (values instanceof Int8Array)
			at += Buffer.from(values.buffer, values.byteOffset, values.length).copy(file, at);
		else for (const value of values) at = file.writeFloatLE(value, at);
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
	const nibbles = (length: number) => {
		const low = Int8Array.from({ length: 256 }, (_, byte) => levelOf((byte << 28) >> 28));
		const high = Int8Array.from({ length: 256 }, (_, byte) => levelOf((byte << 24) >> 28));
		const values = new Int8Array(length);
		for (let i = 0; i < length; i += 2) {
			const byte = body[at + i / 2];
			values[i] = low[byte];
			values[i + 1] = high[byte];
		}
		at += length / 2;
		return values;
	};
	const read = { floats, bytes, nibbles };
	const entries = SECTIONS.map(([name, kind, length]) => [name, read[kind](length)] as const);
	return Object.fromEntries(entries) as unknown as Weights;
}

export const WEIGHTS_FILE = join(__dirname, 'weights', 'classifier.bin');

let loaded: { weights: Weights; mark: number } | undefined;

function load(): { weights: Weights; mark: number } {
	if (!loaded) {
		const file = readFileSync(WEIGHTS_FILE);
		loaded = { weights: decodeWeights(file), mark: file.readUInt16LE(12) };
	}
	return loaded;
}

/** Read at the first prompt, not with the node. */
export function classifierWeights(): Weights {
	return load().weights;
}

/** 0…65,535, of the checksum: what was learned on top of other weights does not fit these. */
export function weightsMark(): number {
	return load().mark;
}
