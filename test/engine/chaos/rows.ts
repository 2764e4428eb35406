/** "How a failing provider is met": the rows of the contract's table as faults, and what each comes to by default. */
import { alwaysTrue, WIRE_PROTOCOLS, type Seen } from './chaos';
import { SPEED } from '../fasterClock';

export interface Row {
	fault: string;
	/** To the model with the fault. */
	calls: number;
	/** What its failed attempts come to. */
	comesTo: RegExp | null;
	leaves: 'Answered' | 'Fallback' | 'Failed';
	/** Between the first call and the second at least, by the engine's clock, in ms. */
	gapMs?: number;
	/** Something of the wire, which a connected model's own library deals with. */
	wireOnly?: true;
	/** On the wire it is a matter of the address. */
	connectedOnly?: true;
}

const row = (
	fault: string,
	leaves: Row['leaves'],
	calls: Row['calls'],
	comesTo: Row['comesTo'],
	more: Partial<Row> = {},
): Row => ({ fault, leaves, calls, comesTo, ...more });

const wireOnly = true;
/** The first try and two more. */
const RETRIED = 3;
/** An answer that broke is asked for once more. */
const ONCE_MORE = 2;

const LIMITED = /^rateLimited$/;
const SERVER = /^(serverError|overloaded)$/;
const KEY = /^authentication$/;
const FILTER = /^(contentFiltered|refused)$/;
const BROKEN = /^(serverError|network)$/;
/** Silent until the helper, which was asked beside it, had answered. */
const HEDGED = /^cancelled$/;

const ROWS: Row[] = [
	// Retry-After within patience: waited for, and the same model again.
	row('429-1*1', 'Answered', 2, LIMITED, { gapMs: 1000 }),
	row('429-3*1', 'Answered', 2, LIMITED, { gapMs: 3000 }),
	row('503-2*1', 'Answered', 2, SERVER, { gapMs: 2000 }),
	row('429ms-1500*1', 'Answered', 2, LIMITED, { gapMs: 1500 }),
	row('429-1', 'Fallback', RETRIED, LIMITED, { gapMs: 1000 }),
	// Longer: the next model at once.
	row('429-4', 'Fallback', 1, LIMITED),
	row('503-30', 'Fallback', 1, SERVER),
	// What may be over in a moment.
	row('429', 'Fallback', RETRIED, LIMITED),
	row('429*1', 'Answered', 2, LIMITED),
	...['500', '502', '503', '504', '529'].flatMap((status) => [
		row(status, 'Fallback', RETRIED, SERVER),
		row(`${status}*2`, 'Answered', RETRIED, SERVER),
	]),
	row('reset', 'Fallback', RETRIED, /^network$/),
	row('reset*1', 'Answered', 2, /^network$/),
	row('unreachable', 'Fallback', RETRIED, /^network$/, { connectedOnly: true }),
	row('unreachable*1', 'Answered', 2, /^network$/, { connectedOnly: true }),
	// What another try does not mend.
	row('401', 'Fallback', 1, KEY),
	row('401-1', 'Fallback', 1, KEY),
	row('403', 'Fallback', 1, KEY),
	row('404', 'Fallback', 1, /^modelNotFound$/),
	row('quota', 'Fallback', 1, /^quotaExhausted$/),
	row('credit', 'Fallback', 1, /^quotaExhausted$/, { wireOnly }),
	row('context', 'Fallback', 1, /^contextOverflow$/),
	row('413', 'Fallback', 1, /^contextOverflow$/),
	row('400', 'Fallback', 1, /^invalidRequest$/),
	row('422', 'Fallback', 1, /^invalidRequest$/),
	row('filter', 'Failed', 1, FILTER),
	row('filterfinish', 'Failed', 1, FILTER),
	row('refusal', 'Failed', 1, FILTER),
	row('blockedprompt', 'Failed', 1, FILTER),
	// Silence: never a second try.
	row('silent', 'Fallback', 1, HEDGED),
	row('hang', 'Fallback', 1, HEDGED),
	row('pings', 'Fallback', 1, HEDGED),
	row('wholejson+silent', 'Fallback', 1, HEDGED, { wireOnly }),
	row('wholejson+stall', 'Fallback', 1, HEDGED, { wireOnly }),
	// Slow, but within the time before a hedge.
	row('slow-5000', 'Answered', 1, null),
	// Half an answer is none; a stall has cost its whole timeout, so the next model is asked at once.
	row('stall', 'Fallback', 1, /^stalled$/),
	row('stall*1', 'Fallback', 1, /^stalled$/),
	...['cut', 'brokenevent', 'errorevent'].flatMap((fault) => [
		row(fault, 'Fallback', ONCE_MORE, /^(network|serverError|overloaded)$/),
		row(`${fault}*1`, 'Answered', 2, /^(network|serverError|overloaded)$/),
	]),
	row('empty', 'Fallback', ONCE_MORE, /^emptyAnswer$/),
	row('empty*1', 'Answered', 2, /^emptyAnswer$/),
	row('nofinish', 'Fallback', ONCE_MORE, BROKEN),
	row('nofinish*1', 'Answered', 2, BROKEN),
	...['noeventline', 'brokenjson', 'html'].flatMap((fault) => [
		row(fault, 'Fallback', ONCE_MORE, BROKEN, { wireOnly }),
		row(`${fault}*1`, 'Answered', 2, BROKEN, { wireOnly }),
	]),
	// The same in one piece, from servers that know no streams.
	row('wholejson', 'Answered', 1, null, { wireOnly }),
	...['cut', 'brokenjson', 'errorevent', 'nofinish'].map((fault) =>
		row(`wholejson+${fault}`, 'Fallback', ONCE_MORE, /^(network|serverError|overloaded)$/, { wireOnly }),
	),
	row('wholejson+empty', 'Fallback', ONCE_MORE, /^emptyAnswer$/, { wireOnly }),
	row('wholejson+filterfinish', 'Failed', 1, FILTER, { wireOnly }),
	// Cut at the limit of tokens, which is said; and what is no fault at all.
	row('length', 'Answered', 1, null),
	row('nousage', 'Answered', 1, null),
	row('', 'Answered', 1, null),
];

export const rowsOf = (protocol: string): Row[] =>
	ROWS.filter(({ wireOnly: isOfWire, connectedOnly }) =>
		WIRE_PROTOCOLS.includes(protocol) ? !connectedOnly : !isOfWire,
	);

/** Expectations of the row that do not hold, by a clock that runs faster. */
export function problemsOf(entry: Row, { left, json, record, calls, helperCalls, ...rest }: Seen): string[] {
	const problems = alwaysTrue({ left, json, record, calls, helperCalls, ...rest }, SPEED);
	const check = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
	check(left[0] === entry.leaves, `left by ${left[0]}`);
	check(calls.length === entry.calls, `${calls.length} calls`);
	check(helperCalls.length === (entry.leaves === 'Fallback' ? 1 : 0), `${helperCalls.length} helper calls`);
	const failed = record.attempts.filter(({ outcome }) => outcome !== 'answered');
	const odd = failed.map(({ outcome }) => String(outcome)).filter((outcome) => !entry.comesTo?.test(outcome));
	check(odd.length === 0, `came to ${odd.join(', ')}`);
	if (entry.gapMs !== undefined) {
		const gap = ((calls[1]?.at ?? 0) - (calls[0]?.at ?? 0)) * SPEED;
		// The log has whole milliseconds, at both ends.
		check(gap >= entry.gapMs - 2 * SPEED, `a gap of ${gap} ms only`);
	}
	if (entry.comesTo === HEDGED) check(calls[0]?.aborted === true, 'the silent call was not aborted');
	if (entry.leaves === 'Failed') {
		check(
			entry.comesTo?.test(String((json.error as { category: string }).category)) === true,
			'another error',
		);
	}
	if (entry.fault === 'length') check(record.finishReason === 'length', 'the cut is not told');
	return problems;
}
