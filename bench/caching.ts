/**
 * A thousand items with a shared beginning of 10,000 tokens, against providers that bill their caches as each of the three
 * does, in virtual time: what is paid beside the least that could be, and the time beside that of a naive run.
 * `npm run bench -- caching [items] [--keep]`
 */
import pLimit from 'p-limit';

import { costOf } from '../router/money/cost';
import { userMessage } from '../router/text/parts';
import type { ChatRequest, NanoDollars } from '../router/types';
import type { Policy } from '../router/walk/walk';
import { policyOf } from '../test/support/policies';
import { testEngine } from '../test/support/testEngine';
import { virtualTime } from '../test/support/virtualTime';
import { conditions, keep } from './measures/results';
import { ANSWER, cachingClient, modelWith, OWN, PRICES, SHARED, type Vendor } from './simulation/savers';

const ITEMS = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 1_000);
const CONCURRENCY = 10;

/** Some 10,000 tokens. */
const SYSTEM = 'These are the rules of our shop for lamps and other goods. '.repeat(800);

interface Run {
	costNano: NanoDollars;
	seconds: number;
}

async function run(vendor: Vendor, promptCaching: Policy['promptCaching']): Promise<Run> {
	const time = virtualTime(7);
	const engine = testEngine(time.surroundings);
	const client = cachingClient(vendor, time.surroundings);
	const model = modelWith(client, { provider: vendor, prices: PRICES[vendor], cacheMinimum: 4_096 });
	const policy = policyOf([model], { promptCaching });
	const limit = pLimit(CONCURRENCY);
	const requestOf = (index: number): ChatRequest => ({
		system: SYSTEM,
		messages: [userMessage(`Ticket ${index}: what do the rules say?`)],
		format: { type: 'text' },
		limits: {},
	});
	const costs = await time.run(
		async () =>
			await Promise.all(
				Array.from({ length: ITEMS }, (_, index) =>
					limit(async () => {
						const { cost } = await engine.route(requestOf(index), policy, { sharers: ITEMS });
						return cost.costNano ?? NaN;
					}),
				),
			),
	);
	return { costNano: costs.reduce((sum, cost) => sum + cost, 0), seconds: time.elapsed() / 1000 };
}

/** The shared beginning is written to the cache once and read by all other calls. */
function least(vendor: Vendor): NanoDollars {
	const usage = { inputTokens: SHARED + OWN, outputTokens: ANSWER, reasoningTokens: 0, totalTokens: 0 };
	const first = costOf(PRICES[vendor], {
		...usage,
		cachedInputTokens: 0,
		cacheWriteTokens: vendor === 'gemini' ? 0 : SHARED,
	});
	return first + (ITEMS - 1) * costOf(PRICES[vendor], { ...usage, cachedInputTokens: SHARED });
}

async function main(): Promise<void> {
	const rows: Record<string, Record<string, string | number>> = {};
	for (const vendor of ['anthropic', 'openAi', 'gemini'] as const) {
		const naive = await run(vendor, undefined);
		const ours = await run(vendor, 'auto');
		const dollars = (nano: NanoDollars) => Number((nano / 1e9).toFixed(4));
		rows[vendor] = {
			'least $': dollars(least(vendor)),
			'ours $': dollars(ours.costNano),
			'naive $': dollars(naive.costNano),
			'above the least': `${((ours.costNano / least(vendor) - 1) * 100).toFixed(2)} %`,
			'ours s': ours.seconds,
			'naive s': naive.seconds,
			'time added': `${((ours.seconds / naive.seconds - 1) * 100).toFixed(2)} %`,
		};
	}
	console.log(`${ITEMS} items, ${SHARED} shared tokens, ${CONCURRENCY} at once`);
	console.table(rows);
	if (process.argv.includes('--keep')) keep('caching', conditions(), { items: ITEMS, rows });
}

void main();
