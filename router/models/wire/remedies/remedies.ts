/**
 * Refusals that name their remedy: the request is sent again in the form that the refusal names, and if that helps,
 * always from then on. Remedies that a refusal does not name are not tried.
 */
import type { Fetch } from '../http';
import { isJson } from './body';
import type { Sent } from './body';
import { refusalIn } from './refusal';
import type { Refusal } from './refusal';
import { REMEDIES } from './table';
import type { Remedy } from './table';
import { DAY_MS } from '../../../types/time';

/** Remedies per call, each named by a refusal of its own. */
const MAX_REMEDIES = 2;

/** In ms. A provider may accept tomorrow what it refuses today, for example once an organization is verified. */
const REMEMBERED_MS = DAY_MS;

/** A form that was refused too is not tried again for this long, in ms. */
const IN_VAIN_MS = 600_000;

/** Model ids may come from items, so the number is limited; the oldest endpoint is dropped. */
const MAX_ENDPOINTS = 1_000;

interface Learned {
	remedies: Remedy[];
	/** Rows that did not help, and until when they are not tried. */
	inVain: Map<string, number>;
	since: number;
	toldOf: Set<string>;
}

/** By endpoint, as in `Model.endpoint`; not in the client, which lives for one execution only. */
const LEARNED = new Map<string, Learned>();

/** @param now epoch ms */
export function remedying(fetch: Fetch, endpoint: string, now: () => number): Fetch {
	return async (input, init) => {
		const call: Call = { fetch, endpoint, now, init };
		const url = input instanceof Request ? input.url : String(input);
		const known = remembered(endpoint, now());
		if (known) return await askIn(call, withRemedies(sentIn(url, init), known.remedies), []);
		try {
			return await fetch(input, init);
		} catch (error) {
			return await askOtherwise(call, sentIn(url, init), error, []);
		}
	};
}

interface Call {
	fetch: Fetch;
	endpoint: string;
	now: () => number;
	init: RequestInit | undefined;
}

/** @param tried the remedies in `sent` that are not proven yet */
async function askIn(call: Call, sent: Sent, tried: readonly Remedy[]): Promise<Response> {
	const init = { ...call.init, body: JSON.stringify(sent.body), headers: headersOf(call.init) };
	let response: Response;
	try {
		response = await call.fetch(sent.url, init);
	} catch (error) {
		return await askOtherwise(call, sent, error, tried);
	}
	learn(call.endpoint, tried, call.now());
	return response;
}

/** Sends the request in the form that the refusal names, or fails with the refusal. */
async function askOtherwise(
	call: Call,
	sent: Sent,
	error: unknown,
	tried: readonly Remedy[],
): Promise<Response> {
	const refusal = refusalIn(error);
	if (!refusal) throw error;
	const last = tried.at(-1);
	if (last?.words === refusal.words) noteInVain(call.endpoint, last, call.now());
	const remedy = tried.length < MAX_REMEDIES ? remedyFor(refusal, sent, tried, call) : null;
	if (!remedy) throw error;
	return await askIn(call, withRemedies(sent, [remedy]), [...tried, { ...remedy, words: refusal.words }]);
}

function sentIn(url: string, init: RequestInit | undefined): Sent {
	const body: unknown = typeof init?.body === 'string' ? JSON.parse(init.body) : {};
	return { url, body: isJson(body) ? body : {} };
}

/** The body differs from the one that the SDK measured. */
function headersOf(init: RequestInit | undefined): Headers {
	const headers = new Headers(init?.headers);
	headers.delete('content-length');
	return headers;
}

function withRemedies(sent: Sent, remedies: readonly Remedy[]): Sent {
	return remedies.reduce((form, { row, arg }) => REMEDIES[row]!.apply(form, arg) ?? form, sent);
}

function remedyFor(
	refusal: Refusal,
	sent: Sent,
	tried: readonly Remedy[],
	{ endpoint, now }: Call,
): Remedy | null {
	const inVain = LEARNED.get(endpoint)?.inVain;
	for (const [row, { read, apply }] of Object.entries(REMEDIES)) {
		const found = read(refusal, sent);
		if (!found) continue;
		const remedy = { row, ...found };
		const isTried = tried.some((other) => nameOf(other) === nameOf(remedy));
		const isVain = (inVain?.get(nameOf(remedy)) ?? 0) > now();
		if (!isTried && !isVain && apply(sent, found.arg)) return remedy;
	}
	return null;
}

function nameOf({ row, arg }: Remedy): string {
	return row === 'smallerLimit' ? row : `${row} ${arg ?? ''}`;
}

function remembered(endpoint: string, now: number): Learned | null {
	const learned = LEARNED.get(endpoint);
	if (!learned || learned.remedies.length === 0) return null;
	if (now - learned.since < REMEMBERED_MS) return learned;
	LEARNED.delete(endpoint);
	return null;
}

function entryOf(endpoint: string, now: number): Learned {
	const known = LEARNED.get(endpoint);
	if (known) return known;
	if (LEARNED.size >= MAX_ENDPOINTS) LEARNED.delete(LEARNED.keys().next().value!);
	const fresh: Learned = { remedies: [], inVain: new Map(), since: now, toldOf: new Set() };
	LEARNED.set(endpoint, fresh);
	return fresh;
}

/** Called once the form was accepted: until then the refusal may have been about something else. */
function learn(endpoint: string, tried: readonly Remedy[], now: number): void {
	for (const { lasts, words: _words, ...remedy } of tried) {
		if (lasts === false) continue;
		const learned = entryOf(endpoint, now);
		const others = learned.remedies.filter((other) => nameOf(other) !== nameOf(remedy));
		learned.remedies = [...others, remedy];
	}
}

function noteInVain(endpoint: string, remedy: Remedy, now: number): void {
	entryOf(endpoint, now).inVain.set(nameOf(remedy), now + IN_VAIN_MS);
}

/**
 * What was learned about the endpoint and not reported yet, each as the end of a sentence that starts with the
 * model's name.
 */
export function remedyNotes(endpoint: string): string[] {
	const learned = LEARNED.get(endpoint);
	if (!learned) return [];
	const fresh = learned.remedies.filter((remedy) => !learned.toldOf.has(nameOf(remedy)));
	for (const remedy of fresh) learned.toldOf.add(nameOf(remedy));
	return fresh.map(({ row, arg }) => REMEDIES[row]!.says(arg));
}
