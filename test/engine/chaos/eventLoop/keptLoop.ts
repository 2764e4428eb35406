import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Entries and shapes with a piece of work over the limit, in a process of its own; see `pieces.ts`. */
export function overLimit(
	size: number,
	entries: readonly string[],
	shapes: readonly string[],
): Record<string, number> {
	const args = [size, entries, shapes].map((each) => JSON.stringify(each));
	const { stdout, stderr } = spawnSync(
		process.execPath,
		['--import', 'tsx', join(__dirname, 'pieces.ts'), ...args],
		{ encoding: 'utf8', maxBuffer: 1e8 },
	);
	if (stdout === '') throw new Error(stderr);
	return JSON.parse(stdout) as Record<string, number>;
}
