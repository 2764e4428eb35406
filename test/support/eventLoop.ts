/**
 * The longest piece of work that kept the event loop meanwhile, in ms of this thread's own processor time: a busy machine
 * does not change it.
 */
export async function longestPiece(work: () => Promise<unknown>): Promise<number> {
	let longest = 0;
	let running = true;
	let last = used();
	const look = (): void => {
		const now = used();
		longest = Math.max(longest, now - last);
		last = now;
		if (running) setImmediate(look);
	};
	setImmediate(look);
	try {
		await work();
	} finally {
		running = false;
		await new Promise((resolve) => setImmediate(resolve));
		look();
	}
	return longest;
}

/** ms. */
function used(): number {
	const { user, system } = process.threadCpuUsage();
	return (user + system) / 1000;
}
