/** Ratings given with the report node change how hard the router takes prompts to be. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { COMPLAINTS, NEW_COMPLAINT, OTHERS } from '../../support/complaints';
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
