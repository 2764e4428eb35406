/** Every field of a node's panel, as its description declares them, with two values for each and how a person sets it. */
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyCollection,
	type INodePropertyOptions,
	type INodeTypeDescription,
	type NodeParameterValueType,
} from 'n8n-workflow';

import type { Editor } from './editor';

/** Which of its two values a field has. */
export type Side = 'one' | 'other';

export interface Field {
	/** For example `rules.values[0].name`. */
	path: string;
	property: INodeProperties;
}

type Entry = INodeProperties | INodePropertyOptions | INodePropertyCollection;

/** The model that is chosen where models are chosen from the list. It stays as it is. */
export const CHOSEN = 'second';

const valuesOf = (property: INodeProperties): INodePropertyOptions[] =>
	((property.options ?? []) as Entry[]).filter((option): option is INodePropertyOptions => 'value' in option);

/** All fields at once: collections with every option, lists with one entry. */
export function settings(properties: readonly INodeProperties[], side: Side = 'one'): INodeParameters {
	const fields = properties.filter(({ type }) => type !== 'notice' && type !== 'hidden');
	return Object.fromEntries(fields.map((property) => [property.name, valueOf(property, side)]));
}

export function valueOf(property: INodeProperties, side: Side): NodeParameterValueType {
	const { type, name, typeOptions = {}, options = [] } = property;
	const isOne = side === 'one';
	switch (type) {
		case 'collection':
			return settings(options as INodeProperties[], side);
		case 'fixedCollection':
			return Object.fromEntries(
				(options as INodePropertyCollection[]).map((list) => {
					const entry = settings(list.values, side);
					return [list.name, typeOptions.multipleValues ? [entry] : entry];
				}),
			) as INodeParameters;
		case 'options':
			// Only a list of models is loaded.
			return valuesOf(property).length === 0 ? CHOSEN : valuesOf(property)[isOne ? 0 : 1]!.value;
		case 'multiOptions': {
			const [first, second] = valuesOf(property).map(({ value }) => value as string);
			if (first === undefined) return isOne ? [CHOSEN] : [];
			return isOne ? [first] : [first, second!];
		}
		case 'boolean':
			return isOne !== property.default;
		case 'number': {
			const { minValue: least = 0, maxValue: most = least + 1_000 } = typeOptions;
			const value = least + (most - least) * (isOne ? 0.25 : 0.5);
			return most - least < 4 ? value : Math.floor(value);
		}
		case 'json':
			return isOne ? '{ "kept": 1 }' : '{ "changed": 2 }';
		case 'dateTime':
			return isOne ? '2026-11-01T08:00:00' : '2026-11-02T09:00:00';
		case 'resourceLocator':
			return { __rl: true, mode: 'id', value: isOne ? 'kept' : 'changed' };
		case 'filter':
			return {
				options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
				conditions: [
					{
						id: 'condition',
						leftValue: isOne ? 'kept' : 'changed',
						rightValue: 'x',
						operator: { type: 'string', operation: 'equals' },
					},
				],
				combinator: 'and',
			} as NodeParameterValueType;
		default:
			return `${name} ${isOne ? 'kept' : 'changed'}`;
	}
}

/**
 * The fields of these parameters that the panel shows, from above. Of the further entries of a list only those that the
 * first does not show.
 */
export function shownFields(
	description: INodeTypeDescription,
	parameters: INodeParameters,
	node: INode,
): Field[] {
	const within = (properties: readonly INodeProperties[], prefix: string): Field[] =>
		properties.flatMap((property): Field[] => {
			const { type, name, options = [] } = property;
			const path = `${prefix}${name}`;
			const at = prefix.replace(/\.$/, '');
			if (type === 'notice' || type === 'hidden' || valueAt(parameters, path) === undefined) return [];
			if (!NodeHelpers.displayParameterPath(parameters, property, at, node, description)) return [];
			if (type === 'collection') return within(options as INodeProperties[], `${path}.`);
			if (type !== 'fixedCollection') return [{ path, property }];
			return (options as INodePropertyCollection[]).flatMap((list) => {
				const entries = valueAt(parameters, `${path}.${list.name}`) as unknown[];
				const [first = [], ...further] = entries.map((_, index) =>
					within(list.values, `${path}.${list.name}[${index}].`),
				);
				const seen = new Set(first.map((field) => field.property));
				return [...first, ...further.flat().filter((field) => !seen.has(field.property))];
			});
		});
	return within(description.properties, '');
}

/** Gives the field its value as a person does: clicks, types, chooses. It must have its other value. */
export async function setField(editor: Editor, { path, property }: Field, side: Side): Promise<void> {
	const field = editor.field(path);
	const value = valueOf(property, side);
	switch (property.type) {
		case 'boolean':
			return await field.locator('.el-switch, [role="switch"]').first().click();
		case 'options':
			return await pick(editor, path, labelOf(property, value));
		case 'multiOptions': {
			// The one that is there on one side only.
			const toggled = valuesOf(property)[1]?.name ?? CHOSEN;
			return await pick(editor, path, toggled);
		}
		case 'json': {
			await field.locator('.cm-content').first().click();
			await editor.page.keyboard.press('Control+a');
			await editor.page.keyboard.insertText(String(value));
			return await field.locator('.cm-content').first().blur();
		}
		case 'filter': {
			const left = editor.by('filter-condition-left').locator('input, textarea').first();
			await left.fill(side === 'one' ? 'kept' : 'changed');
			return await left.blur();
		}
		case 'resourceLocator': {
			// The first is the drop-down of its modes.
			const input = field.locator('input').last();
			await input.fill(side === 'one' ? 'kept' : 'changed');
			return await input.blur();
		}
		case 'dateTime': {
			const input = field.locator('input').first();
			await input.fill(String(value).replace('T', ' '));
			return await input.press('Enter');
		}
		default:
			return await editor.write(path, String(value));
	}
}

/** Also where the list is loaded anew over a change before, and so does not open at once. */
async function pick(editor: Editor, path: string, label: string): Promise<void> {
	const option = editor.option(label);
	await editor.expectEventually(
		async () => {
			if (!(await option.isVisible())) await editor.field(path).click();
			return await option.click({ timeout: 3_000 }).then(
				() => true,
				() => false,
			);
		},
		`${path} offers ${label}`,
		30_000,
	);
	if (await option.isVisible()) await editor.page.keyboard.press('Escape');
	await option.waitFor({ state: 'hidden' });
}

function labelOf(property: INodeProperties, value: NodeParameterValueType): string {
	return valuesOf(property).find((option) => option.value === value)?.name ?? String(value);
}

function valueAt(parameters: INodeParameters, path: string): unknown {
	return keysOf(path).reduce<unknown>(
		(value, key) => (value as Record<string, unknown> | undefined)?.[key],
		parameters,
	);
}

/** Changes the parameters in place. */
export function put(parameters: INodeParameters, path: string, value: NodeParameterValueType): void {
	const keys = keysOf(path);
	const last = keys.pop()!;
	const holder = keys.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], parameters);
	(holder as Record<string, unknown>)[last] = value;
}

const keysOf = (path: string): string[] => path.split(/[.[\]]+/).filter((key) => key !== '');
