import { readRejection, Rejection } from '../../errors/rejection';

/** A refusal of the request's form, without what it quotes of the request. */
export interface Refusal {
	status: number;
	/** The provider's sentence. */
	words: string;
	/** Fields of the request that it names as not accepted: `temperature`, `response_format.type`. */
	fields: readonly string[];
}

/** Statuses with which servers refuse a request's form. Templates that fail answer 500. */
const STATUSES: ReadonlySet<number> = new Set([400, 402, 403, 416, 422, 500, 501]);

/** Longest words that are examined, in characters. */
const MAX_WORDS = 4_000;

const NOT_TAKEN =
	/not (?:supported|allowed|permitted|recogni[sz]ed|available|enabled|accepted)|unsupported|unrecogni[sz]ed|unknown|unexpected|extra (?:inputs|fields)|additional propert|does(?: not|n't) (?:support|accept|allow)|only .{0,40}(?:supported|allowed)|deprecated|invalid|must be|cannot find field|instead/i;

/** How refusals name a field. Each pattern has the name as its only group. */
const NAMED: readonly RegExp[] = [
	/unsupported (?:parameter|value|field|argument)s?:? ["'`]?([\w.$]+)/gi,
	/unrecogni[sz]ed (?:request )?(?:argument|parameter|field|key)s?(?: supplied)?:? ["'`]?([\w.$]+)/gi,
	/unknown (?:field|name|parameter|argument|key)s?:? \\?["'`]?([\w.$]+)/gi,
	/unexpected (?:keyword )?(?:argument|field|parameter|property)s?:? ["'`]?([\w.$]+)/gi,
	/(?:property|parameter|field|argument|option)s? ["'`]?([\w.$]+)["'`]? (?:is|are|was) (?:not |un)/gi,
	/["'`]?([\w.$]+)["'`]?:? extra (?:inputs|fields) (?:are )?not (?:permitted|allowed)/gi,
	/extra (?:inputs|fields) (?:are )?not (?:permitted|allowed),? (?:field|at):? ["'`]?([\w.$]+)/gi,
	/additional propert\w+ (?:are|is) not allowed \(?["'`]([\w.$]+)/gi,
	/["'`]([\w.$]+)["'`] (?:is |are )?(?:not supported|unsupported|not (?:permitted|allowed|available)|must be|does not support)/gi,
	/(?:unsupported|invalid) (temperature|top_p|reasoning_effort|reasoning effort)\b/gi,
	/extra for \w+: ([\w.$]+)/gi,
	/setting \{["'`]([\w.$]+)["'`]:.{0,80}\} is not supported/gi,
	/argument not supported on this model: ([\w.$]+)/gi,
	/does not support parameter ([\w.$]+)/gi,
	/\b(temperature|top_p|top_k|reasoning_effort|stream_options|parallel_tool_calls|response_format|thinking)["'`]? (?:is |are )?(?:not supported|deprecated|unsupported|not allowed)/gi,
	/(?:does not support|doesn't support|no support for) (?:the )?(?:parameter )?["'`]?(temperature|top_p|top_k|reasoning_effort|stream_options|parallel_tool_calls|response_format)\b/gi,
];

/**
 * xAI writes in camel case what it expects in snake case. Fields that Gemini expects in camel case are not listed.
 */
const SNAKE: Readonly<Record<string, string>> = {
	reasoningEffort: 'reasoning_effort',
	parallelToolCalls: 'parallel_tool_calls',
	streamOptions: 'stream_options',
	serviceTier: 'service_tier',
	promptCacheKey: 'prompt_cache_key',
};

/** Sentences about a setting that do not name its field. */
const MEANT: ReadonlyArray<[words: RegExp, field: string]> = [
	[
		/thinking[ _]?(?:level|budget)["'`]? (?:is |are )?not supported|not support (?:setting )?["'`]?thinking[ _]?(?:level|budget|config)|only works in thinking mode/i,
		'thinkingConfig',
	],
];

/** null: another form of the request would not help. */
export function refusalIn(error: unknown): Refusal | null {
	const cause = error instanceof Error && error.cause instanceof Rejection ? error.cause : error;
	if (!(cause instanceof Rejection) || cause.status === undefined || !STATUSES.has(cause.status)) return null;
	const { words: all, param, fields: listed = [] } = readRejection(cause);
	const words = all.slice(0, MAX_WORDS);
	const fields = new Set<string>();
	if (param && !param.includes(' ') && NOT_TAKEN.test(words)) fields.add(param);
	for (const { loc, msg } of listed) {
		if (loc && NOT_TAKEN.test(msg)) fields.add(loc.replace(/^body\.?/, ''));
	}
	for (const pattern of NAMED)
		for (const [, name] of words.matchAll(pattern)) fields.add(plainName(name!.replace(/\.$/, '')));
	for (const [pattern, field] of MEANT) if (pattern.test(words)) fields.add(field);
	return { status: cause.status, words, fields: [...fields] };
}

function plainName(name: string): string {
	return Object.hasOwn(SNAKE, name) ? SNAKE[name]! : name;
}
