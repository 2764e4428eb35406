/** The two examples with agents, in a real n8n: what their sticky notes promise. */
import { randomUUID } from 'node:crypto';
import type { IDataObject, INode, ITaskData } from 'n8n-workflow';

import { until, type NewWorkflow, type WorkflowEntity } from '../session';
import { openWorld, type World } from '../world';
import { node } from './cluster';
import { answeredBy, expectTokens, loggedIn } from './tokens';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
beforeEach(() => {
	world.providers.reset();
	world.providers.answer = undefined;
});
afterAll(async () => await world.providers.close());

/** The examples' small model under a different date for each test, so that circuits of one don't affect the next. */
let small: string;
let day = 1;
beforeEach(() => (small = `gpt-5.4-mini-2026-03-${String((day += 1)).padStart(2, '0')}`));

/** A copy that can be asked from outside; all else is as people import it. */
async function published(file: string, trigger: (node: INode) => INode): Promise<WorkflowEntity> {
	const example = world.examples.find((one) => one.file === file)!;
	const nodes = JSON.parse(
		JSON.stringify(example.nodes).replaceAll('"gpt-5.4-mini"', `"${small}"`),
	) as INode[];
	const [, start] = nodes;
	const copy: NewWorkflow = {
		name: `${example.name} (${randomUUID().slice(0, 4)})`,
		nodes: nodes.map((one) => (one === start ? trigger(one) : one)),
		connections: example.connections,
		settings: example.settings,
	};
	const saved = await world.session.createWorkflow(copy);
	await world.session.publish(saved);
	return saved;
}

interface Turn {
	/** What the chat has shown. */
	said: string;
	/** The runs of the model's node. */
	calls: ITaskData[];
	error: string | undefined;
}

class Chat {
	private constructor(
		private readonly workflow: WorkflowEntity,
		private readonly path: string,
	) {}

	static async open(): Promise<Chat> {
		const path = `desk-${randomUUID().slice(0, 8)}`;
		const workflow = await published('agent-support-desk', (one) => ({
			...one,
			webhookId: path,
			parameters: { ...one.parameters, public: true, mode: 'webhook' },
		}));
		return new Chat(workflow, path);
	}

	async say(sessionId: string, chatInput: string): Promise<Turn> {
		const url = `${world.session.url}/webhook/${this.path}/chat`;
		const text = await until('the chat answers', 60_000, async () => {
			const response = await fetch(url, {
				method: 'POST',
				headers: { 'content-type': 'application/json' },
				body: JSON.stringify({ action: 'sendMessage', sessionId, chatInput }),
			});
			return response.ok ? await response.text() : null;
		});
		const chunks = text
			.split('\n')
			.filter((line) => line.trim() !== '')
			.map((line) => JSON.parse(line) as { type: string; content?: string });
		const said = chunks.filter(({ type }) => type === 'item').map(({ content = '' }) => content);
		const { resultData } = (await world.session.lastRun(this.workflow)).data;
		const calls = resultData.runData['Smart LLM Router Model'] ?? [];
		return { said: said.join(''), calls, error: resultData.error?.message };
	}
}

describe('a support agent with failover, tools and a budget for each customer', () => {
	const sum = (refund = '') =>
		`${refund}use Calculator({"input":"1+1"}) then use Calculator({"input":"2+2"})`;

	it('goes on with the other model between two calls of the calculator, in the chat', async () => {
		const chat = await Chat.open();
		world.providers.setFault(small, 'none*1--503');
		const { said, calls } = await chat.say(randomUUID(), sum('I want a refund: '));
		expect(said).toMatch(/^Results: .*"2".*"4"/);
		expect(answeredBy(calls)).toEqual(['small', 'strong', 'strong']);
		expect(calls.map((call) => loggedIn(call).router.route)).toEqual(['Refunds', 'Refunds', 'Refunds']);
		expectTokens(calls, world);
		expect(world.providers.attempts(small).length).toBeGreaterThan(1);
	});

	it('stays with the model of a conversation, and remembers what was said', async () => {
		const chat = await Chat.open();
		const [one, other] = [randomUUID(), randomUUID()];
		world.providers.setFault(small, '503*3');
		expect(answeredBy((await chat.say(one, 'Money back, please.')).calls)).toEqual(['strong']);
		const { calls } = await chat.say(one, 'Do you return the money?');
		expect(answeredBy(calls)).toEqual(['strong']);
		const { messages } = calls[0]!.inputOverride?.ai_languageModel?.[0]?.[0]?.json as { messages: string[] };
		expect(messages[0]).toContain('Money back, please.');
		expect(messages[0]).not.toContain('Human: Money back, please.\nHuman');
		expect(answeredBy((await chat.say(other, 'Money back, please.')).calls)).toEqual(['small']);
	});

	it('stops at 5 cents a day for one visitor, and answers all others', async () => {
		const chat = await Chat.open();
		const [one, other] = [randomUUID(), randomUUID()];
		world.providers.setFault(small, '401');
		// As much as the node lets a model say: 600 tokens.
		world.providers.answer = () => 'word '.repeat(700);
		let turn: Turn | undefined;
		let turns = 0;
		while (turn?.error === undefined && turns < 12) {
			turn = await chat.say(one, `Refund number ${(turns += 1)}`);
		}
		expect(turns).toBeGreaterThan(3);
		expect(turn?.error).toMatch(/budget/i);
		expect(turn?.error).toContain(one);
		expect((await chat.say(other, 'A refund')).error).toBeUndefined();
	});
});

test('two agents share a circuit: the second asks no model that the first has found dead', async () => {
	const path = `pair-${randomUUID().slice(0, 8)}`;
	const parameters = { httpMethod: 'POST', path, responseMode: 'onReceived', options: {} };
	const workflow = await published('agents-share-a-circuit', ({ name }) => ({
		...node(name, 'n8n-nodes-base.webhook', 2, parameters),
		webhookId: path,
	}));
	world.providers.setFault(small, '503');
	const asked = async () => {
		const { data } = await world.session.runByWebhook(workflow, path, {});
		expect(data.resultData.error).toBeUndefined();
		const { runData } = data.resultData;
		return ['Model of the writer', 'Model of the checker'].map((name) => {
			const [call] = runData[name]!;
			return (loggedIn(call!).router.attempts as IDataObject[]).map(({ model }) => model);
		});
	};
	expect(await asked()).toEqual([['small', 'small', 'strong'], ['strong']]);
	expect(await asked()).toEqual([['strong'], ['strong']]);
	expect(world.providers.attempts(small)).toHaveLength(2);
});
