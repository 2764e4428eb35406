import { together } from '../../../router/policy/policy';
import type { Host } from '../host';
import { optionsOfMode } from './optionsOfMode';
import { remembered } from './remembered';
import {
	parseModels,
	parseOptions,
	parseRules,
	parseShape,
	type ModelParameters,
	type Options,
	type RuleParameters,
	type Shape,
} from './parameters';

/** The same for all items: none of them takes an expression. */
const SHAPE = ['mode', 'classifier', 'judgeModel', 'noMatch', 'outputs', 'providers', 'credentialSource'];

const constantShape = remembered(parseShape);
const constantModels = remembered(parseModels);
const constantRules = remembered(parseRules);
const constantOptions = remembered(parseOptions);

/** The panel's settings as they hold for one item. */
export interface PanelValues {
	models: ModelParameters[];
	rules: RuleParameters[];
	options: Options;
	preference: number;
}

/**
 * Reads the panel. What holds no expression is read and parsed once for all items; what does, once an item,
 * because n8n resolves expressions against the item at hand.
 */
export class Panel {
	readonly shape: Shape;

	readonly values: (itemIndex: number) => PanelValues;

	/** No setting but the prompt and conditions holds an expression: what is right for one item is for all. */
	readonly isConstant: boolean;

	constructor(private readonly host: Host) {
		const read = (name: string, itemIndex: number): unknown => host.parameter(name, itemIndex);
		this.shape = constantShape(Object.fromEntries(SHAPE.map((name) => [name, read(name, 0)])));
		const { mode } = this.shape;
		// What a mode does not use is kept in the panel, and may be wrong.
		const readChoice = (name: string, itemIndex: number): unknown =>
			mode === 'classify' ? undefined : read(name, itemIndex);
		const chosen =
			(name: string) =>
			(itemIndex: number): unknown =>
				readChoice(name, itemIndex);
		const settings = {
			models: this.perItem('models', chosen('models'), parseModels, constantModels),
			rules: this.perItem('rules', chosen('rules'), parseRules, constantRules),
			options: this.perItem(
				'options',
				(itemIndex) => optionsOfMode(mode, read('options', itemIndex)),
				parseOptions,
				constantOptions,
			),
			preference: this.perItem(
				'preference',
				(itemIndex) => ({ preference: readChoice('preference', itemIndex) }),
				parseShape,
				constantShape,
			),
		};
		const { parameters } = host.node;
		this.isConstant = !['models', 'rules', 'options', 'preference'].some((name) =>
			holdsExpression(parameters[name]),
		);
		this.values = (itemIndex) => {
			const [models, rules, options, { preference }] = together(
				() => settings.models(itemIndex),
				() => settings.rules(itemIndex),
				() => settings.options(itemIndex),
				() => settings.preference(itemIndex),
			);
			return { models, rules, options, preference };
		};
	}

	/** The prompt as text; an object that an expression gave is written as JSON. */
	prompt(itemIndex: number): string {
		const value = this.host.parameter('prompt', itemIndex);
		if (value === undefined) return '';
		return typeof value === 'object' ? JSON.stringify(value) : String(value);
	}

	/** Whether the editor's own conditions of a rule hold for an item. */
	conditionsHold(ruleIndex: number, itemIndex: number): boolean {
		const path = `rules.values[${ruleIndex}].conditions`;
		return this.host.parameter(path, itemIndex, { extractValue: true }) === true;
	}

	/** @param constant parses what holds no expression */
	private perItem<T>(
		name: string,
		read: (itemIndex: number) => unknown,
		parse: (raw: unknown) => T,
		constant: (raw: unknown) => T,
	): (itemIndex: number) => T {
		if (holdsExpression(this.host.node.parameters[name])) return (itemIndex) => parse(read(itemIndex));
		let value: { read: T } | undefined;
		return (itemIndex) => (value ??= { read: constant(read(itemIndex)) }).read;
	}
}

/** Conditions do not count: n8n evaluates them apart, once an item. */
function holdsExpression(value: unknown): boolean {
	if (typeof value === 'string') return value.startsWith('=');
	if (typeof value !== 'object' || value === null) return false;
	return Object.entries(value).some(([key, entry]) => key !== 'conditions' && holdsExpression(entry));
}
