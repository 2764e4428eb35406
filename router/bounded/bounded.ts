/**
 * Work whose cost grows with what a model, a customer or a pattern brings along. It runs in a thread of its own that is
 * ended when its time is up: the event loop, and with it everybody else's items, goes on.
 */
import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { WorkTooLong } from './terms';
import type { BoundedWork, Finding, Task, Timer } from './terms';

export { WorkTooLong } from './terms';
export type { BoundedWork, Timer } from './terms';

/** A task may take this long once its turn has come, in ms. A linear search of 20 MB takes a second. */
const TIME_LIMIT_MS = 3_000;
/** A thread with nothing to do keeps 30 MB: it ends after this time, in ms. */
const IDLE_MS = 60_000;
/** More tasks do not wait behind each other: one that runs away costs them `TIME_LIMIT_MS` each. */
const MAX_WAITING = 1_000;
/** What a thread may hold, in MB: a schema may multiply what it is given. */
const MEMORY_MB = 512;

interface Waiting {
	task: Task;
	resolve: (finding: Finding) => void;
	reject: (error: Error) => void;
}

/** The thread starts with the first task. */
export function createBoundedWork(timer: Timer): BoundedWork {
	const queue: Waiting[] = [];
	let thread: Worker | undefined;
	let isReady = false;
	let current: Waiting | undefined;
	let stopTimer = (): void => undefined;

	const end = (): void => {
		const ended = thread;
		thread = undefined;
		isReady = false;
		ended?.removeAllListeners();
		void ended?.terminate();
	};
	const settle = (use: (waiting: Waiting) => void): void => {
		stopTimer();
		const settled = current;
		current = undefined;
		if (settled) use(settled);
		next();
	};
	const stop = (why: string): void => {
		end();
		settle(({ reject }) => reject(new WorkTooLong(why)));
	};
	const next = (): void => {
		if (current) return;
		current = queue.shift();
		if (!current) {
			stopTimer = timer(IDLE_MS, end, false);
			return;
		}
		thread ??= opened(
			// What it takes to start is not the task's fault.
			() => {
				isReady = true;
				startClock();
			},
			(finding) => settle(({ resolve }) => resolve(finding)),
			stop,
		);
		// Referenced while it works, so that a process that has nothing else to do waits for the result.
		thread.ref();
		thread.postMessage(current.task);
		if (isReady) startClock();
	};
	const startClock = (): void => {
		stopTimer = timer(TIME_LIMIT_MS, () => stop(`it takes more than ${TIME_LIMIT_MS / 1000} seconds`), true);
	};
	return {
		run: async (task) => {
			if (queue.length >= MAX_WAITING) throw new WorkTooLong('too many others wait to be checked');
			return await new Promise((resolve, reject) => {
				queue.push({ task, resolve, reject });
				if (!current) stopTimer();
				next();
			});
		},
	};
}

function opened(ready: () => void, found: (finding: Finding) => void, stop: (why: string) => void): Worker {
	// Beside this file: compiled in the package, as it is written where tests run (Node.js reads it, with a warning).
	const file = join(__dirname, `thread${extname(__filename)}`);
	const thread = new Worker(file, {
		resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
		execArgv: ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
	});
	thread.on('online', ready);
	thread.on('message', (finding: Finding) => {
		thread.unref();
		found(finding);
	});
	thread.on('error', () => stop('it needs too much memory'));
	return thread;
}
