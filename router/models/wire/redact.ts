import type { ModelRequest, Part } from '../../types';

/** Longest message that is passed on, in characters. */
export const MAX_MESSAGE = 300;

/** Characters of a provider's words that are examined. */
const MAX_READ = 4_000;

/** Characters. The words are not compared with a longer request. */
const MAX_COMPARED = 2_000_000;

const CUT = '…';

/** Quotes of the prompt from this length on are cut out; shorter ones are everyday words. */
const MIN_QUOTE = 20;

/** Length of the pieces used to find quotes. Any quote of twice this length is found. */
const PIECE = 8;

const MAX_PASSES = 8;

/** How often a piece that belongs to no quote may be found. */
const MAX_MISSES = 64;

/**
 * What looks like a key, whoever owns it: known prefixes, text after "API key", bearer tokens, keys in URLs, masked
 * keys, and any long run of letters and digits (keys without a prefix, and base64 of attachments).
 */
const SECRETS: readonly RegExp[] = [
	/\bBearer\s+[^\s"',]+/gi,
	/\b(?:sk|pk|rk|ak|gsk|xai|pplx|nvapi|hf|csk|fw|tgp|r8|key|ant|proj)[-_][\w*.-]{6,}/gi,
	/\bAIza[\w-]{10,}/g,
	/(?<=\bapi[-_ ]?key(?: provided)?\s?[:=]\s?["']?)[^\s"',]+/gi,
	/(?<=[?&](?:api_?)?key=)[^\s&"']+/gi,
	/[^\s"'`]*\*{3,}[^\s"'`]*/g,
	/\b(?=[A-Za-z+/_-]*\d)[\w+/-]{32,}={0,2}/g,
];

export interface Confidential {
	/** Keys and header values. */
	secrets: readonly string[];
	/** Its texts must not be quoted back. */
	request?: ModelRequest;
}

/**
 * A provider's words as they may be shown: one line, no secret, no piece of the prompt, at most `limit` characters.
 */
export function cleanWords(words: string, confidential: Confidential, limit = MAX_MESSAGE): string {
	if (/<(?:!doctype|html|head|body)\b/i.test(words)) return '';
	let text = oneLine(words.slice(0, MAX_READ));
	for (const secret of spellingsOf(confidential.secrets)) text = text.replaceAll(secret, CUT);
	for (const pattern of SECRETS) text = text.replace(pattern, CUT);
	const prompts = wordsOfAll(confidential.request);
	// Comparing them would block the event loop, and what cannot be compared is not shown.
	if (prompts.reduce((sum, { length }) => sum + length, 0) > MAX_COMPARED) return '';
	for (const prompt of prompts.map(oneLine)) if (prompt.length >= PIECE) text = withoutQuotes(text, prompt);
	return bounded(text, limit);
}

export function bounded(text: string, limit = MAX_MESSAGE): string {
	return text.length > limit ? `${text.slice(0, limit - 1).trimEnd()}${CUT}` : text;
}

/**
 * Forms in which they may be quoted: whole, and a header's token without its scheme. The longest first, because one
 * may contain another.
 */
function spellingsOf(secrets: readonly string[]): string[] {
	const lines = secrets.map(oneLine);
	const tokens = lines.flatMap(
		(line) => /^(?:bearer|basic|token|(?:api-?)?key) (\S+)$/i.exec(line)?.[1] ?? [],
	);
	return [...lines, ...tokens].filter(({ length }) => length >= 4).sort((a, b) => b.length - a.length);
}

function oneLine(text: string): string {
	return text.replace(/[\s\u0000-\u001f\u007f]+/g, ' ').trim();
}

/** All texts of the request. */
export function wordsOfAll(request: ModelRequest | undefined): string[] {
	if (!request) return [];
	const parts = request.messages.flatMap((message) => message.parts);
	return [request.system ?? '', ...parts.map(wordsOf)];
}

function wordsOf(part: Part): string {
	if (part.type === 'text') return part.text;
	if (part.type === 'toolCall') return part.input;
	return part.type === 'toolResult' ? part.output : '';
}

/** Cuts out every stretch of `prompt` that `text` quotes. Linear in the prompt; `text` is short. */
function withoutQuotes(text: string, prompt: string): string {
	// A short prompt is only cut out as a whole.
	if (prompt.length < MIN_QUOTE) return text.replaceAll(prompt, CUT);
	let rest = text;
	for (let pass = 0; pass < MAX_PASSES; pass++) {
		const quote = findQuote(rest, prompt);
		if (!quote) return rest;
		rest = rest.replaceAll(quote, CUT);
	}
	return rest;
}

/** The first stretch of at least `MIN_QUOTE` characters that both texts contain. */
function findQuote(text: string, prompt: string): string | null {
	const places = new Map<string, number[]>();
	for (let at = 0; at + PIECE <= text.length; at++) {
		const piece = text.slice(at, at + PIECE);
		const known = places.get(piece);
		// A piece in many places means a repetitive text: a few of the places will do.
		if (!known) places.set(piece, [at]);
		else if (known.length < PIECE) known.push(at);
	}
	const misses = new Map<string, number>();
	for (let at = 0; at + PIECE <= prompt.length; at += PIECE) {
		const piece = prompt.slice(at, at + PIECE);
		const found = places.get(piece);
		if (!found) continue;
		for (const place of found) {
			const quote = widest(text, place, prompt, at);
			if (quote.length >= MIN_QUOTE) return quote;
		}
		// A common piece of a long prompt; a real quote contains other pieces too.
		const missed = (misses.get(piece) ?? 0) + 1;
		misses.set(piece, missed);
		if (missed >= MAX_MISSES) places.delete(piece);
	}
	return null;
}

function widest(text: string, textAt: number, prompt: string, promptAt: number): string {
	let before = 0;
	while (before < Math.min(textAt, promptAt) && text[textAt - before - 1] === prompt[promptAt - before - 1])
		before++;
	let after = PIECE;
	while (textAt + after < text.length && text[textAt + after] === prompt[promptAt + after]) after++;
	return text.slice(textAt - before, textAt + after);
}
