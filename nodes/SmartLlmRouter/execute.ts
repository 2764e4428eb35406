import {
	NodeOperationError,
	type IDataObject,
	type IExecuteFunctions,
	type INode,
	type INodeExecutionData,
} from 'n8n-workflow';
import pLimit from 'p-limit';

import { ConfigurationError } from '../../router/types';
import { hostEngine } from '../host/engine';
import { toNodeError } from '../host/errors';
import { traceTotals } from '../host/tracing';
import { decide } from './decide';
import { isSettled, place, runHints, type Result } from './place';
import { Preparation, type Prepared } from './prepare';

/**
 * Routes all items and places each on its output, in input order. Faults of the node itself follow its
 * On Error setting; what providers do is an outcome of the item.
 */
export async function executeRouter(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const isTool = context.getNodeOutputs().some(({ type }) => type === 'ai_tool');
	const run = new Run(context, isTool);
	const results = await run.decideAll(await run.prepareAll());
	return isTool ? [[toolAnswer(context, results[0])]] : run.place(results);
}

class Run {
	private readonly items: INodeExecutionData[];

	private readonly preparation: Preparation;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly isTool: boolean,
	) {
		try {
			this.preparation = new Preparation(context);
		} catch (error) {
			throw toNodeError(context.getNode(), error);
		}
		// An agent's tool is asked one question, which need not come as an item.
		this.items = isTool ? [context.getInputData()[0] ?? { json: {} }] : context.getInputData();
	}

	/**
	 * Before the first call, so that a wrong setting is found before anything is spent. Where no setting holds an
	 * expression the first item stands for all, and the others are prepared when their turn comes.
	 */
	async prepareAll(): Promise<Array<Prepared | Error>> {
		const { length } = this.items;
		const count = this.preparation.panel.isConstant ? Math.min(1, length) : length;
		const prepared: Array<Prepared | Error> = [];
		for (let itemIndex = 0; itemIndex < count; itemIndex++) {
			prepared.push(await this.guard(itemIndex, async () => await this.preparation.prepare(itemIndex)));
		}
		return prepared;
	}

	/** At most `concurrency` items at once. A fault that stops the node ends what is under way. */
	async decideAll(prepared: ReadonlyArray<Prepared | Error>): Promise<Result[]> {
		const first = prepared.find((entry): entry is Prepared => !(entry instanceof Error));
		const limit = pLimit(first?.options.concurrency ?? 1);
		const fault = new AbortController();
		const cancelled = this.preparation.host.signal;
		const signal = AbortSignal.any([fault.signal, ...(cancelled ? [cancelled] : [])]);
		const settle = async (item: INodeExecutionData, itemIndex: number): Promise<Result> => {
			const prepare = async () => await this.preparation.prepare(itemIndex);
			const entry = prepared[itemIndex] ?? (await this.guard(itemIndex, prepare));
			if (entry instanceof Error) return entry;
			return await this.guard(itemIndex, async () => {
				const { context, preparation: run } = this;
				// Several answers at once would be written into one another.
				const isWatched = this.items.length === 1 && !this.isTool;
				const deciding = { context, run, item, itemIndex, isWatched, signal };
				return { prepared: entry, decision: await decide(entry, deciding) };
			});
		};
		try {
			return await Promise.all(
				this.items.map(async (item, itemIndex) => await limit(settle, item, itemIndex)),
			);
		} catch (error) {
			limit.clearQueue();
			fault.abort();
			// eslint-disable-next-line @n8n/community-nodes/require-node-api-error -- `guard` made it one
			throw error;
		}
	}

	place(results: readonly Result[]): INodeExecutionData[][] {
		const { host } = this.preparation;
		traceTotals(
			this.context,
			results.filter(isSettled).map(({ decision }) => decision),
		);
		host.hint(runHints(results, this.items, this.preparation, hostEngine().notices()));
		return place(results, this.items, this.preparation);
	}

	/** Runs the work for one item; a fault stops the node unless On Error says to go on. */
	private async guard<T>(itemIndex: number, work: () => Promise<T>): Promise<T | Error> {
		try {
			return await work();
		} catch (error) {
			// A constant setting is wrong for all items: naming one would mislead.
			const isOfItem = !(this.preparation.panel.isConstant && error instanceof ConfigurationError);
			const node = this.context.getNode();
			const nodeError = toNodeError(node, error, isOfItem ? itemIndex : undefined);
			if (!this.context.continueOnFail()) throw nodeError;
			return inItem(error, node) ?? nodeError;
		}
	}
}

/** An item has no place but the message for what is wrong with several settings. */
function inItem(error: unknown, node: INode): Error | null {
	if (!(error instanceof ConfigurationError) || error.parts.length === 1) return null;
	return new NodeOperationError(node, error.inFull);
}

/** What an agent gets: the answer, whichever model gave it, without the bookkeeping; or a tool error. */
function toolAnswer(context: IExecuteFunctions, result: Result): INodeExecutionData {
	if (!isSettled(result)) throw result;
	const { answer, failure } = result.decision;
	if (!answer) throw new NodeOperationError(context.getNode(), failure?.message ?? 'No model answered');
	const output = (answer.json ?? answer.text) as IDataObject[string];
	return { json: { output }, pairedItem: { item: 0 } };
}
