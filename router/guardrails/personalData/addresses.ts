import { isIPv4, isIPv6 } from 'node:net';
import { isAsciiLetter, isDigit, isWord } from '../../text/characters';
import { ContextWords } from './contextWords';
import type { PersonalDataSpan } from './terms';

const DOT = 46;
const COLON = 58;
/** RFC 5321: 64 characters before the `@`, 255 after it. */
const LONGEST_LOCAL = 64;
const LONGEST_DOMAIN = 255;
const LONGEST_IP = 60;
/** Not e-mail addresses: `logo@2x.png`, `chart@v2.css`. */
const FILE_ENDINGS = new Set([
	'png',
	'jpg',
	'jpeg',
	'gif',
	'svg',
	'webp',
	'css',
	'js',
	'ts',
	'json',
	'map',
	'html',
]);

const TOP_LEVEL = /^[\p{L}][\p{L}\d-]+$/u;

/** E-mail and IP addresses. */
export function findAddresses(text: string): PersonalDataSpan[] {
	return [...findEmails(text), ...findIps(text)];
}

function findEmails(text: string): PersonalDataSpan[] {
	const spans: PersonalDataSpan[] = [];
	for (let at = text.indexOf('@', 1); at !== -1; at = text.indexOf('@', at + 1)) {
		let start = at;
		while (start > 0 && at - start < LONGEST_LOCAL && isLocal(text.charCodeAt(start - 1))) start--;
		while (start < at && text.charCodeAt(start) === DOT) start++;
		if (start === at || text.charCodeAt(at - 1) === DOT) continue;
		const end = endOfDomain(text, at + 1);
		if (end === -1) continue;
		// `git@github.com:owner/name` is the address of a repository.
		if (text.slice(start, at) === 'git' && text.charCodeAt(end) === COLON) continue;
		spans.push({ kind: 'email', start, end });
	}
	return spans;
}

/** The end of `label.label.tld`, or -1 if none begins at `from`. */
function endOfDomain(text: string, from: number): number {
	let end = from;
	let lastDot = -1;
	while (end < text.length && end - from < LONGEST_DOMAIN) {
		const code = text.charCodeAt(end);
		if (code === DOT) {
			if (end === from || lastDot === end - 1 || !isDomain(text.charCodeAt(end + 1))) break;
			lastDot = end;
		} else if (!isDomain(code)) break;
		end++;
	}
	if (lastDot <= from || end - lastDot < 3) return -1;
	while (end > lastDot && text.charCodeAt(end - 1) === 45) end--;
	const ending = text.slice(lastDot + 1, end);
	if (!TOP_LEVEL.test(ending)) return -1;
	return FILE_ENDINGS.has(ending.toLowerCase()) ? -1 : end;
}

function isDomain(code: number): boolean {
	return (
		isAsciiLetter(code) || isDigit(code) || code === 45 || (code >= 0xc0 && code < 0x2000 && isWord(code))
	);
}

function isLocal(code: number): boolean {
	// . + - _ % ' & ! # * / =
	return (
		isDomain(code) || code === DOT || code === 43 || code === 95 || code === 37 || code === 39 || code === 38
	);
}

function findIps(text: string): PersonalDataSpan[] {
	const spans: PersonalDataSpan[] = [];
	const context = new ContextWords(text);
	let dot = -1;
	let colon = -1;
	for (let i = 1; ; i++) {
		// The first separator of an address comes after a digit, a hexadecimal letter or another colon.
		if (dot < i) dot = nextOf('.', text, i);
		if (colon < i) colon = nextOf(':', text, i);
		i = Math.min(dot, colon);
		if (i === text.length) return spans;
		const code = text.charCodeAt(i);
		const before = text.charCodeAt(i - 1);
		if (!isHex(before) && !(code === COLON && before === COLON)) continue;
		let start = i - 1;
		while (start > 0 && i - start < 5 && isHex(text.charCodeAt(start - 1))) start--;
		// A maximal run of characters that addresses consist of; each character belongs to one run.
		let dots = 0;
		let colons = before === COLON ? 1 : 0;
		for (; i < text.length; i++) {
			const next = text.charCodeAt(i);
			if (next === DOT) dots++;
			else if (next === COLON) colons++;
			else if (!isHex(next)) break;
		}
		if (dots < 3 && colons < 2) continue;
		if (start > 0 && text.charCodeAt(start) !== COLON && isWord(text.charCodeAt(start - 1))) continue;
		if (i < text.length && isWord(text.charCodeAt(i))) continue;
		const end = trimEnd(text, start, i);
		if (end - start > LONGEST_IP) continue;
		const span = asIp(text, start, end, context);
		if (span !== undefined) spans.push(span);
	}
}

/** Index of `sign` at or after `from`; the text's length if there is none. */
function nextOf(sign: string, text: string, from: number): number {
	const at = text.indexOf(sign, from);
	return at === -1 ? text.length : at;
}

const NEAR = 32;

function asIp(text: string, start: number, end: number, context: ContextWords): PersonalDataSpan | undefined {
	// Four single digits are a version or a chapter, unless the text says otherwise.
	if (end - start === 7 && text.charCodeAt(start + 1) === DOT && !context.endsWithin('ip', start, NEAR))
		return undefined;
	const run = text.slice(start, end);
	// `10.0.0.1:8080`
	const v4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?$/.exec(run)?.[1];
	if (v4 !== undefined && isIPv4(v4)) {
		// Nobody's address: this machine, unspecified, a network, a mask.
		if (/^(?:127\.|0\.|255\.)/.test(v4) || v4.endsWith('.0.0')) return undefined;
		// `Chrome/120.1.2.3`, `-4.1.2.3`: part of a name, unless the slashes belong to a URL.
		if (/[/-]/.test(text.charAt(start - 1)) && !text.startsWith('//', start - 2)) return undefined;
		if (context.endsWithin('version', start, NEAR) && !context.endsWithin('ip', start, NEAR))
			return undefined;
		return { kind: 'ip', start, end: start + v4.length };
	}
	if (!isIPv6(run)) return undefined;
	// `::ffff:203.0.113.77`: an IPv4 address in IPv6 notation.
	if (run.includes('.')) {
		const inner = run.slice(run.lastIndexOf(':') + 1);
		return /^(?:127\.|0\.|255\.)/.test(inner) ? undefined : { kind: 'ip', start, end };
	}
	// `::1`, `a::b` and `add::bed` are this machine or program code.
	const groups = run.split(':').filter((group) => group !== '');
	if (groups.length < 3 || !/\d/.test(run)) return undefined;
	return { kind: 'ip', start, end };
}

function trimEnd(text: string, start: number, end: number): number {
	let i = end;
	while (
		i > start &&
		(text.charCodeAt(i - 1) === DOT || (text.charCodeAt(i - 1) === COLON && text.charCodeAt(i - 2) !== COLON))
	)
		i--;
	return i;
}

function isHex(code: number): boolean {
	const lower = code | 32;
	return isDigit(code) || (lower >= 97 && lower <= 102);
}
