import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
} from 'n8n-workflow';
import pLimit from 'p-limit';

import type { PartEvent } from '../../router/failover/calling/relay';
import { intentMatcher } from '../../router/classify/classify';
import { compileSchema } from '../../router/failover/verdict/schema';
import { DEFAULTS, type FailoverSettings } from '../../router/failover/settings';
import { compileRules, intentsOf, reachableAliases } from '../../router/policy/rules';
import { textOf, userMessage } from '../../router/text/parts';
import { conversationId, type Caller, type Policy } from '../../router/walk/walk';
import {
	ConfigurationError,
	ModelError,
	type ChatRequest,
	type Decision,
	type Model,
} from '../../router/types';
import { readAttachments } from './attachments';
import { canStream, ChatStream } from './chatStream';
import { toNodeError } from '../host/errors';
import { hostEngine } from '../host/engine';
import { callerOf, governanceHints, governanceOf } from '../host/governed';
import { attachmentHint, hintsOf, intentHints } from '../host/hints';
import { itemOf } from './item';
import { ModelSource } from '../host/models';
import { configuredOutputs, type ShapeParameters } from './outputs';
import { Panel, type PanelValues } from '../host/panel';
import type { Options, RuleParameters } from '../host/parameters';
import { passedOverHints } from '../host/passedOverHints';
import { outputIndexOf } from './placement';
import { requestOf } from './request';

/** What the panel's models and rules come to. */
type Compiled = Pick<Policy, 'models' | 'rules' | 'intents' | 'judge'>;

/** An item with everything settled that can be settled before a model is asked. */
interface Prepared {
	request: ChatRequest;
	policy: Policy;
	rules: RuleParameters[];
	options: Options;
}

interface Settled {
	prepared: Prepared;
	decision: Decision;
}
/** What became of an item: a decision, or a fault of the node itself that its On Error setting lets pass. */
type Result = Settled | Error;

/**
 * Routes all items and places each on its output, in input order. Faults of the node itself follow its
 * On Error setting; what providers do is an outcome of the item.
 */
export async function executeRouter(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const isTool = context.getNodeOutputs().some(({ type }) => type === 'ai_tool');
	const run = new Run(context, isTool);
	const prepared = await run.prepareAll();
	const results = await run.decideAll(prepared);
	return isTool ? [[run.toolAnswer(results[0])]] : run.place(results);
}

class Run {
	private readonly items: INodeExecutionData[];

	private readonly panel: Panel;

	private readonly models: ModelSource;

	private readonly engine = hostEngine();

	private readonly caller: Caller;

	/** Models and rules of the item before, used again while the panel holds the same for the next. */
	private latest: { values: PanelValues; compiled: Compiled } | undefined;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly isTool: boolean,
	) {
		try {
			this.panel = new Panel(context);
		} catch (error) {
			throw toNodeError(context.getNode(), error);
		}
		// An agent's tool is asked one question, which need not come as an item.
		this.items = isTool ? [context.getInputData()[0] ?? { json: {} }] : context.getInputData();
		this.models = new ModelSource(context, this.panel.shape.providers, this.panel.shape.credentialSource);
		const { now, random } = this.engine.surroundings;
		this.caller = callerOf(context, `${now()}-${random()}`);
	}

	/**
	 * Before the first call, so that a wrong setting is found before anything is spent. Where no setting holds an
	 * expression the first item stands for all, and the others are prepared when their turn comes.
	 */
	async prepareAll(): Promise<Array<Prepared | Error>> {
		const count = this.panel.isConstant ? Math.min(1, this.items.length) : this.items.length;
		const prepared: Array<Prepared | Error> = [];
		for (let itemIndex = 0; itemIndex < count; itemIndex++) {
			prepared.push(await this.guard(itemIndex, async () => await this.prepare(itemIndex)));
		}
		return prepared;
	}

	/** At most `concurrency` items at once. A fault that stops the node ends what is under way. */
	async decideAll(prepared: ReadonlyArray<Prepared | Error>): Promise<Result[]> {
		const first = prepared.find((entry): entry is Prepared => !(entry instanceof Error));
		const limit = pLimit(first?.options.concurrency ?? 1);
		const fault = new AbortController();
		const cancelled = this.context.getExecutionCancelSignal();
		const signal = AbortSignal.any([fault.signal, ...(cancelled ? [cancelled] : [])]);
		const settle = async (itemIndex: number): Promise<Result> => {
			const prepare = async () => await this.prepare(itemIndex);
			const entry = prepared[itemIndex] ?? (await this.guard(itemIndex, prepare));
			if (entry instanceof Error) return entry;
			const decide = async () => ({ prepared: entry, decision: await this.decide(entry, itemIndex, signal) });
			return await this.guard(itemIndex, decide);
		};
		try {
			return await Promise.all(this.items.map(async (_, itemIndex) => await limit(settle, itemIndex)));
		} catch (error) {
			limit.clearQueue();
			fault.abort();
			// eslint-disable-next-line @n8n/community-nodes/require-node-api-error -- `guard` made it one
			throw error;
		}
	}

	place(results: readonly Result[]): INodeExecutionData[][] {
		const { shape } = this.panel;
		const parameters: ShapeParameters = { ...this.context.getNode().parameters, ...shape };
		const placed: INodeExecutionData[][] = configuredOutputs(parameters).map(() => []);
		results.forEach((result, itemIndex) => {
			if (result instanceof Error) {
				const failed = configuredOutputs(shape).findIndex(({ displayName }) => displayName === 'Failed');
				placed[Math.max(0, failed)].push(this.faultItem(result, itemIndex));
				return;
			}
			const { decision, prepared } = result;
			const aliases = prepared.policy.models.map(({ alias }) => alias);
			const { fallbackOutput } = prepared.options;
			const item = itemOf(decision, this.items[itemIndex], itemIndex, prepared.options);
			placed[outputIndexOf(decision, { shape, aliases, fallbackOutput })].push(item);
		});
		this.giveHints(results);
		return placed;
	}

	/** What an agent gets: the answer, whichever model gave it, without the bookkeeping; or a tool error. */
	toolAnswer(result: Result): INodeExecutionData {
		if (result instanceof Error) throw result;
		const { answer, failure } = result.decision;
		if (!answer) {
			throw new NodeOperationError(this.context.getNode(), failure?.message ?? 'No model answered');
		}
		const output = (answer.json ?? answer.text) as IDataObject[string];
		return { json: { output }, pairedItem: { item: 0 } };
	}

	private async prepare(itemIndex: number): Promise<Prepared> {
		const values = this.panel.values(itemIndex);
		const policy = await this.policyOf(values);
		const request = requestOf(this.panel.prompt(itemIndex), values.options);
		if (request.format.type === 'json' && request.format.schema) {
			await compileSchema(request.format.schema, this.engine.surroundings.work);
		}
		return { request, policy, rules: values.rules, options: values.options };
	}

	private async policyOf(values: PanelValues): Promise<Policy> {
		const { mode, noMatch } = this.panel.shape;
		const { latest } = this;
		const isSame = latest?.values.models === values.models && latest.values.rules === values.rules;
		const compiled = isSame ? latest.compiled : await this.compile(values);
		this.latest = { values, compiled };
		return {
			mode,
			noMatch,
			...compiled,
			preference: values.preference,
			minConfidence: values.options.minConfidence,
			redactPersonalData: values.options.redactPersonalData,
			blockPromptInjection: values.options.blockPromptInjection,
			cacheTtlMs: values.options.cacheTtl * 1000,
			failover: failoverSettings(values.options, this.context.getMode() !== 'manual'),
			...governanceOf(values.options, this.context.getWorkflow()),
		};
	}

	private async compile({ models, rules }: PanelValues): Promise<Compiled> {
		const { mode, noMatch } = this.panel.shape;
		if (mode === 'classify') return { models: [], rules: [] };
		if (models.length === 0) {
			throw new ConfigurationError('Models', 'The list of models is empty', 'Add at least one under Models');
		}
		const aliases = models.map(({ name }) => name);
		const compiledRules = compileRules(rules, aliases);
		const judge = this.judgeAlias(aliases);
		const reachable = mode === 'answer' ? reachableAliases(rules, noMatch, aliases) : [];
		const callable = new Set([...reachable, ...(judge === null ? [] : [judge])]);
		const built = await this.models.build(models, callable);
		return {
			models: built,
			rules: compiledRules,
			intents: intentMatcher(intentsOf(compiledRules)),
			judge: this.judgeOf(built.find(({ alias }) => alias === judge)),
		};
	}

	/** null: no model judges. */
	private judgeAlias(aliases: readonly string[]): string | null {
		const { classifier: kind, judgeModel } = this.panel.shape;
		if (kind === 'local') return null;
		const alias = judgeModel || aliases[0];
		if (aliases.includes(alias)) return alias;
		throw new ConfigurationError(
			'Judge Model',
			`Judge Model names "${alias}", which is not in the Models list`,
			`Choose one of ${aliases.map((known) => `"${known}"`).join(', ')}, or add "${alias}" to the Models list`,
		);
	}

	private judgeOf(model: Model | undefined): Policy['judge'] {
		const { classifier: kind } = this.panel.shape;
		return model && kind !== 'local' ? { model, when: kind } : undefined;
	}

	private async decide(prepared: Prepared, itemIndex: number, signal: AbortSignal): Promise<Decision> {
		const { request, policy, rules, options } = prepared;
		const conditionsHold = (ruleIndex: number) =>
			!rules[ruleIndex].hasConditions || this.panel.conditionsHold(ruleIndex, itemIndex);
		const isDrawn = rules.some(({ enabled, strategy }) => enabled && strategy === 'weighted');
		const seed = isDrawn ? JSON.stringify(this.items[itemIndex].json) : undefined;
		const chat = this.chatFor(prepared, itemIndex);
		const onPart = chat && ((event: PartEvent) => chat.onPart(event));
		const occasion = {
			caller: this.caller,
			signal,
			conditionsHold,
			seed,
			conversation: this.conversationOf(options),
			onPart,
		};
		let decision: Decision | null = null;
		try {
			decision = await this.engine.route(await this.attach(request, options, itemIndex), policy, occasion);
		} catch (error) {
			// eslint-disable-next-line @n8n/community-nodes/require-node-api-error -- `guard` makes it one
			if (!(error instanceof ModelError)) throw error;
			const failure = { category: error.category, message: error.message };
			decision = this.engine.fail(failure, request, policy, occasion);
		} finally {
			await chat?.close(decision);
		}
		return decision;
	}

	/** Of this node alone: another one has other models, and means another conversation by the same key. */
	private conversationOf({ stickyKey }: Options): string | undefined {
		if (stickyKey === '') return undefined;
		const { id, name } = this.context.getWorkflow();
		return conversationId([id || name || '', this.context.getNode().name], stickyKey);
	}

	/** Several answers at once would be written into one another. */
	private chatFor({ request, policy, options }: Prepared, itemIndex: number): ChatStream | undefined {
		const isWatched = options.streamToChat && this.items.length === 1 && !this.isTool;
		if (!isWatched || !canStream(request, policy) || !this.context.isStreaming()) return undefined;
		return new ChatStream(this.context, itemIndex);
	}

	/** The request with the item's files on its last message, the prompt. */
	private async attach(request: ChatRequest, options: Options, itemIndex: number): Promise<ChatRequest> {
		const item = this.items[itemIndex];
		if (options.attachments.length === 0 || !item.binary) return request;
		const withData = this.panel.shape.mode === 'answer';
		const files = await readAttachments(this.context, item, itemIndex, options.attachments, withData);
		const prompt = textOf(request.messages.at(-1)?.parts ?? []);
		return { ...request, messages: [...request.messages.slice(0, -1), userMessage(prompt, files)] };
	}

	/** Runs the work for one item; a fault stops the node unless On Error says to go on. */
	private async guard<T>(itemIndex: number, work: () => Promise<T>): Promise<T | Error> {
		try {
			return await work();
		} catch (error) {
			// A constant setting is wrong for all items: naming one would mislead.
			const isOfItem = !(this.panel.isConstant && error instanceof ConfigurationError);
			const nodeError = toNodeError(this.context.getNode(), error, isOfItem ? itemIndex : undefined);
			if (this.context.continueOnFail()) return nodeError;
			throw nodeError;
		}
	}

	/** With an Error output n8n moves there what holds nothing but `error`, and adds the input's fields itself. */
	private faultItem(fault: Error, itemIndex: number): INodeExecutionData {
		const pairedItem = { item: itemIndex };
		if (this.context.getNode().onError === 'continueErrorOutput') {
			return { json: { error: fault.message }, pairedItem };
		}
		const error = { category: 'invalidRequest', message: fault.message };
		return { json: { ...this.items[itemIndex].json, error }, pairedItem };
	}

	private giveHints(results: readonly Result[]): void {
		const settled = results.filter((result): result is Settled => !(result instanceof Error));
		const fields = new Set(settled.flatMap(({ prepared }) => prepared.options.attachments));
		const hints = [
			...hintsOf(
				settled.map(({ decision, prepared }) => ({ ...decision, judge: prepared.policy.judge?.model })),
			),
			...intentHints(new Set(settled.flatMap(({ prepared }) => prepared.policy.intents?.warnings ?? []))),
			...passedOverHints(
				settled.map(({ decision, prepared }) => ({ decision, models: prepared.policy.models })),
			),
			...attachmentHint([...fields], this.items),
			...governanceHints(
				settled.map(({ decision }) => decision),
				this.engine.notices(),
			),
		];
		if (hints.length > 0) this.context.addExecutionHints(...hints);
	}
}

function failoverSettings(options: Options, heedRests: boolean): FailoverSettings {
	const milliseconds = (seconds: number | undefined) => (seconds === undefined ? undefined : seconds * 1000);
	return {
		...DEFAULTS,
		maxRetries: options.maxRetries,
		attemptTimeoutMs: options.attemptTimeout * 1000,
		firstTokenTimeoutMs: milliseconds(options.firstTokenTimeout),
		stallTimeoutMs: milliseconds(options.stallTimeout),
		totalTimeoutMs: options.totalTimeout * 1000,
		retryAfterPatienceMs: options.retryAfterPatience * 1000,
		hedgeAfterMs: milliseconds(options.hedgeAfter),
		breakerThreshold: options.breakerThreshold,
		breakerCooldownMs: options.breakerCooldown * 1000,
		fallbackOn: options.fallbackOn ? new Set(options.fallbackOn) : DEFAULTS.fallbackOn,
		heedRests,
	};
}
