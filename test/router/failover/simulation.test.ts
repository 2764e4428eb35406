import { answer } from '../../../router/failover/failover';
import type { FailoverResult } from '../../../router/failover/failover';
import { DEFAULTS } from '../../../router/failover/settings';
import { createMemoryStore } from '../../../router/state/memory';
import { ERROR_CATEGORIES } from '../../../router/types';
import type { Model } from '../../../router/types';
import { end, fails, modelOf, scriptedClient, text } from '../scriptedModel';
import type { Play } from '../scriptedModel';
import { seededChance, virtualTime } from '../virtualTime';
import { ASK } from './setting';

const CALLS = 100_000;
const AT_ONCE = 250;

/** A day of outages: every fault there is, at random, in whole and half answers, from clients that obey and that do not. */
function randomPlay(random: () => number): Play {
	const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)];
	const wait = { wait: Math.floor(random() * 2_000) };
	const half: Play = [wait, text('half'), wait];
	const error = () =>
		fails(pick(ERROR_CATEGORIES), {
			status: pick([undefined, 429, 503]),
			retryAfterMs: pick([undefined, 0, 700, 3_000, 30_000, 1e12]),
		});
	return pick<() => Play>([
		() => [...half, text(' whole'), wait, end()],
		() => [...half, text(' whole'), end('stop', null), 'hang'],
		() => [...half, text(' whole'), end(), ...error()],
		() => half,
		() => [...half, ...error()],
		error,
		() => [wait, ...error()],
		() => ['hang'],
		() => [...half, 'hang'],
		() => [{ type: 'reasoning' }, 'hang'],
		() => [wait, end()],
		() => [new Error('unknown')],
		() => [text('half'), end(pick(['refusal', 'contentFilter'] as const))],
	])();
}

// jest keeps a hundred frames for each of some hundred thousand scripted errors, which nobody reads.
const { stackTraceLimit } = Error;
beforeAll(() => {
	Error.stackTraceLimit = 0;
});
afterAll(() => {
	Error.stackTraceLimit = stackTraceLimit;
});

test('of a hundred thousand calls none is lost, none hangs, and no cut answer passes', async () => {
	const time = virtualTime(7);
	const random = seededChance(8);
	const world = {
		surroundings: time.surroundings,
		store: createMemoryStore(),
		estimateTokens: (words: string) => words.length,
	};
	let calls = 0;
	const modelsOf = (index: number): Model[] =>
		['a', 'b', 'c'].map((name) => {
			const plays = Array.from({ length: 3 }, () => randomPlay(random));
			const client = scriptedClient(time.surroundings, plays, { deaf: random() < 0.2 });
			// A few share an endpoint, so that rests are met too.
			return modelOf(name, client, { endpoint: `${name}${index % 5_000}` });
		});

	const one = async (index: number): Promise<void> => {
		const startedAt = time.surroundings.now();
		const cancel = new AbortController();
		if (random() < 0.05) void time.surroundings.sleep(random() * 20_000).then(() => cancel.abort());
		const settings = { ...DEFAULTS, totalTimeoutMs: 90_000, heedRests: random() < 0.5 };
		const result = await answer(ASK, modelsOf(index), settings, { ...world, signal: cancel.signal });
		calls += result.attempts.length;
		check(result);
		expectTrue(time.surroundings.now() - startedAt <= 90_000, 'over the total timeout');
	};

	let next = 0;
	const worker = async (): Promise<void> => {
		while (calls < CALLS) await one(next++);
	};
	await time.run(() => Promise.all(Array.from({ length: AT_ONCE }, worker)));
	expect(calls).toBeGreaterThanOrEqual(CALLS);
}, 120_000);

function check(result: FailoverResult): void {
	const { answer: found, failure, attempts } = result;
	expectTrue((found === null) !== (failure === null), 'neither or both of answer and failure');
	if (found) {
		expectTrue(found.text === 'half whole', `passed on: ${found.text}`);
		expectTrue(attempts.at(-1)?.outcome === 'answered', 'the last attempt did not answer');
	}
	expectTrue(
		attempts.filter((attempt) => attempt.outcome === 'answered').length === (found ? 1 : 0),
		'two answers',
	);
	for (const alias of ['a', 'b', 'c']) {
		const starts = attempts
			.filter((attempt) => attempt.model === alias)
			.map(({ startedAt }) => Date.parse(startedAt));
		expectTrue(starts.length <= 3, 'more than two retries');
	}
}

/** `expect` a hundred thousand times is what would take the time here. */
function expectTrue(holds: boolean, otherwise: string): void {
	if (!holds) throw new Error(otherwise);
}
