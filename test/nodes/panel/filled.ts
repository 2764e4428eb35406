/** Parameters as of somebody who has set everything, each to something else than its default. */
import type {
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	NodeParameterValueType,
} from 'n8n-workflow';

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

export function filled(properties: readonly INodeProperties[]): INodeParameters {
	return Object.fromEntries(
		properties
			.filter(({ type }) => type !== 'notice' && type !== 'hidden')
			.map((property) => [property.name, other(property)]),
	);
}

/** All values that a choice can have; of a number one that it does not have yet. */
export function valuesOf(property: INodeProperties): NodeParameterValueType[] {
	const choices = (property.options ?? []).flatMap((option) => ('value' in option ? [option.value] : []));
	if (property.type === 'options') return choices;
	if (property.type === 'multiOptions') return [[], choices, choices.slice(0, 1)];
	if (property.type === 'boolean') return [true, false];
	return property.type === 'number' ? [3] : [];
}

function other(property: INodeProperties): NodeParameterValueType {
	const { type, options = [], default: initial, typeOptions } = property;
	switch (type) {
		case 'options': {
			const values = valuesOf(property);
			// A drop-down that the node fills at run time.
			return values.length === 0 ? 'chosen' : values.find((value) => value !== initial)!;
		}
		case 'multiOptions': {
			const values = (valuesOf(property)[1] as string[]).slice(-2);
			return values.length === 0 ? ['chosen', 'too'] : values;
		}
		case 'boolean':
			return initial !== true;
		case 'number':
			return Number(initial) === 2 ? 1 : 2;
		case 'json':
			return '{"set": true}';
		case 'dateTime':
			return '2026-10-25T08:00:00';
		case 'resourceLocator':
			return { __rl: true, mode: 'id', value: 'some-model' };
		case 'filter':
			return {
				options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
				conditions: [
					{
						id: 'a',
						leftValue: '={{ $json.a }}',
						rightValue: 'b',
						operator: { type: 'string', operation: 'equals' },
					},
				],
				combinator: 'or',
			};
		case 'collection':
			return filled((options as Entry[]).filter((option): option is INodeProperties => 'type' in option));
		case 'fixedCollection':
			return Object.fromEntries(
				(options as Entry[]).flatMap((option) => {
					if (!('values' in option)) return [];
					const entry = filled(option.values);
					return [[option.name, typeOptions?.multipleValues ? [entry, filled(option.values)] : entry]];
				}),
			);
		default:
			return 'filled in';
	}
}
