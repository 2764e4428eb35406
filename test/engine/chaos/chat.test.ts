/**
 * The contract's table once more, with someone who watches the answer being written: what fails before its first word is
 * not seen, what breaks off after it is marked, and the last message is the whole answer.
 */
import { INTERRUPTED } from '../../../nodes/SmartLlmRouter/chatStream';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { askAll, lineOf, PROTOCOLS, type Seen } from './chaos';
import { problemsOf, rowsOf, type Row } from './rows';
import type * as Clock from '../fasterClock';
import { surroundings } from '../../../nodes/host/surroundings';
import type * as Clockwork from '../../../nodes/host/surroundings';

jest.mock('../../../nodes/host/surroundings', () => {
	const real = jest.requireActual<typeof Clockwork>('../../../nodes/host/surroundings');
	const { faster } = jest.requireActual<typeof Clock>('../fasterClock');
	return { ...real, surroundings: faster(real.surroundings) };
});

const { sleep } = surroundings;
let providers: SimulatedProviders;
const seen: Record<string, Seen[]> = {};

beforeAll(async () => {
	providers = await startSimulatedProviders({ sleep });
	// SDKs load on the first call, which would look like silence to a fast clock.
	for (const protocol of PROTOCOLS) await askAll(providers, lineOf(protocol), ['']);
	for (const protocol of PROTOCOLS) {
		const faults = rowsOf(protocol).map(({ fault }) => fault);
		seen[protocol] = await askAll(providers, lineOf(protocol), faults, { sleep, run: { streaming: true } });
	}
}, 180_000);
afterAll(async () => await providers.close());

/** What a person read: messages, and the error where there is one. */
function read({ chunks }: Seen): { messages: string[]; error: string | null; odd: string[] } {
	const messages: string[] = [];
	const odd: string[] = [];
	let error: string | null = null;
	let isOpen = false;
	for (const { type, content = '' } of chunks) {
		if (error !== null) odd.push(`${type} after the error`);
		if (type === 'begin') messages.push('');
		else if (type === 'error') error = content;
		else if (type === 'item') messages.push((messages.pop() ?? '') + content);
		if ((type === 'begin' || type === 'error') === isOpen) odd.push(`${type} at the wrong place`);
		isOpen = type === 'begin' || type === 'item';
	}
	if (isOpen) odd.push('not ended');
	return { messages, error, odd };
}

/** Faults that break off after half of the answer. */
const BREAKS_OFF = /stall|cut|nofinish|brokenevent|errorevent|noeventline|brokenjson|filterfinish/;

function chatProblems({ fault, leaves, calls }: Row, one: Seen): string[] {
	const { messages, error, odd: problems } = read(one);
	const check = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
	const last = leaves === 'Failed' ? undefined : messages.pop();
	if (leaves !== 'Failed') check(last === String(one.json.output), `the last message is ${last}`);
	check(leaves === 'Failed' ? /^first: .{10,}/.test(error ?? '') : error === null, `the error ${error}`);
	const most = BREAKS_OFF.test(fault) ? calls - (leaves === 'Answered' ? 1 : 0) : 0;
	// What arrives together with its end is not shown; only a stall leaves time for it.
	const least = fault.startsWith('stall') ? most : 0;
	const { length } = messages;
	check(least <= length && length <= most, `${length} messages broke off, not ${least} to ${most}`);
	for (const [place, message] of messages.entries()) {
		// After the last message of a failed item no other model is asked.
		const isLast = leaves === 'Failed' && place === length - 1;
		const mark = INTERRUPTED.mark + (isLast ? INTERRUPTED.none : INTERRUPTED.another);
		const words = message.slice(0, -mark.length);
		check(message.endsWith(mark) && words !== '', `a message is not marked: ${message.slice(-40)}`);
		check(one.whole.first.startsWith(words), 'a message of another model');
	}
	return problems;
}

describe.each(PROTOCOLS)('%s', (protocol) => {
	test.each(rowsOf(protocol))('$fault', (entry) => {
		const one = seen[protocol]![rowsOf(protocol).indexOf(entry)]!;
		expect([...problemsOf(entry, one), ...chatProblems(entry, one)]).toEqual([]);
	});
});
