/** Decides which prefix of a request is worth caching at the provider. */
import { createHash } from 'node:crypto';

import { estimateRequest } from '../failover/failover';
import { estimateTokens } from '../text/tokens';
import type { CacheHints, ChatRequest } from '../types';

/** No provider caches a shorter prefix. */
const LEAST_TOKENS = 512;

/** Anthropic's short and long lifetime, in ms. Writing for the long one costs 2 instead of 1.25 times the input. */
const SHORT_MS = 5 * 60_000;
const LONG_MS = 60 * 60_000;

/** Who else will send the same prefix. */
export interface Readers {
	/** Requests of this run with the same prefix, this one included. */
	sharers?: number;
	/** The conversation goes on, so the whole request is the prefix of the next one. */
	goesOn?: boolean;
	/** Time since the conversation's last request, in ms; absent: this is the first. */
	sinceLastMs?: number;
}

/** `off`: nobody will read it again, so a provider that charges for writing should cache nothing. */
export function cacheHintsFor(request: ChatRequest, readers: Readers): CacheHints | 'off' {
	const { sharers = 1, goesOn = false, sinceLastMs = 0 } = readers;
	if (goesOn) {
		const keep = sinceLastMs > SHORT_MS && sinceLastMs < LONG_MS ? 'hour' : 'minutes';
		return hintsOf(request, request.messages.length, keep) ?? 'off';
	}
	return (sharers > 1 ? hintsOf(request, request.messages.length - 1, 'minutes') : null) ?? 'off';
}

/** Equal for requests that differ in their last message only. */
export function beginningKey({ system, tools, messages }: ChatRequest): string {
	return hashOf([system, tools, messages.slice(0, -1)]);
}

function hintsOf(request: ChatRequest, messages: number, keep: CacheHints['keep']): CacheHints | null {
	const beginning = { ...request, messages: request.messages.slice(0, messages) };
	const tokens = estimateRequest(beginning, estimateTokens);
	if (tokens < LEAST_TOKENS) return null;
	const { system, tools } = beginning;
	// In a conversation that goes on, only the first message stays the same from turn to turn.
	const same = messages === request.messages.length ? beginning.messages.slice(0, 1) : beginning.messages;
	return { key: hashOf([system, tools, same]), tokens, messages, keep };
}

function hashOf(beginning: readonly unknown[]): string {
	return createHash('sha256').update(JSON.stringify(beginning)).digest('hex').slice(0, 32);
}
