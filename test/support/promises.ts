/** What the sticky note of an example promises of its first run, in a form that tests can check. */

export interface Promises {
	/** How many items leave, by the name of the router's output or of the node. */
	leave: Record<string, number>;
	/** How many calls a model gets, by its name. */
	asked: Record<string, number>;
}

interface Noted {
	nodes: ReadonlyArray<{ type: string; parameters?: object }>;
}

/** The paragraph `**First run:** 9 by *Answered*, 3 by *Failed*; 2 asked *strong*.`; null where there is none. */
export function promisesOf({ nodes }: Noted): Promises | null {
	const notes = nodes.filter(({ type }) => type.endsWith('.stickyNote'));
	const texts = notes.map(
		({ parameters }) => (parameters as { content?: string } | undefined)?.content ?? '',
	);
	const paragraph = /^\*\*First run:\*\* (.+)$/m.exec(texts.join('\n'))?.[1];
	if (paragraph === undefined) return null;
	const counted = (word: string): Record<string, number> =>
		Object.fromEntries(
			[...paragraph.matchAll(new RegExp(`(\\d+) ${word} \\*([^*]+)\\*`, 'g'))].map(([, count, name]) => [
				name!,
				Number(count),
			]),
		);
	return { leave: counted('by'), asked: counted('asked') };
}
