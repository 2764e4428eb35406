/** Bulk runs against a model with a rate limit, in virtual time. */
import type { FailoverResult } from '../../../../router/failover/failover';
import { ModelError } from '../../../../router/types';
import type { Model, ModelClient } from '../../../../router/types';
import type { Limiter } from '../../../support/simulated/limiters';
import { end, modelOf, text } from '../../../support/standIn/scriptedModel';
import { seededChance } from '../../../support/virtualTime';
import type { setting } from '../setting';

type House = ReturnType<typeof setting>;

interface Limited extends Partial<Model> {
	seed?: number;
	/** Until the first word, and from there to the end: the least, and what chance may add. */
	firstWordMs?: readonly [leastMs: number, chanceMs: number];
	restMs?: readonly [leastMs: number, chanceMs: number];
}

/** A model whose keys each have a limit of their own; its calls take about 150 ms. */
export function limited({ time }: House, alias: string, limitOf: () => Limiter, how: Limited = {}) {
	const { seed = 5, firstWordMs = [20, 40], restMs = [50, 100], ...more } = how;
	const limits = new Map<string, Limiter>();
	const chance = seededChance(seed);
	const seen = { calls: 0, refused: 0 };
	const { now, sleep } = time.surroundings;
	const client: ModelClient = {
		async *stream(_request, key, signal) {
			const pause = async ([least, most]: readonly [number, number]) =>
				await sleep(least + (most > 0 ? most * chance() : 0), signal);
			seen.calls += 1;
			const limit = limits.get(key) ?? limitOf();
			limits.set(key, limit);
			await pause([10, 20]);
			const wait = limit(now());
			if (wait !== null) {
				seen.refused += 1;
				const retryAfterMs = wait === 'silent' ? undefined : wait;
				throw new ModelError('rateLimited', 'slow down', { status: 429, retryAfterMs });
			}
			await pause(firstWordMs);
			yield text('whole');
			await pause(restMs);
			yield end();
		},
	};
	return { model: modelOf(alias, client, more), seen };
}

interface Run {
	items: number;
	concurrency?: number;
	settings?: Parameters<House['start']>[1];
	execution?: unknown;
}

/** As n8n does: so many items at a time. @returns results, and how long it took in s */
export async function bulk(
	house: House,
	models: Model[],
	{ items, concurrency = 10, settings, ...more }: Run,
) {
	const startedAt = house.time.elapsed();
	const results: FailoverResult[] = [];
	let left = items;
	const worker = async (): Promise<void> => {
		while (left-- > 0) results.push(await house.start(models, settings, more));
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
	const lost = results.filter(({ answer: found }) => found === null);
	return { results, lost, took: (house.time.elapsed() - startedAt) / 1_000 };
}
