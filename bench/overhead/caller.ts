/** The process of one contender: makes as many calls as it is told and says how long they took. */
import { pathToFileURL } from 'node:url';

import type * as Contenders from './contenders';
import type { Ask, Place } from './contenders';

export interface Block {
	calls: number;
	/** Calls under way at once. */
	concurrency: number;
}

export interface Measured {
	ms: number;
	/** Processor time of this process since the block before, in ms: what is done between blocks is counted too. */
	cpuMs: number;
}

async function run(
	ask: Ask,
	prompts: readonly string[],
	text: string,
	{ calls, concurrency }: Block,
): Promise<number> {
	let left = calls;
	const startedAt = performance.now();
	const worker = async (): Promise<void> => {
		while (left > 0) {
			const answer = await ask(prompts[left-- % prompts.length]);
			if (answer !== text) throw new Error(`Not the provider's answer: ${answer}`);
		}
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
	return performance.now() - startedAt;
}

async function main(): Promise<void> {
	const [name, text, json] = process.argv.slice(2);
	const place = JSON.parse(json) as Place;
	const file = pathToFileURL(`${place.root}/bench/overhead/contenders.ts`).href;
	const { CONTENDERS, PROMPTS } = (await import(file)) as typeof Contenders;
	const ask = await CONTENDERS[name](place);
	let cpu = process.cpuUsage();
	process.on('message', (block: Block) => {
		run(ask, PROMPTS, text, block).then(
			(ms) => {
				const { user, system } = process.cpuUsage(cpu);
				cpu = process.cpuUsage();
				process.send?.({ ms, cpuMs: (user + system) / 1_000 } satisfies Measured);
			},
			(error: unknown) => process.send?.({ error: String(error) }),
		);
	});
	process.once('disconnect', () => process.exit());
	process.send?.({ ready: {} });
}

main().catch((error: unknown) => {
	process.send?.({ error: String(error) }, () => process.exit(1));
});
