/** Ratings given with the report node change how hard the router takes prompts to be. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { runReport } from '../report';
import { inOrder, model, runRouter } from '../workflow';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
afterAll(async () => await providers.close());

const MODELS = [
	model('small', 'openAi', 'gpt-4o-mini', { quality: 30 }),
	model('large', 'anthropic', 'claude-haiku-4-5', { quality: 90 }),
];
const GOODS = [
	'kettle',
	'lamp',
	'bicycle',
	'printer',
	'sofa',
	'blender',
	'tent',
	'camera',
	'jacket',
	'clock',
];
const FAULTS = ['arrived broken', 'never came', 'has a scratch', 'makes a noise', 'smells of smoke'];
const COMPLAINTS = GOODS.flatMap((goods) =>
	FAULTS.flatMap((fault) => [
		`Dear team, the ${goods} I ordered from your shop ${fault}. Please refund my order to my card.`,
		`Hello, my ${goods} ${fault} and I want my money back. When will the refund of my order come?`,
	]),
);
const NEW_COMPLAINT =
	'Dear team, the zeppelin I ordered from your shop leaks. Please refund my order to my card.';
const OTHERS = [
	'Translate into German: the meeting has been moved to Thursday afternoon.',
	'Write a Python function that merges two sorted lists.',
	'What is the capital of Australia?',
];

/** Chooses a model for each prompt; the small one, as the order says. */
async function decide(items: string[], learnFromFeedback: boolean, workflowId = 'desk') {
	const result = await runRouter(providers, {
		parameters: { mode: 'route', models: MODELS, rules: [inOrder], options: { learnFromFeedback } },
		items,
		workflowId,
	});
	return items.map((_, index) => {
		const { id, classification } = result.record(index);
		return { id, complexity: (classification as { complexity: number }).complexity };
	});
}

const sayBad = async (decisions: Array<{ id: unknown }>) =>
	await runReport(
		{ operation: 'feedback', rating: 'bad', decisionId: '={{ $json.id }}' },
		{ items: { Source: decisions.map(({ id }) => ({ id: String(id) })) } },
	);

const complexities = async (isOn: boolean, workflowId?: string) =>
	(await decide([NEW_COMPLAINT, ...OTHERS], isOn, workflowId)).map(({ complexity }) => complexity);

function ledgerBytes(): string {
	const folder = join(process.env.N8N_USER_FOLDER ?? '', '.n8n', 'llm-router');
	return readdirSync(folder)
		.map((name) => readFileSync(join(folder, name), 'latin1'))
		.join(' ');
}

test('nothing is kept and nothing learned unless it is asked for', async () => {
	const [complaint] = await complexities(false);
	await sayBad(await decide(COMPLAINTS, false));
	expect(await complexities(true)).toEqual(await complexities(false));
	expect((await complexities(true))[0]).toBe(complaint);
});

test('a hundred bad ratings make prompts of their kind harder, hardly any others, and only for this node', async () => {
	const before = await complexities(true);
	await sayBad(await decide(COMPLAINTS, true));
	const [complaint, ...others] = await complexities(true);
	expect(complaint).toBeGreaterThan(before[0] + 0.2);
	others.forEach((complexity, i) => expect(Math.abs(complexity - before[i + 1])).toBeLessThan(0.05));
	expect(await complexities(true, 'another desk')).toEqual(before);
	expect(await complexities(false)).toEqual(before);
	expect(ledgerBytes()).not.toMatch(/zeppelin|refund|kettle/i);
});
