/** What the panel says before a run, decided as the editor decides it: by the expressions of the node's description. */
import { SmartLlmRouter } from '../../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { registry, workflowOf } from '../../support/engine';
import { model } from '../workflow';

const small = model('small', 'openAi', 'gpt-5.4-mini');
const strong = model('strong', 'anthropic', 'claude-sonnet-4-6');
const llama = model('llama', 'openAiCompatible', 'meta-llama/Llama-3.3-70B-Instruct');
const both = [small, strong];

interface Panel {
	mode?: string;
	outputs?: string;
	models?: object[];
	rules?: object[];
	options?: object;
}

/** The hints as n8n's editor finds them, for a panel in which the rest has its default. */
function hintsFor({ models, rules, ...rest }: Panel): string[] {
	const nodeType = new SmartLlmRouter();
	const parameters = {
		...rest,
		...(models && { models: { values: models } }),
		...(rules && { rules: { values: rules } }),
	};
	const json = {
		nodes: [{ name: 'Router', type: 'test.router', typeVersion: 1, parameters }],
		connections: {},
	};
	const workflow = workflowOf(json, registry({ router: nodeType }), {});
	const node = workflow.getNode('Router')!;
	const shown = (nodeType.description.hints ?? []).filter(({ displayCondition }) => {
		const holds = workflow.expression.getSimpleParameterValue(node, displayCondition!, 'internal', {});
		// The editor passes over a condition that is neither.
		expect(typeof holds).toBe('boolean');
		return holds === true;
	});
	return shown.map(({ message }) => message);
}

const about = (text: RegExp): unknown => [expect.stringMatching(text)];
const coding = { name: 'Coding', match: { taskTypes: ['coding'] } };
const pictures = { name: 'Pictures', match: { contains: ['image'] } };

test('a panel as it opens, and one that is in order, have no hint', () => {
	expect(hintsFor({})).toEqual([]);
	expect(
		hintsFor({ rules: [coding, pictures], outputs: 'routes', options: { attachments: 'photo' } }),
	).toEqual([]);
});

test.each<[string, Panel, unknown]>([
	[
		'a budget of nothing',
		{ options: { budgets: { values: [{ limitUsd: 0 }] } } },
		about(/^A budget has the limit 0/),
	],
	['a budget of an item', { options: { budgets: { values: [{ limitUsd: '={{ $json.limit }}' }] } } }, []],
	['one model', { models: [small] }, about(/^Only one model/)],
	['one model, only routed', { mode: 'route', models: [small] }, []],
	['two of one provider', { models: [small, { ...small, name: 'b' }] }, about(/^All models are of one/)],
	['two of one gateway', { models: [llama, { ...llama, name: 'b' }] }, []],
	[
		'a deleted model',
		{ models: both, rules: [{ ...coding, models: ['strong', 'gone'] }] },
		about(/not in the list of models/),
	],
	['models that are there', { models: both, rules: [{ ...coding, models: ['strong', 'small'] }] }, []],
	[
		'rules after one that takes everything',
		{ rules: [{ name: 'All', match: { keywords: '', taskTypes: [] } }, coding], outputs: 'routes' },
		about(/never used/),
	],
	[
		'one that takes everything at the end, or not in use',
		{ rules: [{ name: 'Off', enabled: false }, coding, { name: 'All' }], outputs: 'routes' },
		[],
	],
	[
		'one with conditions on fields before others',
		{ rules: [{ name: 'Fields', conditions: { conditions: [{}] } }, coding], outputs: 'routes' },
		[],
	],
	[
		'two connected models on one input',
		{ models: [small, { name: 'a', provider: 'connected' }, { name: 'b', provider: 'connected', input: 1 }] },
		about(/same chat model input/),
	],
	[
		'two connected models on two',
		{
			models: [
				{ name: 'a', provider: 'connected' },
				{ name: 'b', provider: 'connected', input: 2 },
			],
		},
		[],
	],
	['two rules and one output', { rules: [coding, pictures] }, about(/same output/)],
	['a schema without JSON', { options: { jsonSchema: '{}' } }, about(/Output Format/)],
	['a schema with JSON', { options: { jsonSchema: '{}', outputFormat: 'json' } }, []],
	[
		'attachments, and a model that reads no images',
		{ models: [small, llama], options: { attachments: 'photo' } },
		about(/read images/),
	],
	['a rule for images, likewise', { models: [small, llama], rules: [pictures] }, about(/read images/)],
	['a model that reads no images, and no images', { models: [small, llama], rules: [coding] }, []],
	['what only classifies', { mode: 'classify', models: [llama], rules: [pictures, pictures] }, []],
])('%s', (_, panel, expected) => {
	expect(hintsFor(panel)).toEqual(expected);
});
