/** The example of a chat, as a visitor of its public page meets it: answers come in parts, and what was said is remembered. */
import { randomUUID } from 'node:crypto';
import type { IDataObject, INode } from 'n8n-workflow';

import { until } from '../session';
import { openWorld, type World } from '../world';

let world: World;
beforeAll(async () => {
	world = await openWorld();
});
afterAll(async () => await world.providers.close());

interface Told {
	type: string;
	content?: string;
}

/** The example with its chat open to the public, under an address of its own. */
async function publicChat(): Promise<string> {
	const {
		file: _file,
		id: _id,
		...example
	} = world.examples.find(({ file }) => file === 'chat-with-memory')!;
	const webhookId = randomUUID();
	const nodes = example.nodes.map((node): INode => {
		if (node.type.endsWith('.smartLlmRouter')) return withStickyKeyOf(node, webhookId);
		return node.type.endsWith('.chatTrigger')
			? { ...node, webhookId, parameters: { ...node.parameters, public: true } }
			: node;
	});
	const workflow = await world.session.createWorkflow({ ...example, name: 'Public chat', nodes });
	await world.session.publish(workflow);
	return `${world.session.url}/webhook/${webhookId}/chat`;
}

function withStickyKeyOf(node: INode, prefix: string): INode {
	const { options } = node.parameters as { options: IDataObject };
	const own = { ...options, stickyKey: `=${prefix} {{ $json.sessionId }}` };
	return { ...node, parameters: { ...node.parameters, options: own } as INode['parameters'] };
}

/** What n8n's chat gets for a message: one JSON object a line. */
async function say(address: string, sessionId: string, chatInput: string): Promise<Told[]> {
	return await until('the chat answers', 30_000, async () => {
		const response = await fetch(address, {
			method: 'POST',
			headers: { 'content-type': 'application/json' },
			body: JSON.stringify({ action: 'sendMessage', sessionId, chatInput }),
		});
		if (!response.ok) return null;
		const lines = (await response.text()).split('\n').filter((line) => line.trim() !== '');
		return lines.map((line) => JSON.parse(line) as Told);
	});
}

const textOf = (told: readonly Told[]): string =>
	told.flatMap(({ type, content }) => (type === 'item' ? [content ?? ''] : [])).join('');

it('answers in parts, remembers, and stays silent about costs and providers', async () => {
	const address = await publicChat();
	const session = randomUUID();
	const first = await say(address, session, 'My name is Ada, and I am looking for a desk.');
	expect(first.filter(({ type }) => type === 'item').length).toBeGreaterThan(1);
	expect(textOf(first)).toContain('You asked: My name is Ada');
	expect(JSON.stringify(first)).not.toMatch(/costUsd|attempts/);

	world.providers.reset();
	const second = await say(address, session, 'What is my name?');
	expect(textOf(second)).toContain('You asked: What is my name?');
	const [asked] = world.providers.log;
	expect(JSON.stringify(asked!.body)).toContain('My name is Ada');

	const other = await say(address, randomUUID(), 'What is my name?');
	expect(textOf(other)).toContain('You asked');
	expect(JSON.stringify(world.providers.log.at(-1)!.body)).not.toContain('Ada');
});

it('shows the text for failures where no model answers', async () => {
	const address = await publicChat();
	world.providers.setFault('gpt-5.4-mini', '401');
	world.providers.setFault('claude-sonnet-4-6', '401');
	const told = await say(address, randomUUID(), 'Hello!');
	expect(textOf(told)).toContain('Sorry, I cannot answer right now.');
	expect(JSON.stringify(told)).not.toMatch(/401|key/i);
	world.providers.reset();
});
