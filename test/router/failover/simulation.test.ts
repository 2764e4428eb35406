import { answer } from '../../../router/failover/failover';
import type { FailoverResult } from '../../../router/failover/failover';
import { DEFAULTS } from '../../../router/failover/settings';
import type { FailoverSettings } from '../../../router/failover/settings';
import { createMemoryState } from '../../../router/state/state';
import type { Semaphore, State } from '../../../router/state/state';
import { ERROR_CATEGORIES } from '../../../router/types';
import type { Attempt, Model, Surroundings } from '../../../router/types';
import { end, fails, modelOf, scriptedClient, text } from '../../support/standIn/scriptedModel';
import type { Play, ScriptedClient } from '../../support/standIn/scriptedModel';
import { seededChance, virtualTime } from '../../support/virtualTime';
import { ASK } from './setting';

const CALLS = 100_000;
const AT_ONCE = 250;
const ALIASES = ['a', 'b', 'c'];

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
		() => [{ wait: Math.floor(random() * 30_000) }, text('half whole'), end()],
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
	const { state, semaphores } = watched(time.surroundings);
	const estimateTokens = (words: string): number => words.length;
	const seen = { calls: 0, hedges: 0, otherKeys: 0, notFirst: 0 };

	const modelsOf = (index: number): Model[] =>
		ALIASES.map((alias) => {
			const plays = Array.from({ length: 3 }, () => randomPlay(random));
			const client = scriptedClient(time.surroundings, plays, { deaf: random() < 0.2 });
			// A few share an endpoint and a site, so that rests, circuits and outages are met too.
			return modelOf(alias, client, {
				endpoint: `${alias}${index % 1_000}`,
				site: `site${index % 300}`,
				keys: ['one', 'two', 'three'].slice(0, 1 + Math.floor(random() * 3)),
				maxConcurrent: index % 1_000 < 50 ? 2 : undefined,
				maxRequestsPerMinute: index % 1_000 > 950 ? 5 : undefined,
			});
		});

	const one = async (index: number): Promise<void> => {
		const startedAt = time.surroundings.now();
		const cancel = new AbortController();
		if (random() < 0.05) void time.surroundings.sleep(random() * 20_000).then(() => cancel.abort());
		const settings = { ...DEFAULTS, totalTimeoutMs: 90_000, heedCooldowns: random() < 0.7 };
		const world = {
			surroundings: time.surroundings,
			state,
			estimateTokens,
			signal: cancel.signal,
			mayHedge: () => random() < 0.9,
		};
		const models = modelsOf(index);
		const result = await answer(ASK, models, settings, world);
		check(result, models, settings, cancel.signal.aborted);
		expectTrue(time.surroundings.now() - startedAt <= 90_000, 'over the total timeout');
		seen.calls += result.attempts.length;
		seen.hedges += result.attempts.filter(({ message }) => message?.includes('no longer needed')).length;
		const { calls } = models[0].client as ScriptedClient;
		seen.otherKeys += new Set(calls.map(({ key }) => key)).size > 1 ? 1 : 0;
		seen.notFirst += result.attempts[0]?.model !== 'a' ? 1 : 0;
	};

	let next = 0;
	const worker = async (): Promise<void> => {
		while (seen.calls < CALLS) await one(next++);
	};
	await time.run(() => Promise.all(Array.from({ length: AT_ONCE }, worker)));

	expect(seen.calls).toBeGreaterThanOrEqual(CALLS);
	// What is simulated does occur.
	expect(Math.min(seen.hedges, seen.otherKeys, seen.notFirst)).toBeGreaterThan(200);
	// No call is left open, and no probe is awaited that was never sent.
	expect([...semaphores].filter(({ count }) => count !== 0)).toEqual([]);
	expect(state.held()).toBe(0);
	const now = time.surroundings.now();
	const health = await state.facts.list('health');
	expect(health.filter(({ value }) => value.circuit.probeUntil > now)).toEqual([]);
}, 400_000);

/** A state that lets the test see who is inside of what. */
function watched(surroundings: Surroundings) {
	const state = createMemoryState(surroundings);
	const semaphores = new Set<Semaphore>();
	let held = 0;
	const watching: State['semaphores'] = {
		async acquire(...limits) {
			const permit = await state.semaphores.acquire(...limits);
			held += Number(permit !== null);
			return permit && { release: () => (permit.release(), (held -= 1)) };
		},
		local(key) {
			const semaphore = state.semaphores.local(key);
			semaphores.add(semaphore);
			return semaphore;
		},
	};
	return { state: { ...state, semaphores: watching, held: () => held }, semaphores };
}

function check(
	{ answer: found, failure, attempts }: FailoverResult,
	models: readonly Model[],
	settings: FailoverSettings,
	isCancelled: boolean,
): void {
	expectTrue((found === null) !== (failure === null), 'neither or both of answer and failure');
	if (found) expectTrue(found.text === 'half whole', `passed on: ${found.text}`);
	const answered = attempts.filter(({ outcome }) => outcome === 'answered');
	expectTrue(answered.length === (found ? 1 : 0), 'not one answer');
	expectTrue(
		!found || answered[0].model === found.model.alias,
		'the model named is not the one that answered',
	);
	expectTrue(isCancelled || failure?.category !== 'cancelled', 'cancelled by nobody');
	for (const { alias, keys } of models) {
		const own = attempts.filter(({ model }) => model === alias);
		// What the provider asks to wait for is a queue, and uses up no retry.
		const failed = own.filter(({ outcome, retryAfterMs }) => !isLimit(outcome, retryAfterMs));
		expectTrue(failed.length <= settings.maxRetries + keys.length, 'more than two retries');
		const silent = own.findIndex(({ outcome }) => outcome === 'firstTokenTimeout');
		expectTrue(silent === -1 || silent === own.length - 1, 'a second try of a silent one');
	}
	expectTrue(mostAtOnce(attempts) <= 2, 'more than one hedge at a time');
	const starts = attempts.map(startOf);
	expectTrue(
		starts.every((at, index) => index === 0 || at >= starts[index - 1]),
		'not in order',
	);
}

const isLimit = (outcome: Attempt['outcome'], retryAfterMs: number | null): boolean =>
	outcome === 'rateLimited' || (outcome === 'overloaded' && retryAfterMs !== null);

const startOf = ({ startedAt }: Attempt): number => Date.parse(startedAt);

/** Calls under way at one time; one that ends as another begins was before it. */
function mostAtOnce(attempts: readonly Attempt[]): number {
	const counts = attempts.map((attempt) => {
		const at = startOf(attempt);
		return attempts.filter((other) => startOf(other) <= at && at < startOf(other) + other.ms).length;
	});
	return Math.max(0, ...counts);
}

/** `expect` a hundred thousand times is what would take the time here. */
function expectTrue(holds: boolean, otherwise: string): void {
	if (!holds) throw new Error(otherwise);
}
