/**
 * `npm run demo`: the example workflows in n8n's own engine, with the built node, against simulated providers
 * on this machine. No key and no network. Writes the report page to `demo-output`. `-- --json` prints the items as JSON instead of tables.
 */
import { play, playReport, simulatedAnswer, surprises, type Played } from './play';

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeType } from 'n8n-workflow';

import { startSimulatedProviders, type SimulatedProviders } from '../../test/support/simulatedProviders';
import { STORIES } from './stories';
import { attemptLines, duration, tableOf, totalsLine, totalsOf, wrapped } from './table';

const BUILT_NODE = '../../dist/nodes/SmartLlmRouter/SmartLlmRouter.node.js';
const BUILT_REPORT = '../../dist/nodes/LlmRouterReport/LlmRouterReport.node.js';
/** Kept out of the repository. */
const OUTPUT = join(__dirname, '..', '..', 'demo-output');

async function main(): Promise<void> {
	const json = process.argv.includes('--json');
	stayOnThisMachine();
	const { SmartLlmRouter } = (await import(BUILT_NODE)) as { SmartLlmRouter: new () => INodeType };
	const { LlmRouterReport } = (await import(BUILT_REPORT)) as { LlmRouterReport: new () => INodeType };
	const providers = await startSimulatedProviders({ answer: simulatedAnswer });
	try {
		const played = await playAll(new SmartLlmRouter(), providers);
		process.stdout.write(json ? jsonOf(played) : textOf(played));
		process.stderr.write(`The report page: ${await writeReport(new LlmRouterReport())}\n`);
		const unexpected = STORIES.flatMap((story, index) => surprises(story, played[index]!));
		for (const line of unexpected) process.stderr.write(`Unexpected: ${line}\n`);
		if (unexpected.length > 0) process.exitCode = 1;
	} finally {
		await providers.close();
	}
}

/** A proxy of the surroundings would be asked for the simulated providers; it cannot reach them. */
function stayOnThisMachine(): void {
	for (const name of ['NO_PROXY', 'no_proxy']) process.env[name] = '127.0.0.1';
}

async function playAll(router: INodeType, providers: SimulatedProviders): Promise<Played[]> {
	const all: Played[] = [];
	for (const [index, story] of STORIES.entries()) {
		process.stderr.write(`[${index + 1}/${STORIES.length}] ${story.title} … `);
		const played = await play(story, router, providers);
		process.stderr.write(`${played.items.length} items in ${duration(played.ms)}\n`);
		all.push(played);
	}
	return all;
}

/** @returns the file's path */
async function writeReport(report: INodeType): Promise<string> {
	const path = join(OUTPUT, 'report.html');
	mkdirSync(OUTPUT, { recursive: true });
	const { page } = await playReport(report);
	writeFileSync(path, page);
	return path;
}

/** The items as they left the node, with the example, their place in it and the output they left by. */
function jsonOf(all: readonly Played[]): string {
	const items = all.flatMap(({ items: left }, index) =>
		left.map(({ item, outputName, json }) => ({ example: STORIES[index]?.file, item, outputName, ...json })),
	);
	return `${JSON.stringify(items, null, 2)}\n`;
}

function textOf(all: readonly Played[]): string {
	const sections = all.map((played, index) => {
		const { title = '', file = '' } = STORIES[index] ?? {};
		const lines = attemptLines(played);
		return [
			`\n${title} (examples/${file}.json)\n`,
			tableOf(played),
			'',
			...(lines.length > 0 ? ['What was tried:', ...lines, ''] : []),
			totalsLine(totalsOf(played.items)),
			...played.hints.map((hint) => wrapped(`The node says: ${hint}`, '    ')),
		].join('\n');
	});
	const total = totalsLine(totalsOf(all.flatMap(({ items }) => items)));
	return `${sections.join('\n')}\n\nAll together: ${total}\nProviders were simulated, prices are list prices.\n`;
}

main().catch((error: unknown) => {
	process.stderr.write(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}\n`);
	process.exitCode = 1;
});
