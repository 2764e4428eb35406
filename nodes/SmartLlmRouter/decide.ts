import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { promptIn, textOf, userMessage } from '../../router/text/parts';
import { hasTrait } from '../../router/policy/policy';
import { ModelError, type ChatRequest, type Decision } from '../../router/types';
import { conversationId } from '../../router/walk/walk';
import { describedAttachments, readAttachments } from './attachments';
import { canStream, ChatStream } from './chatStream';
import { withFieldsNamed } from './emptyPrompt';
import { hostEngine } from '../host/engine';
import { trace } from '../host/tracing';
import type { Options } from '../host/panel/parameters';
import type { Preparation, Prepared } from './prepare';
import type { PartEvent } from '../../router/failover/failover';

/** An item, and what deciding on it takes. */
export interface Deciding {
	context: IExecuteFunctions;
	run: Preparation;
	item: INodeExecutionData;
	itemIndex: number;
	/** A chat may watch the answer being written. */
	isWatched: boolean;
	/** Aborts when the execution is cancelled, or the node stops over another item. */
	signal: AbortSignal;
}

/** What the engine decides on one item. @throws ConfigurationError where the settings cannot work for it */
export async function decide(prepared: Prepared, deciding: Deciding): Promise<Decision> {
	const { request, policy, options } = prepared;
	const { run, itemIndex, item } = deciding;
	if (!options.memory || policy.mode !== 'answer' || run.host.isTool) {
		return withFieldsNamed(await decideNow(prepared, deciding), request, item);
	}
	const turn = await run.sessions.turn(itemIndex);
	try {
		const before = request.messages.slice(0, -1);
		const messages = [...before, ...(await turn.messages()), ...request.messages.slice(-1)];
		const decision = await decideNow({ ...prepared, request: { ...request, messages } }, deciding);
		await turn.keep(textOf(promptIn(request.messages)?.parts ?? []), decision);
		return withFieldsNamed(decision, request, item);
	} finally {
		turn.end();
	}
}

async function decideNow(prepared: Prepared, deciding: Deciding): Promise<Decision> {
	const { run, item, itemIndex, signal } = deciding;
	const { request, policy, rules, options } = prepared;
	const engine = hostEngine();
	const isDrawn = rules.some(({ enabled, strategy }) => enabled && hasTrait(strategy, 'isDrawn'));
	const chat = chatFor(prepared, deciding);
	const occasion = {
		caller: run.host.caller,
		signal,
		conditionsHold: (ruleIndex: number) =>
			!rules[ruleIndex].hasConditions || run.panel.conditionsHold(ruleIndex, itemIndex),
		seed: isDrawn ? JSON.stringify(item.json) : undefined,
		sharers: run.sharersOf(request),
		conversation: conversationOf(run, options),
		onPart: chat && ((event: PartEvent) => chat.onPart(event)),
	};
	let decision: Decision | null = null;
	let makeRoom = (): void => undefined;
	try {
		const attached = await attach(request, prepared, deciding);
		makeRoom = attached.makeRoom;
		decision = await engine.route(attached.request, policy, occasion);
	} catch (error) {
		// eslint-disable-next-line @n8n/community-nodes/require-node-api-error -- execute.ts makes it one
		if (!(error instanceof ModelError)) throw error;
		const failure = { category: error.category, message: error.message };
		decision = engine.fail(failure, request, policy, occasion);
	} finally {
		makeRoom();
		await chat?.close(decision);
	}
	void trace(deciding.context, decision, engine.surroundings.now(), policy.models);
	return decision;
}

/** Of this node alone: by the same key another node means another conversation, and it has other models. */
function conversationOf({ host }: Preparation, { stickyKey }: Options): string | undefined {
	if (stickyKey === '') return undefined;
	const { id, name } = host.workflow;
	return conversationId([id || name || '', host.node.name], stickyKey);
}

function chatFor(
	{ request, policy, options }: Prepared,
	{ context, run, itemIndex, isWatched }: Deciding,
): ChatStream | undefined {
	const isShown = isWatched && options.streamToChat && canStream(request, policy) && context.isStreaming();
	if (!isShown) return undefined;
	const { textOnFailure, details = run.details } = options;
	return new ChatStream(context, itemIndex, { textOnFailure, isPublic: details !== 'full' });
}

/** The request with the item's files on its last message, the prompt. */
async function attach(
	request: ChatRequest,
	{ options: { attachments }, policy }: Prepared,
	{ context, item, itemIndex, signal }: Deciding,
): Promise<{ request: ChatRequest; makeRoom: () => void }> {
	if (attachments.length === 0 || !item.binary) return { request, makeRoom: () => undefined };
	const { files, makeRoom } =
		policy.mode === 'answer'
			? await readAttachments(context, item, itemIndex, attachments, signal)
			: { files: describedAttachments(item, attachments), makeRoom: () => undefined };
	const prompt = textOf(request.messages.at(-1)?.parts ?? []);
	const messages = [...request.messages.slice(0, -1), userMessage(prompt, files)];
	return { request: { ...request, messages }, makeRoom };
}
