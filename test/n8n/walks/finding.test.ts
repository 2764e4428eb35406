/** Search terms that people type, and whether they find our nodes and credentials. */

import { Desk } from '../browser/desk';
import type { Editor } from '../browser/editor';
import { workbench } from '../browser/workbench';
import type { World } from '../world';

let desk: Desk;
let world: World;
let editor: Editor;

beforeAll(async () => {
	desk = await Desk.open();
	({ world, editor } = desk);
	const { id } = await world.session.createWorkflow(workbench('Finding'));
	await editor.open(id);
	await editor.addAfter('One item each');
});

afterAll(async () => await desk?.close());

const ROUTER = 'Smart LLM Router';
const REPORT = 'LLM Router Report';

it.each([
	[ROUTER, 1, ['smart llm router', 'classify', 'redact', 'cache', 'fallback', 'ai router', 'llm router']],
	[ROUTER, 3, ['router', 'budget', 'pii', 'model']],
	[REPORT, 1, ['llm router report', 'usage']],
	[REPORT, 3, ['report', 'budget']],
])('%s is among the first %i', async (node, most, queries) => {
	const places: Record<string, number> = {};
	for (const query of queries) {
		await editor.search(query, node);
		const found = await editor.by('item-iterator-item').allInnerTexts();
		places[query] = found.findIndex((text) => text.trim().split('\n')[0] === node) + 1;
	}
	for (const place of Object.values(places)) {
		expect({ places, isFound: place >= 1 && place <= most }).toEqual({ places, isFound: true });
	}
});

it('credentials are found by the services that they are for', async () => {
	const { page } = editor;
	await page.goto(`${world.session.url}/home/credentials/create`);
	const search = editor.by('new-credential-type-select').locator('input');
	for (const service of [
		'Ollama',
		'OpenRouter',
		'Groq',
		'Azure',
		'vLLM',
		'LM Studio',
		'Mistral',
		'DeepSeek',
		'xAI',
	]) {
		await search.fill(service);
		await editor
			.by('new-credential-type-select-option')
			.filter({ hasText: 'LLM Router OpenAI-Compatible' })
			.first()
			.waitFor();
	}
});
