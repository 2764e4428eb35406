import type { INodeProperties, INodePropertyCollection, INodePropertyOptions } from 'n8n-workflow';

import { classifierProperties } from '../properties/classifier';
import { modelProperties, providerProperties } from '../properties/models';
import { optionProperties } from '../properties/options';
import { placingProperties, preferenceProperties } from '../properties/placing';
import { ruleProperties } from '../properties/rules';

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

function labelsIn(entries: readonly Entry[]): Array<[name: string, label: string]> {
	return entries.flatMap((entry) => [
		...('type' in entry ? [[entry.name, entry.displayName] as [string, string]] : []),
		...('options' in entry ? labelsIn(entry.options ?? []) : []),
		...('values' in entry ? labelsIn(entry.values) : []),
	]);
}

const LABELS = new Map(
	labelsIn([
		...optionProperties,
		...modelProperties,
		...ruleProperties,
		...providerProperties,
		...placingProperties,
		...preferenceProperties,
		...classifierProperties,
	]),
);

/** A parameter as the panel calls it: `maxCostPerItem` is `Max Cost per Item (USD)`. */
export function labelOf(name: string): string {
	return LABELS.get(name) ?? name.replace(/([A-Z])/g, ' $1').replace(/^./, (letter) => letter.toUpperCase());
}
