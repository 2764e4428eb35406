/**
 * How many requests are answered when providers fail as they do: the real engine in virtual time over seeded incidents,
 * beside a plain SDK and a plain list of fallbacks over the same incidents. The same seed gives the same figures.
 * `npm run bench -- availability [requests] [seed] [--keep] [--json]`
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';

import { conditions, keep } from './measures/results';
import { simulate, type Stretch, type Tally } from './simulation/year';

/** Stretches of traffic with incidents of their own. As many run in parallel as the machine has cores. */
const STRETCHES = 4;
const AT_ONCE = 2;

const numbers = process.argv.slice(2).filter((argument) => /^\d+$/.test(argument));
const REQUESTS = Number(numbers[0] ?? 1_000_000);
const SEED = Number(numbers[1] ?? 1);

async function stretch(index: number): Promise<Stretch> {
	const args = [String(Math.ceil(REQUESTS / STRETCHES)), String(SEED * STRETCHES + index)];
	const child = fork(__filename, args, {
		execArgv: ['--import', 'tsx'],
		serialization: 'advanced',
		env: { ...process.env, STRETCH: '1' },
	});
	const [result] = (await Promise.race([
		once(child, 'message'),
		once(child, 'exit').then(([code]) => {
			throw new Error(`A stretch of the simulation ended with ${code}`);
		}),
	])) as [Stretch];
	return result;
}

function joined(stretches: readonly Stretch[]): Stretch {
	const [first] = stretches;
	const mean = (pick: (one: Stretch) => number) =>
		stretches.reduce((sum, one) => sum + pick(one), 0) / stretches.length;
	return {
		tallies: first.tallies.map((_, place) => sumOf(stretches.map(({ tallies }) => tallies[place]))),
		availability: first.availability.map((_, place) => mean(({ availability }) => availability[place])),
		answerable: mean(({ answerable }) => answerable),
		days: mean(({ days }) => days) * stretches.length,
	};
}

function sumOf(tallies: readonly Tally[]): Tally {
	const sum: Tally = { ...tallies[0], failures: {} };
	const counts = ['requests', 'whole', 'nonsense', 'attempts', 'cost', 'hedgeCost'] as const;
	for (const key of counts) sum[key] = tallies.reduce((total, tally) => total + tally[key], 0);
	sum.added = new Float64Array(sum.whole);
	let place = 0;
	for (const { added, whole, failures } of tallies) {
		sum.added.set(added.subarray(0, whole), place);
		place += whole;
		for (const [name, times] of Object.entries(failures))
			sum.failures[name] = (sum.failures[name] ?? 0) + times;
	}
	sum.added.sort();
	return sum;
}

/** What is kept of a run. */
export interface AvailabilityFigures {
	requests: number;
	days: number;
	seed: number;
	/** Seconds of real time. */
	seconds: number;
	/** What share of plain calls each provider answers whole. */
	availability: number[];
	/** Share of requests that came while at least one provider was well, in percent: the best any router could do. */
	answerablePercent: number;
	rows: Record<string, Row>;
}

interface Row {
	answeredPercent: number;
	nonsensePassedOn: number;
	addedMs: { p50: number; p95: number; p99: number; p999: number };
	attemptsPerRequest: number;
	hedgesPercentOfCost: number | null;
	failures: Record<string, number>;
}

function row({ added, requests, whole, nonsense, attempts, cost, hedgeCost, failures }: Tally): Row {
	const at = (share: number) => Math.round(10 * (added[Math.floor(share * (added.length - 1))] ?? NaN)) / 10;
	return {
		answeredPercent: (100 * whole) / requests,
		nonsensePassedOn: nonsense,
		addedMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99), p999: at(0.999) },
		attemptsPerRequest: attempts / requests,
		hedgesPercentOfCost: cost === 0 ? null : (100 * hedgeCost) / cost,
		failures,
	};
}

function figuresOf(
	{ tallies, availability, answerable, days }: Stretch,
	seconds: number,
): AvailabilityFigures {
	const rows = Object.fromEntries(tallies.map((tally) => [tally.name, row(tally)]));
	const answerablePercent = 100 * answerable;
	return { requests: tallies[0].requests, days, seed: SEED, seconds, availability, answerablePercent, rows };
}

function print({
	requests,
	days,
	availability,
	answerablePercent,
	rows,
	seconds,
}: AvailabilityFigures): void {
	const plain = availability.map((share) => `${(100 * share).toFixed(2)} %`).join(', ');
	console.log(`${requests} requests over ${days.toFixed(0)} days, seed ${SEED}, in ${seconds.toFixed(0)} s.`);
	console.log(`Answered whole by one plain call, provider by provider: ${plain}.`);
	console.log(
		`Some provider was well for ${answerablePercent.toFixed(4)} % of them: nobody answers more at once.`,
	);
	const shown = Object.entries(rows).map(([name, { addedMs, ...figures }]) => [
		name,
		{
			'answered %': figures.answeredPercent.toFixed(4),
			'nonsense passed on': figures.nonsensePassedOn,
			'added p50 ms': addedMs.p50,
			p95: addedMs.p95,
			p99: addedMs.p99,
			'p99.9': addedMs.p999,
			'attempts a request': figures.attemptsPerRequest.toFixed(4),
			'hedges % of cost': figures.hedgesPercentOfCost?.toFixed(4) ?? '',
			failures: JSON.stringify(figures.failures),
		},
	]);
	console.table(Object.fromEntries(shown));
}

async function main(): Promise<void> {
	if (process.env.STRETCH) {
		const result = await simulate(REQUESTS, SEED);
		await new Promise((resolve) => process.send?.(result, resolve));
		process.disconnect?.();
		return;
	}
	const under = conditions();
	const startedAt = performance.now();
	const stretches: Stretch[] = [];
	const waiting = Array.from({ length: STRETCHES }, (_, index) => index);
	const worker = async (): Promise<void> => {
		for (let index = waiting.shift(); index !== undefined; index = waiting.shift())
			stretches[index] = await stretch(index);
	};
	await Promise.all(Array.from({ length: AT_ONCE }, worker));
	const figures = figuresOf(joined(stretches), (performance.now() - startedAt) / 1_000);
	if (process.argv.includes('--keep')) keep('availability', under, figures);
	if (process.argv.includes('--json')) console.log(JSON.stringify({ ...under, figures }, null, '\t'));
	else print(figures);
}

main().catch((error: unknown) => {
	console.error(error);
	process.exitCode = 1;
});
