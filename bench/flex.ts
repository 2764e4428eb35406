/**
 * A day of a cheap tier whose capacity comes and goes, in virtual time: what is paid and how many answers come within the
 * deadline, for a cheap tier with the standard one behind it, always the standard one, and plain calls at the cheap one.
 * `npm run bench -- flex [requests] [--keep]`
 */
import { DEFAULTS } from '../router/failover/settings';
import { costOf } from '../router/money/cost';
import { userMessage } from '../router/text/parts';
import { NO_USAGE, type Decision, type ModelClient, type Prices, type Surroundings } from '../router/types';
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

interface Outcome {
	isAnswered: boolean;
	ms: number;
	costNano: number;
}

type Ask = (index: number) => Promise<Outcome>;

const REQUEST = {
	messages: [userMessage('Sort this ticket.')],
	format: { type: 'text' as const },
	limits: {},
};

function withEngine(surroundings: Surroundings, client: ModelClient, serviceTier: 'flex' | 'standard'): Ask {
	const engine = testEngine(surroundings);
	const policy = policyOf([modelWith(client, { prices: PRICES, serviceTier })], {
		failover: { ...DEFAULTS, totalTimeoutMs: DEADLINE_MS, firstTokenTimeoutMs: DEADLINE_MS },
		flexPatienceMs: PATIENCE_MS,
	});
	return async () => {
		const { answer, ms, cost }: Decision = await engine.route(REQUEST, policy, {});
		return { isAnswered: answer !== null, ms, costNano: cost.costNano ?? 0 };
	};
}

/** As a plain call with the usual SDK: two retries after half a second and a second, and a timeout. */
function plainCalls({ monotonic, sleep }: Surroundings, client: ModelClient): Ask {
	return async () => {
		const startedAt = monotonic();
		const timeout = new AbortController();
		const over = new AbortController();
		void sleep(DEADLINE_MS, over.signal).then(() => timeout.abort('over'));
		let costNano = 0;
		let isAnswered = false;
		for (let retry = 0; retry <= 2 && !isAnswered && !timeout.signal.aborted; retry++) {
			if (retry > 0) await sleep(250 * 2 ** retry, timeout.signal);
			try {
				for await (const part of client.stream({ ...REQUEST, serviceTier: 'flex' }, 'key', timeout.signal)) {
					if (part.type !== 'end' || timeout.signal.aborted) continue;
					isAnswered = true;
					costNano = costOf(PRICES, part.usage ?? NO_USAGE);
				}
			} catch {
				// Refused: once more.
			}
		}
		over.abort('over');
		return { isAnswered, ms: monotonic() - startedAt, costNano };
	};
}

async function run(conduct: Conduct): Promise<Record<string, string | number>> {
	const time = virtualTime(11);
	const { surroundings } = time;
	const client = flexClient(surroundings, surroundings.now());
	const ask =
		conduct === 'flex alone'
			? plainCalls(surroundings, client)
			: withEngine(surroundings, client, conduct === 'standard' ? 'standard' : 'flex');
	const asked = async (index: number): Promise<Outcome> => {
		await surroundings.sleep((index * DAY_MS) / REQUESTS);
		return await ask(index);
	};
	const outcomes = await time.run(
		async () => await Promise.all(Array.from({ length: REQUESTS }, (_, index) => asked(index))),
	);
	const answered = outcomes.filter(({ isAnswered }) => isAnswered);
	const cost = outcomes.reduce((sum, { costNano }) => sum + costNano, 0);
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
