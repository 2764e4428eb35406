/** What the examples' sticky notes promise, held in n8n's engine with models that are all well, as at a first run. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { play, readExample, routerOf, simulatedAnswer } from '../../examples/demo/play';
import { STORIES } from '../../examples/demo/stories';
import { configuredOutputs, type ShapeParameters } from '../../nodes/SmartLlmRouter/outputs';
import { SmartLlmRouter } from '../../nodes/SmartLlmRouter/SmartLlmRouter.node';
import { promisesOf } from '../support/promises';
import { startSimulatedProviders, type SimulatedProviders } from '../support/simulatedProviders';

const FOLDER = join(__dirname, '..', '..', 'examples');
const all = readdirSync(FOLDER).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -5)] : []));
/** Those without chains, memories, forms or five hundred rows; `npm run test:n8n` runs all. */
const playable = STORIES.map(({ file }) => file);

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders({ answer: simulatedAnswer });
});
afterAll(async () => await providers.close());

test.each(all)('%s promises something that can be counted', (file) => {
	const { leave = {} } = promisesOf(readExample(file)) ?? {};
	expect(Object.keys(leave).length).toBeGreaterThan(0);
	const { nodes } = readExample(file);
	const isRouter = nodes.some(({ type }) => type.endsWith('.smartLlmRouter'));
	const outputs = isRouter
		? configuredOutputs(routerOf(readExample(file)).parameters as ShapeParameters).map(
				({ displayName }) => displayName,
			)
		: [];
	const known = [...outputs, ...nodes.map(({ name }) => name)];
	expect(known).toEqual(expect.arrayContaining(Object.keys(leave)));
});

test.each(playable)('%s keeps it', async (file) => {
	const story = { file, title: file, faults: {}, expected: { answered: 0, fallback: 0, failed: 0 } };
	const { items } = await play(story, new SmartLlmRouter(), providers);
	const left: Record<string, number> = {};
	for (const { outputName } of items) left[outputName] = (left[outputName] ?? 0) + 1;
	expect(left).toEqual(promisesOf(readExample(file))!.leave);
});
