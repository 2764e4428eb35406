import { LRUCache } from 'lru-cache';
import type { NodeExecutionHint } from 'n8n-workflow';

/** The outputs that a node's rules or models had when it ran last in this process. */
const before = new LRUCache<string, readonly string[]>({ max: 1_000 });

/**
 * n8n ties wires to positions: where rules or models were sorted since the last run, their items leave by other wires
 * than before.
 * @param node tells this node from all others
 * @param names of the outputs that follow the panel's list, in its order
 */
export function sortedHints(
	node: string,
	what: 'rules' | 'models',
	names: readonly string[],
): NodeExecutionHint[] {
	const last = before.get(node);
	before.set(node, names);
	if (!last) return [];
	const moved = names.filter(
		(name, place) => last.includes(name) && last[place] !== name && last[place] !== undefined,
	);
	if (moved.length === 0) return [];
	const [first] = moved;
	const wire = last[names.indexOf(first)];
	return [
		{
			message: `The ${what} were sorted since the last run, and wires stay where they hang: items of "${first}" now leave by the wire that "${wire}" had. Look at the wires of this node.`,
			location: 'outputPane',
			type: 'warning',
		},
	];
}
