import { createHash } from 'node:crypto';

import { NodeOperationError, type ISupplyDataFunctions, type SupplyData } from 'n8n-workflow';

import type { ChatRequest, Decision } from '../../router/types';
import { conversationId, type Policy } from '../../router/walk/walk';
import { hostEngine } from '../host/engine';
import { toNodeError } from '../host/errors';
import { unscopedHints } from '../host/hints/governed';
import { hintsOf } from '../host/hints/hints';
import { unreachedHints } from '../host/hints/unreached';
import { hostOf, type Host } from '../host/host';
import { Panel } from '../host/panel/panel';
import type { Options } from '../host/panel/parameters';
import { PolicySource } from '../host/policy';
import { trace } from '../host/tracing';
import { conversationOf } from './messages';
import { createRoutedChatModel, type RoutedCall } from './routedChatModel';
import { RunLog } from './runLog';
import { ToolBook } from './toolBook';
import { wishesOf } from './tools';
import { withTurn } from './turns';

/** The chat model that an agent or chain gets. n8n asks for it anew with each step of an agent. */
export async function supplyRoutedModel(
	context: ISupplyDataFunctions,
	itemIndex: number,
): Promise<SupplyData> {
	try {
		const { now, random } = hostEngine().surroundings;
		const host = withTracedModels(
			hostOf(context, () => `${now()}-${random()}`),
			context,
		);
		const panel = new Panel(host);
		const values = panel.values(itemIndex);
		const policy = await new PolicySource(host, panel.shape).policyOf(values);
		const calls = new Calls(context, host, { ...policy, reads: 'conversation' }, values.options);
		const aliases = policy.models.map(({ alias }) => alias);
		return { response: createRoutedChatModel(async (call) => await calls.ask(call), aliases) };
	} catch (error) {
		throw toNodeError(context.getNode(), error, itemIndex);
	}
}

/** The log shows what a connected model did below the run of this node that asked it. */
function withTracedModels(host: Host, context: ISupplyDataFunctions): Host {
	return {
		...host,
		async connectedModels() {
			const connected = await host.connectedModels();
			for (const model of connected.models) {
				const { callbacks } = (model ?? {}) as { callbacks?: unknown };
				for (const callback of Array.isArray(callbacks) ? callbacks : []) {
					(callback as { setParentRunIndex?(index: number): void }).setParentRunIndex?.(
						context.getNextRunIndex(),
					);
				}
			}
			return connected;
		},
	};
}

/** The calls of one chat model. */
class Calls {
	private readonly log: RunLog;

	constructor(
		private readonly context: ISupplyDataFunctions,
		private readonly host: Host,
		private readonly policy: Policy,
		private readonly options: Options,
	) {
		this.log = new RunLog(context, host);
	}

	/** @throws NodeOperationError where there is no answer, or one that broke off after a part of it was passed on */
	async ask({ messages, options, signal, feed }: RoutedCall): Promise<Decision> {
		const wishes = wishesOf(options);
		const tools = new ToolBook(wishes.tools ?? []);
		const request = this.requestOf(messages, wishes, tools);
		const { policy, host } = this;
		const index = this.log.begin(
			request,
			policy.models.map(({ alias }) => alias),
		);
		const engine = hostEngine();
		const routed = await engine
			.route(request, underWay(request) ? withoutHedges(policy) : policy, {
				caller: host.caller,
				signal: host.signal ? AbortSignal.any([signal, host.signal]) : signal,
				conversation: this.conversationOf(request),
				onPart: feed && ((event) => feed.push(event)),
				// Nobody but the model that began an answer can go on with it.
				passOn: 'commit',
			})
			.catch((error: unknown) => {
				const fault = toNodeError(host.node, error) as NodeOperationError;
				this.log.fail(index, fault, []);
				throw fault;
			});
		// n8n's own span of this call ends with the log below.
		await trace(this.context, routed, engine.surroundings.now(), policy.models);
		const { answer } = routed;
		const decision = answer
			? { ...routed, answer: { ...answer, parts: withTurn(tools.own(answer.parts, wishes), routed.id) } }
			: routed;
		const { now } = engine.surroundings;
		const hints = [
			...hintsOf([{ decision, policy }], 'call', { now: now(), notices: engine.notices() }),
			...unreachedHints(policy.rules),
			...unscopedHints([this.options.budgets], host.node.parameters, 'call'),
		];
		if (decision.answer) {
			this.log.end(index, decision, hints);
			return decision;
		}
		const error = this.errorOf(decision);
		this.log.fail(index, error, hints);
		throw error;
	}

	private requestOf(
		messages: RoutedCall['messages'],
		wishes: ReturnType<typeof wishesOf>,
		tools: ToolBook,
	): ChatRequest {
		const { systemMessage, maxOutputTokens, temperature } = this.options;
		const { system, messages: read } = conversationOf(messages, tools);
		const texts = [systemMessage, system ?? ''].filter((text) => text.trim() !== '');
		return {
			system: texts.join('\n\n') || undefined,
			messages: read,
			...wishes,
			...tools.sent(wishes),
			limits: { maxOutputTokens, temperature },
		};
	}

	/** A key that the user set outlives the run; without one the steps of a run belong together. */
	private conversationOf({ messages }: ChatRequest): string | undefined {
		const { stickyKey, stickWithinRun } = this.options;
		const { workflow, node, caller } = this.host;
		const scope = [workflow.id || workflow.name || '', node.name];
		if (stickyKey !== '') return conversationId(scope, stickyKey);
		if (!stickWithinRun) return undefined;
		const asked = messages.slice(0, messages.findLastIndex(({ role }) => role === 'user') + 1);
		const digest = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
		return conversationId([...scope, caller.execution], digest);
	}

	private errorOf({ failure, attempts, route }: Decision): NodeOperationError {
		const failed = attempts.filter(({ outcome }) => outcome !== 'answered' && outcome !== 'cancelled');
		const tried = failed.map(({ model, message, outcome }) => `${model}: ${message ?? outcome}`);
		return new NodeOperationError(this.context.getNode(), failure?.message ?? 'No model answered', {
			description: tried.length > 0 ? `Route ${route?.name ?? ''}. Tried ${tried.join('; ')}` : undefined,
			functionality: 'configuration-node',
		});
	}
}

/** A tool has done something for this run, or is about to. */
function underWay({ messages }: ChatRequest): boolean {
	return messages.at(-1)?.role === 'tool';
}

/** Two models at once might each call tools. */
function withoutHedges(policy: Policy): Policy {
	return { ...policy, failover: { ...policy.failover, hedgeAfterMs: 0 } };
}
