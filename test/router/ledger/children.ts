/** Processes of their own that a test starts, hears and kills. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';

const processes: ChildProcessWithoutNullStreams[] = [];

export function killAll(): void {
	for (const child of processes.splice(0)) child.kill('SIGKILL');
}

export function start(script: string, ...args: string[]): ChildProcessWithoutNullStreams {
	const child = spawn(process.execPath, ['--import', 'tsx', join(__dirname, script), ...args]);
	processes.push(child);
	return child;
}

/** Resolves with the first line of output that begins so. */
export async function line(child: ChildProcessWithoutNullStreams, begins: string): Promise<string> {
	let output = '';
	let errors = '';
	child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
	return await new Promise((resolve, reject) => {
		child.stdout.on('data', (data: Buffer) => {
			output += data.toString();
			const found = output.split('\n').find((text) => text.startsWith(begins));
			if (found !== undefined) resolve(found);
		});
		child.once('exit', () => reject(new Error(`Ended before "${begins}": ${output} ${errors}`)));
	});
}

export async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	await new Promise((resolve) => child.once('exit', resolve));
}

export interface Outcome {
	answered: number;
	refused: number;
	notices: string[];
}

export async function spendAll(children: readonly ChildProcessWithoutNullStreams[]): Promise<Outcome> {
	const results = children.map(async (child) => JSON.parse(await line(child, '{')) as Outcome);
	for (const child of children) child.stdin.write('go');
	const outcomes = await Promise.all(results);
	return {
		answered: outcomes.reduce((sum, { answered }) => sum + answered, 0),
		refused: outcomes.reduce((sum, { refused }) => sum + refused, 0),
		notices: outcomes.flatMap(({ notices }) => notices),
	};
}
