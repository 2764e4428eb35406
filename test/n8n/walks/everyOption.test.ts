/** Every option of all three nodes, changed and put back in the browser: what n8n has saved is what was set. */
import type { INode, INodeParameters, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';

import { LlmRouterReport } from '../../../nodes/LlmRouterReport/LlmRouterReport.node';
import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { SmartLlmRouterModel } from '../../../nodes/SmartLlmRouterModel/SmartLlmRouterModel.node';
import { Desk } from '../browser/desk';
import type { Editor } from '../browser/editor';
import { CHOSEN, put, setField, settings, shownFields, valueOf, type Field } from '../browser/fields';
import { meaningOf } from '../meaning';
import { until } from '../session';
import type { World } from '../world';

interface Case {
	name: string;
	description: INodeTypeDescription;
	parameters: INodeParameters;
	/** The fields that this case changes, by their paths. */
	turns: RegExp;
}

const router = new SmartLlmRouter().description;
const model = new SmartLlmRouterModel().description;
const report = new LlmRouterReport().description;

/** A panel with all fields at once is slow: a node for the choices, with all else filled in, and one for each part of the rest. */
function partsOf(description: INodeTypeDescription): Case[] {
	const all = settings(description.properties);
	const [first] = (all.models as { values: INodeParameters[] }).values as [INodeParameters];
	// The judge's model is shown with it.
	const choices = { ...all, classifier: 'judge', models: { values: [first, { ...first, name: CHOSEN }] } };
	const connected = { ...structuredClone(first), name: CHOSEN, provider: 'connected' };
	const toChoose = { ...first, name: CHOSEN, options: {} };
	const options = Object.entries(all.options as INodeParameters);
	const parts: Array<[part: string, parameters: INodeParameters, turns: RegExp]> = [
		['choices', choices, /^(?!classifier$)[^.]+$/],
		// The number of an input is shown for a connected model.
		['models', { models: { values: [first, connected] } }, /^models\./],
		['rules', { models: { values: [toChoose] }, rules: all.rules! }, /^rules\./],
		...[0, 1, 2, 3].map((part): [string, INodeParameters, RegExp] => [
			`options ${part + 1}`,
			{ options: Object.fromEntries(options.filter((_, index) => index % 4 === part)) },
			/^options\./,
		]),
	];
	return parts.map(([part, parameters, turns]) => ({
		name: `${description.displayName}, ${part}`,
		description,
		parameters: structuredClone(parameters),
		turns,
	}));
}

function reportOf(name: string, more: INodeParameters): Case {
	const parameters = { ...settings(report.properties), ...more };
	return { name, description: report, parameters, turns: /^(?!operation$)/ };
}

const operation = report.properties.find(({ name }) => name === 'operation')!;

const CASES: Case[] = [
	...partsOf(router),
	...partsOf(model),
	...(operation.options as INodePropertyOptions[]).map(({ name, value }) =>
		reportOf(name, { operation: value }),
	),
	reportOf('A range of days', { operation: 'usage', range: 'custom' }),
];

let desk: Desk;
let world: World;
let editor: Editor;
let workflowId: string;

beforeAll(async () => {
	desk = await Desk.open();
	({ world, editor } = desk);
	const nodes = CASES.map((one, index) => nodeOf(one, index));
	({ id: workflowId } = await world.session.createWorkflow({ name: 'Every option', nodes, connections: {} }));
	await editor.page.goto(`${world.session.url}/workflow/${workflowId}`);
	await editor.node().first().waitFor();
});

afterAll(async () => await desk?.close());

afterEach(async () => {
	await editor.closePanel();
	expect(await desk.flaws()).toEqual([]);
});

function nodeOf(one: Case, index: number): INode {
	const { name, description, parameters } = one;
	return {
		id: `every-option-${index}`,
		name,
		type: `n8n-nodes-smart-llm-router.${description.name}`,
		typeVersion: 1,
		position: [(index % 4) * 400, Math.floor(index / 4) * 300],
		parameters,
	};
}

async function expectSaved(one: Case, wanted: INodeParameters): Promise<void> {
	const node = nodeOf(one, 0);
	const meaning = await meaningOf(world.session, { ...node, parameters: wanted });
	let saved: unknown;
	await until('the editor has saved it', 20_000, async () => {
		const { nodes } = await world.session.workflow(workflowId);
		saved = (
			await meaningOf(
				world.session,
				nodes.find(({ name }) => name === one.name)!,
			)
		).parameters;
		return JSON.stringify(saved) === JSON.stringify(meaning.parameters) ? true : null;
	}).catch(() => undefined);
	expect(saved).toEqual(meaning.parameters);
}

const turned = new Set<string>();

/** Those that no case before has turned. Names of models come last: lists of models may follow them or not. */
function fieldsOf(one: Case): Field[] {
	const node = nodeOf(one, 0);
	const all = shownFields(one.description, node.parameters, node);
	const fresh = all.filter(
		({ path }) => one.turns.test(path) && !turned.has(`${one.description.name} ${path}`),
	);
	for (const { path } of fresh) turned.add(`${one.description.name} ${path}`);
	const isName = ({ path }: Field) => path === 'models.values[0].name';
	return [...fresh.filter((field) => !isName(field)), ...fresh.filter(isName)];
}

/** An operation of the report may have no field of its own. */
const WITH_FIELDS = CASES.map((one) => ({ ...one, fields: fieldsOf(one) })).filter(
	({ fields }) => fields.length > 0,
);

it.each(WITH_FIELDS)(
	'$name',
	async ({ fields, ...one }) => {
		await editor.zoomToFit();
		await editor.openPanel(one.name);
		for (const side of ['other', 'one'] as const) {
			for (const field of fields) await setField(editor, field, side);
			const wanted = structuredClone(one.parameters);
			for (const { path, property } of fields) put(wanted, path, valueOf(property, side));
			await expectSaved(one, wanted);
		}
	},
	300_000,
);
