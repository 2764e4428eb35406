import { ByteGate } from '../../../nodes/SmartLlmRouter/byteGate';

const signal = new AbortController().signal;
const settled = async (): Promise<void> => await new Promise((resolve) => setImmediate(resolve));

test('never more than the most is under way, and everyone gets through', async () => {
	const gate = new ByteGate(100);
	let underWay = 0;
	let most = 0;
	const item = async (bytes: number): Promise<void> => {
		const leave = await gate.enter(bytes, signal);
		underWay += bytes;
		most = Math.max(most, underWay);
		await settled();
		underWay -= bytes;
		leave();
		leave();
	};
	await Promise.all(Array.from({ length: 50 }, (_, at) => item(10 + ((at * 7) % 50))));
	expect(most).toBeLessThanOrEqual(100);
	expect(most).toBeGreaterThan(50);
	expect(underWay).toBe(0);
});

test('one that is larger than all the room goes alone', async () => {
	const gate = new ByteGate(100);
	const leave = await gate.enter(90, signal);
	let isIn = false;
	const large = gate.enter(500, signal).then((end) => {
		isIn = true;
		end();
	});
	await settled();
	expect(isIn).toBe(false);
	leave();
	await large;
});

test('one that is cancelled does not wait, and leaves the others their places', async () => {
	const gate = new ByteGate(100);
	const cancel = new AbortController();
	const leave = await gate.enter(100, signal);
	const cancelled = gate.enter(60, cancel.signal);
	const other = gate.enter(60, signal);
	cancel.abort();
	(await cancelled)();
	leave();
	(await other)();
	(await gate.enter(100, signal))();
});
