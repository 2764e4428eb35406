/** One prompt a fault, over every protocol, and what is seen of it from outside: the provider's log and the item. */
import type { IDataObject, StructuredChunk } from 'n8n-workflow';

import type { ChatModelBehaviour } from '../../support/standIn/chatModel';
import type { SimulatedProviders } from '../../support/simulatedProviders';
import {
	connected,
	credentialsFor,
	inOrder,
	model,
	runRouter,
	type RouterRecord,
	type RouterResult,
	type RouterRun,
} from '../workflow';

/** A protocol and the healthy model behind it. */
export interface Line {
	name: string;
	/** null for a connected chat model. */
	modelId: string | null;
	/** The first part of the path in the simulation. */
	endpoint: 'openai' | 'anthropic' | 'gemini' | 'compatible';
	/** The credential's type. */
	credential: string;
	helper: { provider: string; modelId: string };
}

const CLAUDE = { provider: 'anthropic', modelId: 'claude-haiku-4-5' };
const GPT = { provider: 'openAi', modelId: 'gpt-4o-mini' };

const LINES: Record<string, Line> = {
	openAi: {
		name: 'openAi',
		modelId: 'gpt-4.1',
		endpoint: 'openai',
		credential: 'llmRouterOpenAiApi',
		helper: CLAUDE,
	},
	anthropic: {
		name: 'anthropic',
		modelId: 'claude-sonnet-4-5',
		endpoint: 'anthropic',
		credential: 'llmRouterAnthropicApi',
		helper: GPT,
	},
	gemini: {
		name: 'gemini',
		// One that does not think, or it would be waited for longer.
		modelId: 'gemini-2.5-flash-lite',
		endpoint: 'gemini',
		credential: 'llmRouterGeminiApi',
		helper: GPT,
	},
	openAiCompatible: {
		name: 'openAiCompatible',
		modelId: 'llama-3.3-70b-versatile',
		endpoint: 'compatible',
		credential: 'llmRouterOpenAiCompatibleApi',
		helper: CLAUDE,
	},
	connected: { name: 'connected', modelId: null, endpoint: 'compatible', credential: '', helper: GPT },
};

export const PROTOCOLS = Object.keys(LINES);
export const WIRE_PROTOCOLS = PROTOCOLS.filter((name) => name !== 'connected');
export const lineOf = (name: string): Line => LINES[name]!;

/** Set, so that the catalogue's gaps for made-up ids do not matter. */
export const PRICE = { inputPrice: 1, outputPrice: 2 };

/** As the provider saw it; times in ms since the epoch, by the real clock. */
export interface SeenCall {
	at: number;
	endedAt: number | null;
	aborted: boolean;
	/** See `fingerprintOf`; empty for connected models. */
	keyFingerprint: string;
	/** Whether it goes on from what an assistant wrote. */
	isPrefill: boolean;
}

/** What one prompt came to. */
export interface Seen {
	fault: string;
	/** The output's name; several would be a bug. */
	left: string[];
	json: IDataObject;
	record: RouterRecord;
	/** Calls to the model with the fault. */
	calls: SeenCall[];
	helperCalls: SeenCall[];
	/** What a chat was sent, where one listens. */
	chunks: StructuredChunk[];
	/** What each model says when it is well. */
	whole: { first: string; helper: string };
}

export interface Asking {
	/** Of the node; absent: the defaults. */
	options?: IDataObject;
	/** Of the model with the fault. */
	modelOptions?: IDataObject;
	/** Of the healthy one. */
	helperOptions?: IDataObject;
	/** What a connected model says when it is well. */
	answer?: ChatModelBehaviour['answer'];
	/** By whose clock a connected model is slow; the real one otherwise. */
	sleep?: ChatModelBehaviour['sleep'];
	/** A fault of the model that is healthy otherwise. */
	helperFault?: string;
	run?: Partial<RouterRun>;
}

/** With a key everywhere: a silent server without one may be loading its model, and is left to (`bulk.test.ts`). */
export const keyed = (providers: SimulatedProviders) => ({
	...credentialsFor(providers),
	llmRouterOpenAiCompatibleApi: { apiKey: 'sk-of-a-server', baseUrl: providers.baseUrl('compatible') },
});

let prompts = 0;

/** Asks a model with each fault, a healthy one behind it; everything else is left as it comes. */
export async function askAll(
	providers: SimulatedProviders,
	line: Line,
	faults: readonly string[],
	asking: Asking = {},
): Promise<Seen[]> {
	const { modelId } = line;
	// Several answers at once are not written into one chat.
	if (modelId !== null && asking.run?.streaming) {
		const each = async (fault: string) => await askOverTheWire(providers, line, modelId, [fault], asking);
		return (await Promise.all(faults.map(each))).flat();
	}
	if (modelId !== null) return await askOverTheWire(providers, line, modelId, faults, asking);
	return await Promise.all(faults.map(async (fault) => await askConnected(providers, line, fault, asking)));
}

async function askOverTheWire(
	providers: SimulatedProviders,
	line: Line,
	modelId: string,
	faults: readonly string[],
	asking: Asking,
): Promise<Seen[]> {
	const items = faults.map((fault) => ({
		prompt: newPrompt(line),
		model: fault === '' ? modelId : `${modelId}--${fault}`,
	}));
	const first = model('first', line.name, '={{ $json.model }}', { ...PRICE, ...asking.modelOptions });
	const result = await runRouter(providers, {
		credentials: keyed(providers),
		...asking.run,
		parameters: { models: [first, helperOf(line, asking)], rules: [inOrder], options: asking.options ?? {} },
		items,
	});
	const logOf = ({ prompt, model: id }: (typeof items)[number]) => ({
		calls: callsWith(providers, id, prompt),
		helperCalls: callsWith(providers, helperId(line, asking), prompt),
	});
	await over(() => items.map(logOf).flatMap(({ calls, helperCalls }) => [...calls, ...helperCalls]));
	return items.map((item, index) => ({
		fault: faults[index]!,
		...seenOf(result, index),
		...logOf(item),
		whole: {
			first: `[${modelId}] You asked: ${item.prompt}`,
			helper: `[${line.helper.modelId}] You asked: ${item.prompt}`,
		},
	}));
}

async function askConnected(
	providers: SimulatedProviders,
	line: Line,
	fault: string,
	asking: Asking,
): Promise<Seen> {
	const prompt = newPrompt(line);
	// What is remembered of a connected model goes by the name of its node.
	const node = `Model ${fault}`;
	const { sleep } = asking;
	const behaviour: ChatModelBehaviour = {
		...(fault !== '' && { fault }),
		...(sleep && { sleep }),
		...(asking.answer !== undefined && { answer: asking.answer }),
		calls: [],
	};
	const result = await runRouter(providers, {
		chatModels: { [node]: behaviour },
		wired: [node],
		...asking.run,
		parameters: {
			models: [connected('first', 1, { ...PRICE, ...asking.modelOptions }), helperOf(line, asking)],
			rules: [inOrder],
			options: asking.options ?? {},
		},
		items: [prompt],
	});
	const logOf = () => ({
		calls: (asking.run?.chatModels?.[node] ?? behaviour)
			.calls!.filter(({ messages }) => messages.some(({ text }) => text.includes(prompt)))
			.map(({ messages, ...call }) => ({
				...call,
				keyFingerprint: '',
				isPrefill: messages.at(-1)?.getType() === 'ai',
			})),
		helperCalls: callsWith(providers, helperId(line, asking), prompt),
	});
	await over(() => [...logOf().calls, ...logOf().helperCalls]);
	return {
		fault,
		...seenOf(result, 0),
		...logOf(),
		whole: { first: `[${node}] ${prompt}`, helper: `[${line.helper.modelId}] You asked: ${prompt}` },
	};
}

/** Waits until no call is open, at most a second; the checks judge what is left. */
async function over(calls: () => SeenCall[]): Promise<void> {
	const until = Date.now() + 1000;
	while (Date.now() < until && calls().some(({ endedAt }) => endedAt === null)) {
		await new Promise((resolve) => setTimeout(resolve, 10));
	}
}

/** Unique, and of at most twelve words, as the simulation repeats no more. */
const newPrompt = ({ name }: Line): string => `Case ${++prompts}x of ${name}: name the rivers of Peru`;

/** Its window is wider than any other, or it would be passed over after an overflow. */
const helperOf = (line: Line, asking: Asking) =>
	model('helper', line.helper.provider, helperId(line, asking), {
		...PRICE,
		contextWindow: 1e7,
		...asking.helperOptions,
	});

const helperId = ({ helper }: Line, { helperFault }: Asking): string =>
	helperFault === undefined ? helper.modelId : `${helper.modelId}--${helperFault}`;

function seenOf(result: RouterResult, index: number): Pick<Seen, 'left' | 'json' | 'record' | 'chunks'> {
	if (result.error) throw result.error;
	return {
		chunks: result.chunks,
		left: Object.keys(result.left).filter((name) => result.left[name]!.includes(index)),
		json: result.all[index]!.json,
		record: result.record(index),
	};
}

function callsWith(providers: SimulatedProviders, requestedModel: string, prompt: string): SeenCall[] {
	return providers.log
		.filter((call) => call.requestedModel === requestedModel && JSON.stringify(call.body).includes(prompt))
		.map(({ at, endedAt, aborted, keyFingerprint, body }) => ({
			at,
			endedAt,
			aborted,
			keyFingerprint,
			isPrefill: isPrefill(body),
		}));
}

/** All three protocols keep the conversation as a list of entries with a role. */
function isPrefill({ messages, contents }: Record<string, unknown>): boolean {
	const turns = (messages ?? contents) as Array<{ role?: string }>;
	return turns.at(-1)?.role !== 'user';
}

/** The largest number of calls within a window. */
export function mostWithin(calls: readonly SeenCall[], windowMs: number): number {
	return Math.max(
		0,
		...calls.map(({ at }) => calls.filter((other) => other.at >= at && other.at < at + windowMs).length),
	);
}

/** Checks that hold for every fault; returns the names of those that fail. @param speed of the engine's clock */
export function alwaysTrue({ left, json, record, calls, helperCalls, whole }: Seen, speed = 1): string[] {
	const problems: string[] = [];
	const check = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
	const { attempts } = record;
	const byAlias = (alias: string) => attempts.filter(({ model: name }) => name === alias);
	check(left.length === 1, `left by ${left.length} outputs`);
	check(mostWithin(calls, 3000 / speed) <= 4, `${mostWithin(calls, 3000 / speed)} calls within 3 s`);
	check(byAlias('first').length === calls.length, `${byAlias('first').length} attempts told`);
	check(byAlias('helper').length === helperCalls.length, 'attempts of the helper not told');
	check(
		[...calls, ...helperCalls].every(({ endedAt }) => endedAt !== null),
		'a call is still open',
	);
	check(![...calls, ...helperCalls].some((call) => call.isPrefill), 'half an answer was sent on');
	if (record.outcome === 'failed') {
		check(json.output === undefined, 'a failure with an output');
		check(/^first: .{10,}/.test(String((json.error as IDataObject)?.message)), 'no clear error');
		return problems;
	}
	const text = record.model === 'first' ? whole.first : whole.helper;
	if (record.finishReason !== 'length') {
		check(json.output === text, `not the whole answer of ${String(record.model)}`);
	}
	check(json.error === undefined, 'an answer with an error');
	check(record.outcome === (record.model === 'first' ? 'answered' : 'fallback'), 'another outcome');
	check(attempts.filter(({ outcome }) => outcome === 'answered').length === 1, 'not one answer');
	check(
		attempts.some(({ model: name, outcome }) => name === record.model && outcome === 'answered'),
		'another model answered',
	);
	check(Number(record.usage.outputTokens) > 0, 'no usage');
	return problems;
}
