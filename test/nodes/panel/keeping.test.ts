/**
 * Nothing that somebody fills in is hidden by another parameter, because n8n's editor deletes what it hides: of the
 * top-level lists at once, of everything else when the node is saved.
 */
import {
	deepCopy,
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodeTypeDescription,
	type NodeParameterValueType,
} from 'n8n-workflow';

import { nodeDescriptions } from '../../support/nodeDescriptions';
import { filled, valuesOf } from './filled';

const LISTS = ['collection', 'fixedCollection', 'multiOptions', 'filter', 'resourceLocator'];

/** A parameter by the way to it, `options.budgets.values.period`. */
interface Place {
	path: string;
	property: INodeProperties;
}

function placesIn(properties: readonly INodeProperties[], before = ''): Place[] {
	return properties.flatMap((property) => {
		const path = before + property.name;
		const inner = (property.options ?? []).flatMap((option) => {
			if ('values' in option) return placesIn(option.values, `${path}.${option.name}.`);
			return 'type' in option ? placesIn([option], `${path}.`) : [];
		});
		return [{ path, property }, ...inner];
	});
}

function hiders({ property: { displayOptions: { show = {}, hide = {} } = {} } }: Place): string[] {
	return [...Object.keys(show), ...Object.keys(hide)].map((key) => key.replace(/^\//, ''));
}

/** What the contract allows: by the parameter that hides, which ones. */
function mayHide(node: string, { path, property }: Place, by: string): boolean {
	if (property.type === 'notice') return true;
	if (/^models\.values\.(model|input)$/.test(path)) return by === 'provider';
	if (path === 'judgeModel') return by === 'classifier';
	if (node !== 'llmRouterReport') return false;
	if (/^(from|to)$/.test(path)) return by === 'operation' || by === 'range';
	return by === 'operation' && !path.includes('.') && !LISTS.includes(property.type);
}

describe.each(nodeDescriptions.map((description) => [description.name, description] as const))(
	'%s',
	(name, description) => {
		const places = placesIn(description.properties);
		const allowed = new Set(
			places.flatMap((place) => (hiders(place).some((by) => mayHide(name, place, by)) ? [place.path] : [])),
		);

		test('hides nothing but what the contract names', () => {
			const hidden = places.flatMap((place) => {
				const unlawful = hiders(place).filter((by) => !mayHide(name, place, by));
				return unlawful.map((by) => `${place.path} by ${by}`);
			});
			expect(hidden).toEqual([]);
		});

		const [first] = description.properties.filter(({ type }) => type === 'options');
		const bases = (first ? valuesOf(first) : [null]).map((value) => [value, first?.name] as const);

		test.each(bases)('with "%s", any choice can be made and taken back', (value, key) => {
			const start = saved(description, { ...filled(description.properties), ...(key && { [key]: value }) });
			const lost = places.flatMap(({ path, property }) => {
				// Of the entries of a list, one stands for the others.
				const [way] = waysTo(start, path);
				if (!way) return [];
				return valuesOf(property).flatMap((value) => {
					const there = changed(description, start, way, value);
					const back = saved(description, changed(description, there, way, read(start, way)));
					const missing = lostBetween(start, back, allowed);
					return missing.length > 0 ? [`${path} → ${JSON.stringify(value)}: ${missing.join()}`] : [];
				});
			});
			expect(lost).toEqual([]);
		});
	},
);

const nodeOf = (description: INodeTypeDescription, parameters: INodeParameters): INode => ({
	id: 'a',
	name: 'Node',
	type: description.name,
	typeVersion: 1,
	position: [0, 0],
	parameters,
});

/** As the editor stores a node: what is shown and differs from its default. */
function saved(description: INodeTypeDescription, parameters: INodeParameters): INodeParameters {
	const node = nodeOf(description, parameters);
	return NodeHelpers.getNodeParameters(description.properties, parameters, false, false, node, description)!;
}

/** What the editor makes of a node when one parameter is changed. */
function changed(
	description: INodeTypeDescription,
	parameters: INodeParameters,
	way: Way,
	value: NodeParameterValueType,
): INodeParameters {
	const next = written(saved(description, parameters), way, value);
	for (const property of description.properties) {
		const isNamed = hiders({ path: property.name, property }).includes(way.join('.'));
		if (isNamed && ['collection', 'fixedCollection', 'multiOptions'].includes(property.type)) {
			delete next[property.name];
		}
	}
	const node = nodeOf(description, next);
	return NodeHelpers.getNodeParameters(description.properties, next, true, false, node, description)!;
}

/** Through the entries that are there: `rules`, `values`, 1, `name`. */
type Way = ReadonlyArray<string | number>;

function waysTo(parameters: INodeParameters, path: string): Way[] {
	const into = (value: unknown, [key, ...rest]: string[], way: Way): Way[] => {
		if (key === undefined) return [way];
		if (Array.isArray(value))
			return value.flatMap((entry, index) => into(entry, [key, ...rest], [...way, index]));
		if (typeof value !== 'object' || value === null || !(key in value)) return [];
		return into((value as INodeParameters)[key], rest, [...way, key]);
	};
	return into(parameters, path.split('.'), []);
}

const read = (parameters: INodeParameters, way: Way): NodeParameterValueType =>
	way.reduce<unknown>((value, key) => (value as INodeParameters)[key], parameters) as NodeParameterValueType;

/** A copy. */
function written(parameters: INodeParameters, way: Way, value: NodeParameterValueType): INodeParameters {
	const copy = deepCopy(parameters);
	(read(copy, way.slice(0, -1)) as INodeParameters)[way.at(-1)!] = value;
	return copy;
}

/** The paths of what was there and is not, but for what the contract allows to be hidden. */
function lostBetween(before: unknown, after: unknown, allowed: ReadonlySet<string>, path = ''): string[] {
	if (allowed.has(path)) return [];
	if (typeof before !== 'object' || before === null) return before === after ? [] : [path];
	return Object.entries(before).flatMap(([key, value]) => {
		const inner = Array.isArray(before) ? path : path === '' ? key : `${path}.${key}`;
		return lostBetween(value, (after as Record<string, unknown> | undefined)?.[key], allowed, inner);
	});
}
