/** A workflow with questions in it and nodes to wire to: what somebody has before they add the router. */
import { randomUUID } from 'node:crypto';
import type { INode, INodeParameters } from 'n8n-workflow';

import type { NewWorkflow } from '../session';

const QUESTIONS = [
	'Write a Python function that merges two sorted lists, and add a unit test.',
	'What is the capital of Australia?',
	'Is a notice period of six months in an employment contract enforceable under English law?',
	'Hello! How are you today?',
];

/** Names of the nodes that wait for a wire, from above. */
export const TARGETS = ['Rest', 'By another model', 'Nobody answered', 'Code', 'Law', 'Chat', 'One more'];

export function workbench(name = 'Workbench', questions: readonly string[] = QUESTIONS): NewWorkflow {
	const prompts = JSON.stringify({ prompts: questions.map((prompt) => ({ prompt })) }, null, 2);
	const chain = [
		node('When clicking ‘Execute workflow’', 'manualTrigger', 1, [0, 0], {}),
		node('Questions', 'set', 3.4, [200, 0], { mode: 'raw', jsonOutput: prompts, options: {} }),
		node('One item each', 'splitOut', 1, [400, 0], { fieldToSplitOut: 'prompts', options: {} }),
	];
	const targets = TARGETS.map((target, index) =>
		node(target, 'noOp', 1, [1100, (index - Math.floor(TARGETS.length / 2)) * 160], {}),
	);
	const wire = (to: string) => ({ main: [[{ node: to, type: 'main' as const, index: 0 }]] });
	return {
		name,
		nodes: [...chain, ...targets],
		connections: { [chain[0]!.name]: wire(chain[1]!.name), [chain[1]!.name]: wire(chain[2]!.name) },
		settings: { executionOrder: 'v1' },
	};
}

function node(
	name: string,
	type: string,
	typeVersion: number,
	position: [number, number],
	parameters: INodeParameters,
): INode {
	return { id: randomUUID(), name, type: `n8n-nodes-base.${type}`, typeVersion, position, parameters };
}
