import { getEventListeners } from 'node:events';

import { onAbort } from '../../../../router/failover/asking/cancelling';

test('all who listen to one signal are told once, by one listener', () => {
	const execution = new AbortController();
	const told: number[] = [];
	const ends = Array.from({ length: 50 }, (_, call) => onAbort(execution.signal, () => void told.push(call)));
	expect(getEventListeners(execution.signal, 'abort')).toHaveLength(1);
	for (const end of ends.slice(2)) end();
	execution.abort();
	expect(told).toEqual([0, 1]);
	// What is over is over.
	for (const end of ends) end();
	expect(told).toEqual([0, 1]);
});

test('where nobody listens any more, nothing keeps the signal alive; who comes later is told', () => {
	const execution = new AbortController();
	onAbort(execution.signal, () => undefined)();
	expect(getEventListeners(execution.signal, 'abort')).toEqual([]);
	const later = jest.fn();
	onAbort(execution.signal, later);
	execution.abort();
	expect(later).toHaveBeenCalledTimes(1);
});
