import type { INode, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

import type { Decision } from '../../router/types';
import { hostEngine } from '../host/engine';
import { attachmentHint, hintsOf, memoryHints } from '../host/hints/hints';
import { unscopedHints } from '../host/hints/governed';
import { sortedHints } from '../host/hints/sorted';
import { unreachedHints } from '../host/hints/unreached';
import { itemOf } from './item';
import { configuredOutputs, type ShapeParameters } from './outputs';
import { outputIndexOf } from './placement';
import type { Preparation, Prepared } from './prepare';

export interface Settled {
	prepared: Prepared;
	decision: Decision;
}
/** What became of an item: a decision, or a fault of the node itself that its On Error setting lets pass. */
export type Result = Settled | Error;

export const isSettled = (result: Result): result is Settled => !(result instanceof Error);

/** Each item on its output, in input order within each. */
export function place(
	results: readonly Result[],
	items: readonly INodeExecutionData[],
	{ host: { node }, panel: { shape }, details }: Preparation,
): INodeExecutionData[][] {
	const parameters: ShapeParameters = { ...node.parameters, ...shape };
	const placed: INodeExecutionData[][] = configuredOutputs(parameters).map(() => []);
	results.forEach((result, itemIndex) => {
		if (!isSettled(result)) {
			const failed = configuredOutputs(shape).findIndex(({ displayName }) => displayName === 'Failed');
			placed[Math.max(0, failed)].push(faultItem(result, items[itemIndex], itemIndex, node));
			return;
		}
		const { decision, prepared } = result;
		const aliases = prepared.policy.models.map(({ alias }) => alias);
		const { fallbackOutput } = prepared.options;
		const options = { ...prepared.options, details: prepared.options.details ?? details };
		const item = itemOf(decision, items[itemIndex], itemIndex, options);
		placed[outputIndexOf(decision, { shape, aliases, fallbackOutput })].push(item);
	});
	return placed;
}

/** With an Error output n8n moves there what holds nothing but `error`, and adds the input's fields itself. */
function faultItem(
	fault: Error,
	item: INodeExecutionData,
	itemIndex: number,
	{ onError }: INode,
): INodeExecutionData {
	const pairedItem = { item: itemIndex };
	if (onError === 'continueErrorOutput') return { json: { error: fault.message }, pairedItem };
	return {
		json: { ...item.json, error: { category: 'invalidRequest', message: fault.message } },
		pairedItem,
	};
}

/** What a person should know of the run beside its items. @param notices of the engine */
export function runHints(
	results: readonly Result[],
	items: readonly INodeExecutionData[],
	run: Preparation,
	notices: readonly string[],
): NodeExecutionHint[] {
	const settled = results.filter(isSettled);
	const asked = settled.map(({ decision, prepared }) => ({ decision, policy: prepared.policy }));
	const fields = new Set(settled.flatMap(({ prepared }) => prepared.options.attachments));
	return [
		...hintsOf(asked, 'item', { now: hostEngine().surroundings.now(), notices }),
		...unscopedHints(
			settled.map(({ prepared }) => prepared.options.budgets),
			run.host.node.parameters,
			'item',
		),
		...attachmentHint([...fields], items),
		...silentChatHint(settled, items),
		...memoryHints(run.sessions.notKept),
		...(run.panel.shape.mode === 'classify' ? [] : unreachedHints(settled[0]?.prepared.rules ?? [])),
		...movedOutputs(settled, run),
	];
}

/** The editor's chat and a website's show the item as it is where it holds no answer. */
function silentChatHint(
	settled: readonly Settled[],
	items: readonly INodeExecutionData[],
): NodeExecutionHint[] {
	const isSilent = settled.some(
		({ decision, prepared }) => decision.outcome === 'failed' && prepared.options.textOnFailure === '',
	);
	const isChat = items.some(({ json }) => 'chatInput' in json && 'sessionId' in json);
	if (!isSilent || !isChat) return [];
	const message =
		'Where no model answers, the chat shows a bare error. Options → Text on Failure says it in your words.';
	return [{ message, location: 'outputPane', type: 'info' }];
}

function movedOutputs(settled: readonly Settled[], { host, panel }: Preparation): NodeExecutionHint[] {
	const [first] = settled;
	const { mode, outputs } = panel.shape;
	if (!first || mode === 'classify' || outputs === 'outcome') return [];
	const { id, name } = host.workflow;
	const node = JSON.stringify([id || name || '', host.node.id, outputs]);
	const { rules, policy } = first.prepared;
	return outputs === 'routes'
		? sortedHints(
				node,
				'rules',
				rules.map((rule) => rule.name),
			)
		: sortedHints(
				node,
				'models',
				policy.models.map(({ alias }) => alias),
			);
}
