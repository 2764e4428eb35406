/** Processes of their own that a test starts, hears and kills. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';

const processes: ChildProcessWithoutNullStreams[] = [];

export function killAll(): void {
	for (const child of processes.splice(0)) child.kill('SIGKILL');
}

/** @param script its whole path, in TypeScript */
export function start(script: string, ...args: string[]): ChildProcessWithoutNullStreams {
	const child = spawn(process.execPath, ['--import', 'tsx', script, ...args]);
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
