/**
 * How many calls of 200 ms one, two and four workers of a real n8n in queue mode answer, each with one execution of many items: with a
 * budget that all of them share, and with none. Everything runs on this machine, the providers too.
 *
 *     npm run bench -- workers [items]
 */
import { House } from '../test/queue/house';
import { budgetOf, TEN_WORDS } from '../test/queue/workflows';

const CALL_MS = 200;
const AT_A_TIME = 10;

interface Measured {
	perSecond: number;
	/** Of one processor, of all workers together. */
	cpu: number;
}

async function measure(
	house: House,
	scope: string,
	workers: number,
	items: number,
	hasBudget: boolean,
): Promise<Measured> {
	const path = `${scope}-${workers}`;
	const models = [{ name: 'small', modelId: `gpt-4o-mini--slow-${CALL_MS}` }];
	const options = { concurrency: AT_A_TIME, ...(hasBudget && { budgets: budgetOf(path, 1_000_000) }) };
	const call = await house.publish({ path, models, options });
	const prompts = Array.from({ length: items }, (_, item) => `What is ${item} times seven?`);
	house.providers.reset();
	const cpuBefore = cpuOf(house);
	const startedAt = performance.now();
	await Promise.all(Array.from({ length: workers }, () => call(prompts)));
	while (house.providers.log.filter(({ status }) => status === 200).length < workers * items)
		await new Promise((resolve) => setTimeout(resolve, 50));
	const seconds = (performance.now() - startedAt) / 1_000;
	const [first] = house.providers.log;
	const last = Math.max(...house.providers.log.map(({ endedAt }) => endedAt ?? 0));
	return {
		perSecond: (1_000 * workers * items) / (last - first.at),
		cpu: (cpuOf(house) - cpuBefore) / seconds,
	};
}

function cpuOf(house: House): number {
	return [...house.workers.values()].reduce((sum, { server }) => sum + server.usage().cpuSeconds, 0);
}

async function main(items: number): Promise<void> {
	const house = await House.open(1, 1);
	house.providers.answer = () => TEN_WORDS;
	try {
		const one = new Map<boolean, number>();
		for (const workers of [1, 2, 4]) {
			while (house.workers.size < workers) await house.startWorker(`worker-${house.workers.size + 1}`);
			for (const hasBudget of [false, true]) {
				const scope = hasBudget ? 'budget' : 'free';
				const { perSecond, cpu } = await measure(house, scope, workers, items, hasBudget);
				one.set(hasBudget, one.get(hasBudget) ?? perSecond);
				const times = perSecond / (one.get(hasBudget) ?? 1);
				console.log(
					`${workers} workers, ${scope}: ${perSecond.toFixed(0)} calls a second, ${times.toFixed(2)} times one; ` +
						`${cpu.toFixed(2)} processors`,
				);
			}
		}
	} finally {
		await house.close();
	}
	process.exit();
}

const [items = '500'] = process.argv.slice(2);
void main(Number(items));
