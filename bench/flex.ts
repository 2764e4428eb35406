/**
 * A day of a cheap tier whose capacity comes and goes, in virtual time: what is paid and how many answers come within the
 * deadline, for a cheap tier with the standard one behind it, always the standard one, and the cheap one alone.
 * `npm run bench -- flex [requests] [--keep]`
 */
import { DEFAULTS } from '../router/failover/settings';
import { userMessage } from '../router/text/parts';
import type { Decision, Model, Prices } from '../router/types';
import { policyOf } from '../test/support/policies';
import { testEngine } from '../test/support/testEngine';
import { virtualTime } from '../test/support/virtualTime';
import { conditions, keep } from './measures/results';
import { flexClient, modelWith } from './simulation/savers';

const REQUESTS = Number(process.argv.slice(2).find((argument) => /^\d+$/.test(argument)) ?? 5_000);
const DAY_MS = 86_400_000;
/** A batch that may take a while: the total timeout. */
const DEADLINE_MS = 120_000;
const PATIENCE_MS = 60_000;

const PRICES: Prices = { input: { base: 2 }, output: { base: 10 }, tiers: { flex: [1, 2] } };

type Conduct = 'flex, then standard' | 'standard' | 'flex alone';

/** The cheap tier alone: as a model that has no other one. */
function changed(conduct: Conduct, model: Model): Model {
	if (conduct === 'standard') return { ...model, serviceTier: 'standard' };
	if (conduct === 'flex, then standard') return { ...model, serviceTier: 'flex' };
	const { client } = model;
	if (!client) return model;
	return {
		...model,
		client: {
			stream: (request, key, signal) => client.stream({ ...request, serviceTier: 'flex' }, key, signal),
		},
	};
}

async function run(conduct: Conduct): Promise<Record<string, string | number>> {
	const time = virtualTime(11);
	const { surroundings } = time;
	const engine = testEngine(surroundings);
	const client = flexClient(surroundings, surroundings.now());
	const model = changed(conduct, modelWith(client, { prices: PRICES }));
	const policy = policyOf([model], {
		failover: { ...DEFAULTS, totalTimeoutMs: DEADLINE_MS, firstTokenTimeoutMs: DEADLINE_MS },
		flexPatienceMs: PATIENCE_MS,
	});
	const request = {
		messages: [userMessage('Sort this ticket.')],
		format: { type: 'text' as const },
		limits: {},
	};
	const ask = async (index: number): Promise<Decision> => {
		await surroundings.sleep((index * DAY_MS) / REQUESTS);
		return await engine.route(request, policy, {});
	};
	const decisions = await time.run(
		async () => await Promise.all(Array.from({ length: REQUESTS }, (_, index) => ask(index))),
	);
	const answered = decisions.filter(({ answer }) => answer !== null);
	const cost = decisions.reduce((sum, decision) => sum + (decision.cost.costNano ?? 0), 0);
	const times = answered.map(({ ms }) => ms).sort((a, b) => a - b);
	return {
		'met the deadline': `${((100 * answered.length) / REQUESTS).toFixed(2)} %`,
		'$ for all': Number((cost / 1e9).toFixed(2)),
		'median s': Number(((times[Math.floor(times.length / 2)] ?? 0) / 1000).toFixed(1)),
		'p99 s': Number(((times[Math.floor(times.length * 0.99)] ?? 0) / 1000).toFixed(1)),
	};
}

async function main(): Promise<void> {
	const rows: Record<string, Record<string, string | number>> = {};
	for (const conduct of ['flex, then standard', 'standard', 'flex alone'] as const)
		rows[conduct] = await run(conduct);
	console.log(`${REQUESTS} requests over a day, a deadline of ${DEADLINE_MS / 1000} s`);
	console.table(rows);
	if (process.argv.includes('--keep')) keep('flex', conditions(), { requests: REQUESTS, rows });
}

void main();
