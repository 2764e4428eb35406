import { resetOfSpent, serverNow, UNITS } from './rateLimits';
import type { ErrorFacts } from '../errors/rejection';

/** Words of at most this length are searched for a time, in characters. */
const MAX_WORDS = 2_000;

/**
 * How long a provider asks us to wait, in ms, never negative: from `retry-after-ms`, `Retry-After` in seconds or as
 * an HTTP date, Gemini's `RetryInfo`, a number in the body, its words ("try again in 9m38.016s"), and last the reset
 * of the used-up limit.
 * @param localNow epoch ms
 */
export function retryAfterMs(headers: Headers, facts: ErrorFacts, localNow: number): number | undefined {
	const { details, words, waitSeconds, innerHeaders = new Headers() } = facts;
	const now = serverNow(headers, localNow);
	const waits = [
		number(headers.get('retry-after-ms')),
		seconds(headers.get('retry-after')),
		dateAfter(headers.get('retry-after'), now),
		...details.map(({ retryDelay }) => seconds(retryDelay?.replace(/s$/, '') ?? null)),
		waitSeconds === undefined ? undefined : waitSeconds * 1000,
		waitInWords(words),
		...(facts.status === 429 ? [headers, innerHeaders].map((each) => resetOfSpent(each, now)) : []),
	];
	const wait = waits.find((candidate) => candidate !== undefined);
	return wait === undefined ? undefined : Math.max(0, Math.round(wait));
}

function number(text: string | null): number | undefined {
	const value = text === null || text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(value) ? value : undefined;
}

function seconds(text: string | null): number | undefined {
	const value = number(text);
	return value === undefined ? undefined : value * 1000;
}

/** `Date.parse` accepts almost anything ("2, 2" is a day in 2001); HTTP dates begin with a weekday. */
function dateAfter(text: string | null, now: number): number | undefined {
	const date = text !== null && /^(?:[A-Z][a-z]{2,8},? |\d{4}-\d\d-\d\d)/.test(text) ? Date.parse(text) : NaN;
	return Number.isNaN(date) ? undefined : date - now;
}

/** "try again in 9m38.016s", "retry after 45 seconds", "wait 30 s", "in 579ms". */
function waitInWords(words: string): number | undefined {
	const [, span] =
		/(?:again|retry|wait)(?: again)?(?: in| after| for)? ((?:\d+(?:\.\d+)? ?(?:ms|milliseconds?|h(?:ours?)?|m(?:in(?:ute)?s?)?|s(?:ec(?:ond)?s?)?)\b ?|\d+[hm])+)/i.exec(
			words.slice(0, MAX_WORDS),
		) ?? [];
	if (!span) return undefined;
	let ms = 0;
	for (const [, count, unit] of span.matchAll(/(\d+(?:\.\d+)?) ?([a-z]+)/gi)) {
		const name = unit!.toLowerCase();
		ms += Number(count) * UNITS[/^(?:ms|milli)/.test(name) ? 'ms' : name[0]!]!;
	}
	return ms;
}
