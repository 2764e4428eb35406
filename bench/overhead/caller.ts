/** The process of one contender: makes as many calls as it is told and says how long they took. */
import { pathToFileURL } from 'node:url';

import type { Ask, CONTENDERS, Place } from './contenders';

export interface Block {
	calls: number;
	/** At one time. */
	concurrency: number;
}

export interface Measured {
	ms: number;
	/** Processor time of this process since the block before, in ms: what is done between blocks is counted too. */
	cpuMs: number;
}

const PROMPTS = [
	'Extract the invoice number and the total from: Invoice 2231, 14 March, total 418.20 EUR, due in 30 days.',
	'Summarize this support ticket in two sentences: the parcel arrived late and the box was open.',
	'Translate to German: We are happy to confirm your order and will ship it on Monday.',
	'Write a polite reply to a customer who asks for a refund after 45 days.',
];

async function run(ask: Ask, text: string, { calls, concurrency }: Block): Promise<number> {
	let left = calls;
	const startedAt = performance.now();
	const worker = async (): Promise<void> => {
		while (left > 0) {
			const answer = await ask(PROMPTS[left-- % PROMPTS.length]);
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
	const ways = (await import(file)) as { CONTENDERS: typeof CONTENDERS };
	const ask = await ways.CONTENDERS[name](place);
	let cpu = process.cpuUsage();
	process.on('message', (block: Block) => {
		run(ask, text, block).then(
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
