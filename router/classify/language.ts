import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { isSpaceless } from './characters';
import type { PromptView } from './promptView';

/** What we use of the package `eld`. */
interface Detector {
	detect(text: string): { language: string; isReliable(): boolean };
}

/** `Und` is ISO 639's own code for a language that cannot be told. */
export const UNDETERMINED = 'und';
/** The detector itself reads no more than 380 bytes. */
const SLICE = 180;
/** Fewer letters than this say nothing in a script that many languages share. */
const FEWEST_LETTERS = 4;

/** The detector names Norwegian `no`; what it calls Malay is far more often Indonesian, which it does not know. */
const RENAMED: Record<string, string> = { no: 'nb', ms: 'id' };

let detector: Detector | undefined;

/**
 * `eld` declares itself for `import` only, so that `require('eld/extrasmall')` is refused although Node.js
 * can load the file; hence the way over its folder. Loaded at the first prompt, not with the node.
 */
function loadDetector(): Detector {
	if (detector === undefined) {
		const manifest = findPackageJSON('eld', __filename);
		if (manifest === undefined)
			throw new Error('The package eld is not installed: reinstall n8n-nodes-smart-llm-router');
		// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded at first use, and classifying is synchronous
		const loaded = require(join(dirname(manifest), 'src', 'entries', 'static.extrasmall.js')) as {
			eld: Detector;
		};
		detector = loaded.eld;
	}
	return detector;
}

/** What a language guess rests on. */
export interface LanguageGuess {
	/** ISO 639-1 (Norwegian `nb`), or `und`. */
	language: string;
	/** False where the text is too short to be sure of; other evidence may then decide. */
	reliable: boolean;
}

/** The language of what is asked; pasted code and data do not count. */
export function detectLanguage(view: PromptView): LanguageGuess {
	const text = proseSlice(view);
	const script = languageOfScript(text);
	if (script !== undefined) return { language: script, reliable: true };
	const words = cleanWords(text);
	if (letterCount(words) < FEWEST_LETTERS) return { language: UNDETERMINED, reliable: false };
	const result = loadDetector().detect(words);
	if (result.language === '') return { language: UNDETERMINED, reliable: false };
	return {
		language: RENAMED[result.language] ?? result.language,
		reliable: result.isReliable() && words.length > 14,
	};
}

/** The first prose of the prompt; where a long prompt ends in prose, its end as well. */
function proseSlice(view: PromptView): string {
	let slice = '';
	for (const line of view.lines) {
		if (line.kind !== 'prose') continue;
		slice += view.text.slice(line.start, Math.min(line.end, line.start + SLICE - slice.length)) + ' ';
		if (slice.length >= SLICE) break;
	}
	return slice;
}

/** What no language is spelled in: addresses, names of variables, code between backticks, numbers, tags. */
function cleanWords(text: string): string {
	return text
		.replace(/`[^`]{1,120}`/g, ' ')
		.replace(/\bhttps?:\/\/\S+|\bwww\.\S+|\S+@\S+|<[^<>]{1,80}>/g, ' ')
		.replace(/\\[a-zA-Z]+|\$[^$]{1,80}\$/g, ' ')
		.replace(/\S*[\d_{}=<>\\/|$^]\S*/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
}

function letterCount(text: string): number {
	let letters = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if ((code | 32) >= 97 && (code | 32) <= 122) letters++;
		else if (code >= 0xc0) letters++;
	}
	return letters;
}

/** The language where the script alone tells it. A Han or Hangul character says about as much as three letters. */
function languageOfScript(text: string): string | undefined {
	const counts = { han: 0, kana: 0, ko: 0, th: 0, el: 0, he: 0, bn: 0, other: 0 };
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code < 0x370) {
			if ((code | 32) >= 97 && (code | 32) <= 122) counts.other++;
		} else if (code < 0x400) counts.el++;
		else if (code >= 0x590 && code <= 0x5ff) counts.he++;
		else if (code >= 0x980 && code <= 0x9ff) counts.bn++;
		else if (code >= 0xe00 && code <= 0xe7f) counts.th++;
		else if ((code >= 0xac00 && code <= 0xd7af) || (code >= 0x1100 && code <= 0x11ff)) counts.ko += 3;
		else if (code >= 0x3040 && code <= 0x30ff) counts.kana += 3;
		else if (isSpaceless(code)) counts.han += 3;
		else if (code < 0x2000) counts.other++;
	}
	if (counts.kana + counts.han > counts.other) {
		// Japanese prose is a third to a half kana; a stray one in Chinese text is a quotation.
		if (counts.kana * 8 > counts.han) return counts.kana + counts.han > 0 ? 'ja' : undefined;
		return 'zh';
	}
	for (const language of ['ko', 'th', 'el', 'he', 'bn'] as const) {
		if (counts[language] > counts.other) return language;
	}
	return undefined;
}
