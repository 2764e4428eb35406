/** The key of the answer cache: a hash over everything that shapes an answer. */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';

import type { Breathe } from '../text/pieces';
import { hasTrait } from '../policy/policy';
import type { Attachment, ChatRequest, ErrorCategory, Model, Part, Route } from '../types';

/** Everything that shapes an answer, except chance and changes on the provider's side. */
export interface AnswerShape {
	request: ChatRequest;
	/** All models of the user's list. */
	models: readonly Model[];
	route: Route;
	/** The candidate that comes first because the conversation stays with it. */
	pinned: Model | null;
	/** With `cascade`: how much doubt about an answer is accepted; null otherwise. */
	toleratedDoubt: number | null;
	fallbackOn: ReadonlySet<ErrorCategory>;
	/** Personal data is replaced by placeholders. */
	redacts: boolean;
}

/**
 * SHA-256 of the shape as canonical JSON, 64 hexadecimal digits; prompt and answer cannot be recovered from it.
 * Rules, preference and judge count through their result, the strategy and the order of the candidates. The endpoint
 * counts, keys and other credentials do not.
 */
export async function answerKey(shape: AnswerShape, breathe: Breathe): Promise<string> {
	const { request, models, route, toleratedDoubt, fallbackOn, redacts } = shape;
	const messages = createHash('sha256');
	for (const { role, parts } of request.messages) {
		messages.update(`${role} ${parts.length} `);
		for (const part of parts) await addPart(messages, part, breathe);
	}
	return sha256(
		canonical({
			version: 3,
			system: await digest(request.system ?? '', breathe),
			messages: messages.digest('hex'),
			tools: request.tools,
			toolChoice: request.toolChoice,
			parallelToolCalls: request.parallelToolCalls,
			format: { type: request.format.type, schema: schemaOf(request) },
			limits: request.limits,
			models: models.map(modelOf),
			strategy: route.strategy,
			candidates: orderOf(shape),
			ladder: route.ladder?.map(({ alias }) => alias),
			toleratedDoubt,
			fallbackOn: [...fallbackOn].sort(),
			redacts,
		}),
	);
}

/** Hashes texts and files directly, each after its length, because they may be large. */
async function addPart(hash: Hash, part: Part, breathe: Breathe): Promise<void> {
	if (part.type === 'text') return await addText(hash, part.type, part.text, breathe);
	if (part.type === 'file') return await addFile(hash, part.file, breathe);
	if (part.type !== 'toolResult') return await addText(hash, part.type, canonical(part), breathe);
	const { output, files = [], ...rest } = part;
	await addText(hash, canonical(rest), output, breathe);
	for (const file of files) await addFile(hash, file, breathe);
}

async function addFile(hash: Hash, { data, ...file }: Attachment, breathe: Breathe): Promise<void> {
	await addText(hash, canonical(file), data, breathe);
}

async function addText(hash: Hash, kind: string, text: string, breathe: Breathe): Promise<void> {
	hash.update(`${kind} ${text.length} `);
	for (let at = 0; at < text.length; at += PIECE) {
		// UTF-8 would turn all broken characters into the same replacement character.
		hash.update(text.slice(at, at + PIECE), 'utf16le');
		await breathe();
	}
}

async function digest(text: string, breathe: Breathe): Promise<string> {
	const hash = createHash('sha256');
	await addText(hash, 'text', text, breathe);
	return hash.digest('hex');
}

/** Characters that are hashed at once. */
const PIECE = 65_536;

function schemaOf({ format }: ChatRequest): unknown {
	return format.type === 'json' ? format.schema : undefined;
}

/** Prices and rate limits shape an answer only through the order of the candidates, which is in the key. */
function modelOf(model: Model): unknown {
	const { alias, endpoint, modelId, quality, weight, contextWindow, seesPersonalData = false } = model;
	const { maxOutputTokens, temperature, reasoningEffort, variant } = model;
	const settings = { maxOutputTokens, temperature, reasoningEffort, variant };
	return { alias, endpoint, modelId, quality, weight, contextWindow, seesPersonalData, ...settings };
}

/** Aliases in the order in which they are tried. One that depends on the moment is left out; of a drawn one only the first counts. */
function orderOf({ route: { strategy, candidates }, pinned }: AnswerShape): unknown {
	const aliases = candidates.map(({ alias }) => alias);
	if (hasTrait(strategy, 'readsSpeeds')) return { first: pinned?.alias, set: aliases.sort() };
	if (hasTrait(strategy, 'isDrawn')) return { first: aliases[0], set: aliases.sort() };
	return aliases;
}

/** JSON with sorted keys, so that equal values give equal texts. */
function canonical(value: unknown): string {
	return JSON.stringify(value, (_key, part: unknown) => {
		if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
		return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
	});
}

function sha256(text: string): string {
	return createHash('sha256').update(text).digest('hex');
}
