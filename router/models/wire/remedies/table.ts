/** The remedies, one row each: what a refusal may name, and the form in which the request is sent again. */
import {
	isJson,
	without,
	withJsonInWords,
	withShortDescriptions,
	withShortIds,
	withThoughts,
	withTurnAfterResults,
	withUserLast,
	withSystemFolded,
	withTurnsMerged,
} from './body';
import type { Json, Sent } from './body';
import { allowedTokens } from './limits';
import type { Refusal } from './refusal';

/** One remedy as it is remembered: its row's name and the argument from the refusal. */
export interface Remedy {
	row: string;
	arg?: string | number;
	/** False: it applies to this request only. */
	lasts?: boolean;
	/** Words of the refusal that named it: if they come again, it did not help. */
	words?: string;
}

interface Row {
	/** What the refusal asks for; null if it is about something else. */
	read(refusal: Refusal, sent: Sent): Omit<Remedy, 'row'> | null;
	/** The request in that form; null if nothing has to change. */
	apply(sent: Sent, arg: Remedy['arg']): Sent | null;
	/** What the provider refuses, as the rest of a sentence after "The provider", for a hint. */
	says(arg: Remedy['arg']): string;
}

const LIMITS = ['max_tokens', 'max_completion_tokens'] as const;

/** Fields that a request can do without. */
const OPTIONAL: ReadonlySet<string> = new Set(
	(
		'stream_options temperature top_p top_k reasoning_effort parallel_tool_calls strict seed user stop store metadata ' +
		'service_tier frequency_penalty presence_penalty logprobs prompt_cache_key prompt_cache_retention ' +
		'safety_identifier encoding_format verbosity thinking output_config effort thinkingConfig reasoning modalities'
	).split(' '),
);

const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'];

const withBody = (sent: Sent, body: Json | null): Sent | null => body && { ...sent, body };

/** In order of precedence. */
export const REMEDIES: Readonly<Record<string, Row>> = {
	smallerLimit: {
		read: ({ words }, { body }) => {
			const allowed = allowedTokens(words, limitOf(body));
			return allowed && { arg: allowed.tokens, lasts: allowed.lasts };
		},
		apply: (sent, arg) => withBody(sent, withLimit(sent, Number(arg))),
		says: (most) => `takes at most ${most} output tokens`,
	},
	noStreaming: {
		read: ({ words, fields }, { body, url }) => {
			const streams = body.stream === true || url.includes(':streamGenerateContent');
			const isNamed = fields.includes('stream') || NO_STREAMING.test(words);
			return streams && isNamed ? {} : null;
		},
		apply: ({ url, body }) => {
			const { stream, stream_options: _options, ...rest } = body;
			if (stream === true) return { url, body: { ...rest, stream: false } };
			const whole = url
				.replace(':streamGenerateContent', ':generateContent')
				.replace(/([?&])alt=sse&?/, '$1');
			return whole === url ? null : { url: whole.replace(/[?&]$/, ''), body };
		},
		says: () => 'does not stream this model',
	},
	otherLimitName: {
		read: ({ words, fields }, { body }) => {
			const sent = LIMITS.find((name) => name in body);
			const other = LIMITS.find((name) => name !== sent)!;
			const isRefused =
				sent !== undefined &&
				fields.includes(sent) &&
				!/too large|too high|exceed|at most|at least/i.test(words);
			const isNamed = sent !== undefined && new RegExp(`use ["'\`]?${other}`, 'i').test(words);
			return isRefused || isNamed ? { arg: other } : null;
		},
		apply: (sent, arg) => {
			const from = LIMITS.find((name) => name !== arg)!;
			if (!(from in sent.body)) return null;
			const { [from]: limit, ...rest } = sent.body;
			return { ...sent, body: { ...rest, [String(arg)]: limit } };
		},
		says: (name) => `calls the limit of output tokens ${name}`,
	},
	mergedTurns: {
		read: ({ words }, { body }) => (ALTERNATE.test(words) && withTurnsMerged(body) ? {} : null),
		apply: (sent) => withBody(sent, withTurnsMerged(sent.body)),
		says: () => 'takes one message of each side in turn only',
	},
	foldedSystem: {
		// Templates without a place for a system message treat it as a turn of the user.
		read: ({ words }, { body }) =>
			(NO_SYSTEM.test(words) || ALTERNATE.test(words)) && withSystemFolded(body) ? {} : null,
		apply: (sent) => withBody(sent, withSystemFolded(sent.body)),
		says: () => 'takes no system message, which now stands before the prompt',
	},
	jsonInWords: {
		read: ({ words, fields }, sent) => {
			const isNamed = fields.some((field) => JSON_FIELDS.test(field)) || NO_JSON.test(words);
			// If a schema is refused, the next one may still be accepted.
			return isNamed && withJsonInWords(sent)
				? { lasts: !/invalid schema|schema is (?:too|invalid)/i.test(words) }
				: null;
		},
		apply: (sent) => withBody(sent, withJsonInWords(sent)),
		says: () => 'has no JSON output of its own, so that JSON is asked for in words',
	},
	otherEffort: {
		read: ({ words, fields }, { body }) => {
			const sent = body.reasoning_effort;
			const isNamed = fields.some((field) => /effort/.test(field)) || /reasoning.?effort/i.test(words);
			if (typeof sent !== 'string' || !isNamed) return null;
			const [, list = ''] =
				/(?:supported|allowed|valid|one of|expected|must be)(.{0,160})/is.exec(words) ?? [];
			const named = EFFORTS.filter((effort) => effort !== sent && new RegExp(`\\b${effort}\\b`).test(list));
			const distance = (effort: string): number => Math.abs(EFFORTS.indexOf(effort) - EFFORTS.indexOf(sent));
			const [nearest] = named.sort((one, other) => distance(one) - distance(other));
			return nearest === undefined ? null : { arg: `${sent} ${nearest}` };
		},
		apply: (sent, arg) => {
			const [from, to] = String(arg).split(' ');
			return sent.body.reasoning_effort === from
				? { ...sent, body: { ...sent.body, reasoning_effort: to } }
				: null;
		},
		says: (arg) => `does not take the reasoning effort ${String(arg).split(' ')[0]}`,
	},
	shortDescriptions: {
		read: ({ words }, { body }) => {
			const [, most] = LONG_DESCRIPTION.exec(words) ?? [];
			return most !== undefined && withShortDescriptions(body, Number(most)) ? { arg: Number(most) } : null;
		},
		apply: (sent, arg) => withBody(sent, withShortDescriptions(sent.body, Number(arg))),
		says: (most) => `takes descriptions of tools of at most ${most} characters`,
	},
	shortIds: {
		read: ({ words }, { body }) => (SHORT_IDS.test(words) && withShortIds(body) ? {} : null),
		apply: (sent) => withBody(sent, withShortIds(sent.body)),
		says: () => 'takes ids of tool calls of nine letters and digits only',
	},
	turnAfterResults: {
		read: ({ words }, { body }) => (USER_AFTER_TOOL.test(words) && withTurnAfterResults(body) ? {} : null),
		apply: (sent) => withBody(sent, withTurnAfterResults(sent.body)),
		says: () => "takes no message of a user right after a tool's result",
	},
	userLast: {
		read: ({ words }, { body }) => (USER_LAST.test(words) && withUserLast(body) ? {} : null),
		apply: (sent) => withBody(sent, withUserLast(sent.body)),
		says: () => 'takes no conversation that ends with an answer, and is asked to go on with it',
	},
	thoughts: {
		read: ({ words }, { body }) => (THOUGHTS_BACK.test(words) && withThoughts(body) ? {} : null),
		apply: (sent) => withBody(sent, withThoughts(sent.body)),
		says: () => 'wants the thoughts of all its turns back, also of those that have none',
	},
	leftOut: {
		read: ({ fields }, { body }) => {
			const names = fields
				.map((field) => field.split('.').at(-1)!)
				.map((name) => name.replace(/^reasoning effort$/i, 'reasoning_effort'));
			const field = names.find((name) => OPTIONAL.has(name) && without(body, name) !== null);
			return field === undefined ? null : { arg: field };
		},
		apply: (sent, arg) => withBody(sent, without(sent.body, String(arg))),
		says: (field) => `does not take ${String(field)}`,
	},
};

const NO_STREAMING =
	/verified to stream|stream(?:ing|ed)?(?: (?:mode|responses?|output))? (?:is |are )?(?:not (?:supported|allowed|enabled|available|permitted)|unsupported|disabled)|(?:does(?: not|n't)|cannot|can't|not) (?:support|allow|be)(?:ed)? (?:to )?stream(?!_)|not allowed to stream|["'`]?stream["'`]? must be (?:set to )?false/i;
const LONG_DESCRIPTION = /tools\b.{0,40}description.{0,80}\bmaximum length (\d{2,6})/is;
/** Mistral. */
const USER_AFTER_TOOL = /unexpected role ["'`]?user["'`]? after role ["'`]?tool/i;
/** Claude from 4.6 on, Mistral. */
const USER_LAST =
	/conversation must end with a user message|not support assistant (?:message |response )?prefill|expected last role user/i;
/** DeepSeek from V4 on, under whatever name a server gives the model. */
const THOUGHTS_BACK =
	/reasoning_content["'`]? .{0,40}must be passed back|(?:missing|without) ["'`]?reasoning_content|reasoning_content["'`]? is missing/i;
/** Mistral's templates, under whatever name a server gives the model. */
const SHORT_IDS = /tool call id .{0,200}with a length of 9/is;
const ALTERNATE = /alternat/i;
const NO_SYSTEM =
	/system (?:role|message|prompt|instruction)s?.{0,40}(?:not (?:supported|allowed|enabled|permitted)|unsupported)|does(?: not|n't) support.{0,12}["'`]?system|unknown variant ["'`]?(?:system|developer)|developer instruction is not enabled|unexpected message role|incorrect role|only user and assistant roles|(?:invalid|unsupported) role:? ["'`]?system/i;
const JSON_FIELDS =
	/response_format|json_schema|output_format|output_config\.format|response_?schema|responseJsonSchema|responseMimeType/i;
const NO_JSON =
	/response_format.{0,60}(?:not (?:supported|allowed|available)|unsupported|must be|invalid|unavailable)|json (?:mode|output|schema) is not (?:enabled|supported|available)|(?:not|n't) support (?:json|structured|response_format)|response_schema'?: cannot find field|structured outputs? (?:is|are) not/i;

function limitOf(body: Json): number | undefined {
	const config = isJson(body.generationConfig) ? body.generationConfig : {};
	const limit = body.max_tokens ?? body.max_completion_tokens ?? config.maxOutputTokens;
	return typeof limit === 'number' ? limit : undefined;
}

/** Limits the output to `most` tokens, thoughts included. */
function withLimit({ body, url }: Sent, most: number): Json | null {
	const current = limitOf(body);
	if (current !== undefined && current <= most) return null;
	if (isJson(body.generationConfig) || /generateContent/i.test(url)) {
		return { ...body, generationConfig: { ...(body.generationConfig as Json), maxOutputTokens: most } };
	}
	const name = 'max_completion_tokens' in body ? 'max_completion_tokens' : 'max_tokens';
	const { thinking, ...rest } = body;
	const budget = isJson(thinking) ? Number(thinking.budget_tokens ?? 0) : 0;
	const fits = budget < most;
	const smaller = Math.floor(most / 2);
	return {
		...rest,
		[name]: most,
		...(thinking !== undefined && fits && { thinking }),
		// Anthropic's smallest thinking budget.
		...(!fits && smaller >= 1_024 && { thinking: { ...(thinking as Json), budget_tokens: smaller } }),
	};
}
