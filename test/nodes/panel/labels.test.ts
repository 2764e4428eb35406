import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { LlmRouterReport } from '../../../nodes/LlmRouterReport/LlmRouterReport.node';
import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { SmartLlmRouterModel } from '../../../nodes/SmartLlmRouterModel/SmartLlmRouterModel.node';

/** What the editor shows of a label in a window of 1,280 pixels before it cuts it off, by lists and collections around it. */
const LONGEST = [44, 31, 26, 22];

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

function labels(entries: readonly Entry[], depth: number): Array<{ label: string; depth: number }> {
	return entries.flatMap((entry) => {
		if ('values' in entry) return labels(entry.values, depth);
		if (!('type' in entry) || entry.type === 'notice') return [];
		return [{ label: entry.displayName, depth }, ...labels(entry.options ?? [], depth + 1)];
	});
}

test.each([new SmartLlmRouter(), new SmartLlmRouterModel(), new LlmRouterReport()])(
	'no label of $description.displayName is cut off in a small window',
	({ description }) => {
		const long = labels(description.properties, 0).filter(
			({ label, depth }) => label.length > (LONGEST[depth] ?? LONGEST.at(-1)!),
		);
		expect(long).toEqual([]);
	},
);
