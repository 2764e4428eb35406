/**
 * Which fault a call meets. A fault is part of the model's name (or of the API key):
 * `<model id>--<fault>[-<arg>][*<n>]`, `+` joins faults that hold at once (`slow-200+500`), and further
 * `--…` follow when the ones before are used up (`gpt-4o-mini--429*1--500*2`). `*<n>` is for the first n
 * calls; none, or a bare `*`, is for every call.
 */

export interface Fault {
	name: string;
	arg: string | null;
}

export interface FaultStep {
	/** All of them hold at once. */
	faults: Fault[];
	/** How many calls meet it. */
	times: number;
	/** Whether the number of calls was written (`*`, `*2`). */
	timesGiven: boolean;
}

/** Names from the contract for people who do not know the wire. */
const ALIASES: Record<string, string> = {
	overloaded: '529',
	ratelimited: '429',
	servererror: '500',
	latency: 'slow',
	authentication: '401',
	forbidden: '403',
	contextoverflow: 'context',
	contentfiltered: 'filter',
	refused: 'refusal',
	emptyanswer: 'empty',
	truncated: 'length',
	stalled: 'stall',
	network: 'reset',
};

const KNOWN = new Set(
	// `limit-20`: 20 calls a second of each key, else 429 with `Retry-After: 1`; `limitsilent-20` names no time.
	(
		'limit limitsilent 429date 429ms quota credit context filter filterfinish blockedprompt refusal badrequest modelnotfound ' +
		'silent pings hang slow drip stall cut nofinish errorevent brokenevent noeventline html brokenjson empty ' +
		'badargs unknowntool noindex noids sameids objectargs namedpieces stopwithcalls emptyargs ' +
		'length invalidjson invalidschema reset huge many wholejson nousage nodone noprefill deaf unreachable none'
	).split(' '),
);

export function parseFault(text: string): Fault {
	const [, written = '', arg = null] = /^([a-z0-9]+)(?:-(.+))?$/i.exec(text.trim()) ?? [];
	const name = ALIASES[written.toLowerCase()] ?? written.toLowerCase();
	if (!KNOWN.has(name) && !/^[2-5]\d\d$/.test(name)) throw new Error(`No such fault: "${text}"`);
	return { name, arg };
}

export function parseStep(text: string): FaultStep {
	const [, joined = '', star, times = ''] = /^(.*?)(\*(\d*))?$/.exec(text) ?? [];
	return {
		faults: joined.split('+').map(parseFault),
		times: times === '' ? Infinity : Number(times),
		timesGiven: star !== undefined,
	};
}

/** `a--429-2*1--500` becomes model `a` with two steps. */
export function parseModelName(name: string): { modelId: string; steps: FaultStep[] } {
	const [modelId = '', ...steps] = name.split('--');
	return { modelId, steps: steps.map(parseStep) };
}

/** The faults of an API key: everything from the first `--` on. */
export const parseKey = (key: string): FaultStep[] => parseModelName(key).steps;

/** Counts calls, so that a fault ends after as many as were asked for. */
export class FaultBook {
	private readonly set = new Map<string, FaultStep[]>();

	private readonly used = new Map<string, number>();

	/** Steps given from code; the counting starts anew. */
	put(modelId: string, steps: FaultStep[]): void {
		this.set.set(modelId, steps);
		for (const key of this.used.keys()) if (key.startsWith(`set|${modelId}|`)) this.used.delete(key);
	}

	clear(): void {
		this.set.clear();
		this.used.clear();
	}

	resetCounts(): void {
		this.used.clear();
	}

	/** The step that this call meets; null when healthy. Counts the call. */
	next(endpoint: string, requestedModel: string, modelId: string, key: string): FaultStep | null {
		const fromCode = this.set.get(requestedModel) ?? this.set.get(modelId);
		return (
			this.take(`key|${key}`, parseKey(key)) ??
			this.take(`set|${modelId}|${endpoint}`, fromCode ?? []) ??
			this.take(`name|${endpoint}|${requestedModel}`, parseModelName(requestedModel).steps)
		);
	}

	private take(counter: string, steps: FaultStep[]): FaultStep | null {
		const before = this.used.get(counter) ?? 0;
		let end = 0;
		for (const step of steps) {
			end += step.times;
			if (before < end) {
				this.used.set(counter, before + 1);
				return step.faults.some((fault) => fault.name === 'none') ? null : step;
			}
		}
		return null;
	}
}
