/** A quick look; `test/engine/chaos/eventLoop` goes through all entries and shapes with 20 MB. */
import { overLimit } from '../engine/chaos/eventLoop/keptLoop';

test('texts of some megabytes keep the event loop for less than 50 ms', () => {
	const all = [
		'prompt with keywords',
		'history',
		'answer in one event',
		'tool call',
		'error that quotes the prompt',
	];
	expect(overLimit(6_000_000, all, ['one long line'])).toEqual({});
	expect(overLimit(2_000_000, ['prompt with redaction'], ['IP addresses'])).toEqual({});
	const answers = ['answer in small events', 'answer as JSON', 'body as it is'];
	expect(overLimit(3_000_000, answers, ['a lone closing think tag', 'open braces', 'spaces'])).toEqual({});
}, 120_000);
