/** Tools that a person has to allow: the run waits in n8n's database between two steps of the agent. */
import { randomUUID } from 'node:crypto';
import type { ITaskData } from 'n8n-workflow';

import { until } from '../session';
import { openWorld, type World } from '../world';
import { AGENT, CALCULATOR, Workshop, type ClusterRun } from './cluster';
import { startTelegram, type Service } from './services';
import { answeredBy, expectLedger, expectTokens } from './tokens';

let world: World;
let workshop: Workshop;
let telegram: Service;
const all: ITaskData[] = [];
beforeAll(async () => {
	world = await openWorld();
	workshop = new Workshop(world);
	telegram = await startTelegram();
});
beforeEach(() => {
	world.providers.reset();
	telegram.calls.length = 0;
});
afterAll(async () => {
	await telegram.close();
	await world.providers.close();
});

const ASK = 'use calculator({"toolParameters":{"input":"1+1"},"hitlParameters":{}})';

/** The agent asks, a person presses the button. */
async function reviewed(approved: string): Promise<ClusterRun> {
	const credentials = {
		telegramApi: await world.session.createCredential('Telegram', 'telegramApi', {
			accessToken: '1:simulated',
			baseUrl: telegram.url,
		}),
	};
	const review = {
		name: 'Review',
		type: 'n8n-nodes-base.telegramHitlTool',
		version: 1.2,
		connection: 'ai_tool',
		parameters: {
			chatId: '1',
			message: 'May it?',
			approvalOptions: { values: { approvalType: 'double' } },
			options: {},
		},
		credentials,
	};
	const running = workshop.run(
		{
			...AGENT,
			below: [review, { ...CALCULATOR, to: 'Review' }],
			order: ['openAi', 'anthropic'],
			body: { question: `${ASK} ${randomUUID()}` },
		},
		'none*1--503',
	);
	const { reply_markup: markup } = (await until('the message arrives', 60_000, () =>
		Promise.resolve(telegram.calls[0]),
	)) as { reply_markup: { inline_keyboard: Array<Array<{ url: string }>> } };
	const { url } = markup.inline_keyboard
		.flat()
		.find((one) => new URL(one.url).searchParams.get('approved') === approved)!;
	await until('the button works', 60_000, async () => {
		// Programs that look at links press no buttons.
		const { ok } = await fetch(url, { headers: { 'user-agent': 'Mozilla/5.0 Firefox/140.0' } });
		return ok ? true : null;
	});
	return await running;
}

it('goes on with the next model when the person has allowed the tool', async () => {
	const { run, out, calls } = await reviewed('true');
	expect(run.data.resultData.error).toBeUndefined();
	expect(out).toEqual([{ output: 'Results: [{"response":"2"}]' }]);
	expect(answeredBy(calls)).toEqual(['openAi', 'anthropic']);
	expectTokens(calls, world);
	all.push(...calls);
});

it('tells the next model when the person has refused', async () => {
	const { run, out, calls } = await reviewed('false');
	expect(run.data.resultData.error).toBeUndefined();
	expect(out).toEqual([{ output: expect.stringContaining('rejected the tool call') as string }]);
	expect(run.data.resultData.runData.calculator).toBeUndefined();
	expect(answeredBy(calls)).toEqual(['openAi', 'anthropic']);
	expectTokens(calls, world);
	all.push(...calls);
});

test('the ledger has the tokens that n8n has logged, of every call', async () => {
	expect(all.length).toBe(4);
	await expectLedger(all, world);
});
