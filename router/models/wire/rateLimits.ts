/**
 * Headers in which providers report what is left of a key's limits. OpenAI, Groq, Azure and Fireworks:
 * `x-ratelimit-*-requests` and `-tokens`, resets as `6m0s` or `12ms`; Mistral and Cerebras: the same with `-minute`,
 * often without a reset; Anthropic: `anthropic-ratelimit-*`, resets as dates; OpenRouter: `x-ratelimit-*`, resets as
 * epoch ms; Together: as seconds; HuggingFace: one header by the draft of the standard, `"api";r=0;t=55`.
 */
import type { Allowance } from '../../types';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../types/time';

/** Ms per unit, in durations as providers write them: `6m0s`, `12ms`. */
export const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: MINUTE_MS, h: HOUR_MS };

/** In ms. A daily limit is nothing to wait for, and a date years ahead is no reset. */
const LONGEST_RESET_MS = 120_000;

/** A refusal may be due to a monthly limit, in ms. */
const LONGEST_REFUSAL_MS = 31 * DAY_MS;

/** No account has a larger limit. */
const MOST = 1e10;

/** Longest value that is read, in characters. */
const MAX_VALUE = 64;

interface Names {
	of: Allowance['of'];
	/** `*` stands for `limit`, `remaining` and `reset`. */
	name: string;
	/** Length of the window that the name implies, in ms. */
	windowMs?: number;
}

const NAMES: readonly Names[] = [
	{ of: 'requests', name: 'x-ratelimit-*-requests' },
	{ of: 'requests', name: 'x-ratelimit-*-req-minute', windowMs: MINUTE_MS },
	{ of: 'requests', name: 'x-ratelimit-*-requests-minute', windowMs: MINUTE_MS },
	{ of: 'requests', name: 'anthropic-ratelimit-requests-*' },
	{ of: 'requests', name: 'x-ratelimit-*' },
	{ of: 'requests', name: 'ratelimit-*' },
	{ of: 'tokens', name: 'x-ratelimit-*-tokens' },
	{ of: 'tokens', name: 'x-ratelimit-*-tokens-minute', windowMs: MINUTE_MS },
	{ of: 'tokens', name: 'anthropic-ratelimit-input-tokens-*' },
	{ of: 'tokens', name: 'anthropic-ratelimit-output-tokens-*' },
	{ of: 'tokens', name: 'anthropic-ratelimit-tokens-*' },
	{ of: 'tokens', name: 'x-tokenlimit-*' },
];

/** Ignores values that cannot be true. @param localNow epoch ms @param longestMs longest time until a reset */
export function allowancesIn(headers: Headers, localNow: number, longestMs = LONGEST_RESET_MS): Allowance[] {
	const now = serverNow(headers, localNow);
	const named = NAMES.flatMap(({ of, name, windowMs }) => {
		const valueOf = (what: string): string | null => headers.get(name.replace('*', what));
		const remaining = count(valueOf('remaining'));
		if (remaining === undefined) return [];
		const limit = count(valueOf('limit'));
		const resetMs = untilReset(valueOf('reset'), now) ?? windowMs;
		if (resetMs === undefined || resetMs > longestMs) return [];
		if (limit !== undefined && (limit < 1 || remaining > limit)) return [];
		return [{ of, remaining, resetMs, ...(limit !== undefined && { limit }) }];
	});
	return [...named, ...standard(headers).filter(({ resetMs }) => resetMs <= longestMs)];
}

/** draft-ietf-httpapi-ratelimit-headers: what is left, and in how many seconds more; a list of limits is possible. */
function standard(headers: Headers): Allowance[] {
	const items = (headers.get('ratelimit') ?? '').slice(0, MAX_VALUE * 4).split(',');
	return items.flatMap((item) => {
		const [, left] = /;\s*r=(\d{1,10})(?:;|\s|$)/.exec(item) ?? [];
		const [, seconds] = /;\s*t=(\d{1,10})(?:;|\s|$)/.exec(item) ?? [];
		if (left === undefined || seconds === undefined) return [];
		return [{ of: 'requests' as const, remaining: Number(left), resetMs: Number(seconds) * 1_000 }];
	});
}

/** Ms until the used-up limits reset; with several, the last one. */
export function resetOfSpent(headers: Headers, now: number): number | undefined {
	const spent = allowancesIn(headers, now, LONGEST_REFUSAL_MS).filter(({ remaining }) => remaining === 0);
	return spent.length > 0 ? Math.max(...spent.map(({ resetMs }) => resetMs)) : undefined;
}

/** Epoch ms by the server's clock, if the answer tells it, because resets refer to that clock. */
export function serverNow(headers: Headers, localNow: number): number {
	const date = headers.get('date');
	const named = date !== null && date.length <= MAX_VALUE ? Date.parse(date) : NaN;
	return Number.isNaN(named) ? localNow : named;
}

function count(text: string | null): number | undefined {
	if (text === null || text.length > MAX_VALUE || !/^\s*\d+(?:\.\d+)?\s*$/.test(text)) return undefined;
	const value = Number(text);
	return value <= MOST ? value : undefined;
}

/** Above these, a number is an epoch time in s or ms: September 2001. */
const EPOCH_S = 1e9;
const EPOCH_MS = 1e12;

/** Accepts seconds, a duration like `6m0s`, epoch seconds or ms, or a date. A past time means no wait. */
export function untilReset(text: string | null, now: number): number | undefined {
	const value = text?.trim() ?? '';
	if (value === '' || value.length > MAX_VALUE) return undefined;
	if (/^\d+(?:\.\d+)?$/.test(value)) {
		const number = Number(value);
		if (number >= EPOCH_MS) return Math.max(0, number - now);
		return number >= EPOCH_S ? Math.max(0, number * 1_000 - now) : number * 1_000;
	}
	if (/^(?:\d+(?:\.\d+)?(?:ms|[smh]))+$/.test(value)) {
		const pieces = value.matchAll(/(\d+(?:\.\d+)?)(ms|[smh])/g);
		return [...pieces].reduce((sum, [, size, unit]) => sum + Number(size) * (UNITS[unit!] ?? 0), 0);
	}
	const date = /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : NaN;
	return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
