/** A node with each of its settings shown, whatever settings there are. */
import type {
	IDataObject,
	INodeParameters,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
	NodeParameterValueType,
} from 'n8n-workflow';

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

/** Each property with its default; collections with every option, lists with one entry that has every field. */
export function everySetting(
	properties: readonly INodeProperties[],
	given: INodeParameters,
): INodeParameters {
	const all = Object.fromEntries(
		properties
			.filter(({ type }) => type !== 'notice' && type !== 'hidden')
			.map((property) => [property.name, shown(property)]),
	);
	return { ...all, ...given };
}

function shown({
	type,
	options = [],
	default: fallback,
	typeOptions,
}: INodeProperties): NodeParameterValueType {
	if (type === 'collection') {
		return Object.fromEntries(
			(options as Entry[]).flatMap((option) => ('type' in option ? [[option.name, shown(option)]] : [])),
		) as INodeParameters;
	}
	if (type === 'fixedCollection') {
		const entries = (options as Entry[]).flatMap((option) => ('values' in option ? [option] : []));
		return Object.fromEntries(
			entries.map(({ name, values }) => {
				const entry: IDataObject = { ...everySetting(values, {}) };
				return [name, typeOptions?.multipleValues ? [entry] : entry];
			}),
		) as INodeParameters;
	}
	return structuredClone(fallback) as NodeParameterValueType;
}
