/** What two workers of a real n8n have together: budgets, circuits, limits, the pace of a key, one ledger; and their spans. */
import { until } from '../n8n/session';
import { startSlowProxy } from '../support/state/slowProxy';
import { AT_ONCE, House } from './house';
import { budgetOf, CENT_NANO, TEN_WORDS } from './workflows';

const prompts = (count: number): string[] =>
	Array.from({ length: count }, (_, item) => `What is ${item} times seven?`);
const sleep = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

/** Needs both workers where they are begun at once. */
const BOTH = 2 * AT_ONCE;

let house: House;
beforeAll(async () => {
	house = await House.open(2);
	house.providers.answer = () => TEN_WORDS;
}, 420_000);
afterAll(async () => await house?.close(), 60_000);

/** So many executions, of which the webhook process is asked for some at a time. */
async function start(call: (prompts: readonly string[]) => Promise<void>, executions: number, items: number) {
	let left = executions;
	const caller = async (): Promise<void> => {
		while (left-- > 0) await call(prompts(items));
	};
	await Promise.all(Array.from({ length: Math.min(20, executions) }, caller));
}

const workers = ['worker-1', 'worker-2'];
const begun = (): number[] => workers.map((name) => house.begun(name));

test('300 executions with a budget for half of them: exactly that half is answered', async () => {
	const options = { budgets: budgetOf('half', 1.5) };
	const call = await house.publish({
		path: 'half',
		models: [{ name: 'small', modelId: 'gpt-4o-mini' }],
		options,
	});
	const before = begun();
	await start(call, 300, 1);
	const usage = await house.decided('half', 300);
	expect(usage).toMatchObject({ requests: 300, answered: 150, failed: 150 });
	expect(await house.account('half')).toMatchObject({ spentNano: 150 * CENT_NANO, reservedNano: 0 });
	begun().forEach((count, worker) => expect(count - before[worker]).toBeGreaterThan(30));
});

test('one that another worker’s circuit shuts is left alone within a second', async () => {
	const models = [
		{ name: 'broken', modelId: 'gpt-4.1--500' },
		{ name: 'well', modelId: 'gpt-4o-mini--slow-1000' },
	];
	const options = { maxRetries: 1, budgets: budgetOf('circuit', 100) };
	const call = await house.publish({ path: 'circuit', models, options });
	await call(prompts(8));
	await house.decided('circuit', 8);
	const asked = house.providers.attempts('gpt-4.1').length;
	expect(asked).toBeGreaterThanOrEqual(5);
	const openedAt = house.providers.attempts('gpt-4.1').at(-1)?.endedAt ?? 0;
	await sleep(Math.max(0, openedAt + 1_000 - Date.now()));
	const before = begun();
	await start(call, BOTH, 1);
	const usage = await house.decided('circuit', 8 + BOTH);
	expect(usage.fallbacks).toBe(8 + BOTH);
	begun().forEach((count, worker) => expect(count).toBeGreaterThan(before[worker]));
	// Fifteen seconds and a tenth less until a probe.
	const heeded = house.providers.attempts('gpt-4.1').filter(({ at }) => at < openedAt + 13_000);
	expect(heeded).toHaveLength(asked);
});

test('four at a time are four in all', async () => {
	house.providers.reset();
	const models = [{ name: 'narrow', modelId: 'gpt-4o-mini--slow-200', options: { maxConcurrent: 4 } }];
	const call = await house.publish({ path: 'narrow', models, options: { budgets: budgetOf('narrow', 100) } });
	await start(call, BOTH, 12);
	expect(await house.decided('narrow', BOTH * 12)).toMatchObject({ answered: BOTH * 12 });
	expect(house.providers.peakConcurrency).toBe(4);
});

test('twenty a minute are twenty in all', async () => {
	const models = [{ name: 'rationed', modelId: 'gpt-4o-mini', options: { maxRequestsPerMinute: 20 } }];
	const options = { totalTimeout: 5, budgets: budgetOf('rationed', 100) };
	const call = await house.publish({ path: 'rationed', models, options });
	await start(call, BOTH, 3);
	expect(await house.decided('rationed', BOTH * 3)).toMatchObject({ answered: 20, failed: 10 });
});

test('a key that takes 20 a second is paced over both', async () => {
	house.providers.reset();
	const models = [{ name: 'paced', modelId: 'gpt-4.1--limit-20+slow-100' }];
	const options = { concurrency: 2, budgets: budgetOf('paced', 100) };
	const call = await house.publish({ path: 'paced', models, options });
	const before = begun();
	await start(call, BOTH, 60);
	expect(await house.decided('paced', 600)).toMatchObject({ answered: 600 });
	begun().forEach((count, worker) => expect(count - before[worker]).toBe(AT_ONCE));
	const calls = house.providers.attempts('gpt-4.1');
	const refused = calls.filter(({ status }) => status === 429).length;
	const seconds = ((calls.at(-1)?.endedAt ?? 0) - calls[0].at) / 1_000;
	house.say(`600 calls at 20 a second: ${seconds.toFixed(1)} s, ${refused} of ${calls.length} refused`);
	expect(refused / calls.length).toBeLessThanOrEqual(0.1);
	expect(seconds).toBeLessThan(1.2 * 30);
});

test('the database is restarted in the middle: exactly half is answered all the same', async () => {
	const models = [{ name: 'small', modelId: 'gpt-4o-mini--slow-200' }];
	const options = { concurrency: 2, budgets: budgetOf('restarted', 1.5) };
	const call = await house.publish({ path: 'restarted', models, options });
	await start(call, BOTH, 30);
	await until(
		'some are answered',
		30_000,
		async () => (await house.answeredSoFar('restarted')) >= 40 || null,
	);
	await house.postgres.stop();
	await sleep(2_000);
	await house.postgres.start();
	const usage = await house.decided('restarted', 300);
	expect(usage).toMatchObject({ requests: 300, answered: 150, failed: 150 });
	await until(
		'all is settled',
		30_000,
		async () => (await house.account('restarted'))?.reservedNano === 0 || null,
	);
	expect(await house.account('restarted')).toMatchObject({ spentNano: 150 * CENT_NANO });
});

test('a worker is killed in the middle: what it held comes back, and exactly half is spent', async () => {
	const models = [{ name: 'small', modelId: 'gpt-4o-mini--slow-1000' }];
	const options = { totalTimeout: 5, budgets: budgetOf('killed', 1.5) };
	const call = await house.publish({ path: 'killed', models, options });
	const starting = start(call, 240, 1);
	await until('some are answered', 60_000, async () => (await house.answeredSoFar('killed')) >= 60 || null);
	await house.killWorker('worker-1');
	const killedAt = Date.now();
	await starting;
	await house.startWorker('worker-1');
	// Five seconds, and a minute for what may still come.
	await sleep(Math.max(0, killedAt + 67_000 - Date.now()));
	const before = await house.account('killed');
	const cut = house.providers.log.filter(({ at, aborted }) => aborted && at > killedAt - 2_000).length;
	expect(cut).toBeGreaterThan(0);
	house.say(
		`${cut} calls were under way at the kill; ${(before?.spentNano ?? 0) / CENT_NANO} cents spent after a minute`,
	);
	await start(call, 60, 1);
	await until(
		'all is spent',
		60_000,
		async () => (await house.account('killed'))?.spentNano === 150 * CENT_NANO || null,
	);
	await house.decided('killed', 240);
	expect(await house.account('killed')).toMatchObject({ spentNano: 150 * CENT_NANO, reservedNano: 0 });
	// Settled, and killed before it was written down.
	const answered = await house.answeredSoFar('killed');
	expect(answered).toBeLessThanOrEqual(150);
	expect(answered).toBeGreaterThanOrEqual(150 - AT_ONCE);
});

test('our database away for a minute while two workers are busy: every item is answered, no decision lost or doubled', async () => {
	// n8n has its own all the time.
	const proxy = await startSlowProxy(Number(new URL(house.postgres.url).port));
	for (const name of workers) await house.killWorker(name);
	const LLM_ROUTER_DATABASE_URL = `postgres://router@127.0.0.1:${proxy.port}/postgres`;
	const far = ['far-1', 'far-2'];
	await Promise.all(far.map(async (name) => await house.startWorker(name, { LLM_ROUTER_DATABASE_URL })));
	const models = [{ name: 'small', modelId: 'gpt-4o-mini--slow-2000' }];
	const publish = async (path: string, limitUsd?: number) =>
		await house.publish({
			path,
			models,
			options: limitUsd === undefined ? {} : { budgets: budgetOf(path, limitUsd) },
		});
	const LIMIT = 200;
	const calls = { free: await publish('away-free'), known: await publish('away-known', LIMIT / 100) };
	const unknown = await publish('away-unknown', 0.05);
	const requests = async (workflow: string) =>
		(await house.usageBy('workflow')).find(({ keys }) => keys[0] === workflow)?.requests ?? 0;
	const begunBefore = far.map((name) => house.begun(name));
	await start(calls.free, 4, 220);
	await start(calls.known, 4, 100);
	await until(
		'some are answered',
		60_000,
		async () => (await house.answeredSoFar('away-known')) >= 40 || null,
	);
	await proxy.cut();
	const known = (await house.account('away-known'))?.spentNano ?? 0;
	const before = house.providers.log.length;
	await sleep(15_000);
	// A customer of whom no worker has heard yet.
	await start(unknown, 2, 20);
	await sleep(45_000);
	const meanwhile = house.providers.log.length - before;
	await proxy.mend();
	await until('every item is in the ledger', 120_000, async () => {
		const all = await Promise.all(['away-free', 'away-known', 'away-unknown'].map(requests));
		return all.join() === '880,400,40' || null;
	});
	far.forEach((name, worker) => expect(house.begun(name)).toBeGreaterThan(begunBefore[worker]));
	// Nothing comes on top of it later.
	await sleep(5_000);
	expect(await Promise.all(['away-free', 'away-known', 'away-unknown'].map(requests))).toEqual([
		880, 400, 40,
	]);
	const free = (await house.usageBy('workflow')).find(({ keys }) => keys[0] === 'away-free');
	expect(free).toMatchObject({ answered: 880, failed: 0 });
	const spent = new Map<string, number>();
	for (const scope of ['away-known', 'away-unknown']) {
		const account = await house.account(scope);
		expect(account?.reservedNano).toBe(0);
		expect(account?.spentNano).toBe((await house.answeredSoFar(scope)) * CENT_NANO);
		spent.set(scope, (account?.spentNano ?? 0) / CENT_NANO);
	}
	const left = LIMIT - known / CENT_NANO;
	house.say(
		`${meanwhile} calls without the database; of ${LIMIT} cents ${left} were left, ${spent.get('away-known')} are spent; ` +
			`of 5 for a new customer ${spent.get('away-unknown')}`,
	);
	expect(meanwhile).toBeGreaterThan(200);
	// With two workers by at most what was left (docs/scaling.md), and each begins anew with whom it does not know.
	expect(spent.get('away-known')).toBeLessThanOrEqual(LIMIT + left);
	expect(spent.get('away-unknown')).toBeLessThanOrEqual(10);
	await proxy.cut();
}, 400_000);

test('each decision is a span below its node’s, each call one below it, without a word of prompt or answer', () => {
	const { spans } = house.traces;
	const byId = new Map(spans.map((span) => [span.spanId, span]));
	const ours = spans.filter(({ scope }) => scope === 'n8n-nodes-smart-llm-router');
	const decisions = ours.filter(({ attributes }) => 'llm_router.decision.id' in attributes);
	const calls = ours.filter(({ attributes }) => attributes['gen_ai.operation.name'] === 'chat');
	expect(decisions.length).toBeGreaterThan(1_000);
	expect(calls.length).toBeGreaterThan(500);
	expect(decisions.length + calls.length).toBe(ours.length);
	const nodes = decisions.map(({ parentId, traceId }) => {
		const node = byId.get(parentId);
		return node?.traceId === traceId ? `${node.name} ${String(node.attributes['n8n.node.name'])}` : 'none';
	});
	// The spans of executions that a restart or a kill cut short are not all sent.
	expect(nodes.filter((name) => name === 'node.execute Router').length).toBeGreaterThan(0.9 * nodes.length);
	const decision = decisions.find(({ attributes }) => attributes['llm_router.outcome'] === 'answered');
	expect(decision).toMatchObject({
		name: 'route In order',
		status: 0,
		attributes: {
			'llm_router.strategy': 'priority',
			'llm_router.cost_usd': 0.01,
			'gen_ai.provider.name': 'openai',
			'gen_ai.usage.output_tokens': 10,
			'n8n.execution.id': expect.stringMatching(/^\d+$/),
		},
	});
	const below = calls.filter(({ parentId }) => parentId === decision?.spanId);
	expect(below).toMatchObject([
		{
			name: expect.stringMatching(/^chat gpt-4o-mini/),
			kind: 3,
			traceId: decision?.traceId,
			attributes: {
				'gen_ai.request.model': expect.stringMatching(/^gpt-4o-mini/),
			},
		},
	]);
	const limited = calls.find(({ attributes }) => attributes['http.response.status_code'] === 429);
	expect(limited).toMatchObject({ status: 2, attributes: { 'error.type': 'rateLimited' } });
	expect(JSON.stringify(ours)).not.toMatch(/times seven|seven eight/);
});
