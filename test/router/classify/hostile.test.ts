import { createLocalClassifier } from '../../../router/classify/classifier';
import { hostileTexts } from './hostileTexts';

const classifier = createLocalClassifier();
const MEGABYTE = 1_000_000;

/** Milliseconds of this thread's own work: other processes on the machine do not count. */
function elapsed(run: () => void): number {
	const start = process.threadCpuUsage();
	run();
	const { user, system } = process.threadCpuUsage(start);
	return (user + system) / 1000;
}

const best = (times: number, run: () => void) =>
	Math.min(...Array.from({ length: times }, () => elapsed(run)));

/** How much slower this machine is now than one that reads a megabyte in a millisecond. */
function slowness(): number {
	const text = 'The quick brown fox. '.repeat(MEGABYTE / 20).slice(0, MEGABYTE);
	let sum = 0;
	const read = () => {
		for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i) & 1;
	};
	best(3, read);
	expect(sum).toBeGreaterThan(0);
	return Math.max(1, best(3, read));
}

describe('a megabyte of anything', () => {
	const small = new Map(hostileTexts(MEGABYTE / 10).map(({ name, text }) => [name, text]));

	it.each(hostileTexts(MEGABYTE))(
		'of $name is classified in under 50 ms, in linear time',
		({ name, text }) => {
			const classify = (input: string) => () => void classifier.classify({ text: input, attachments: [] });
			const tenth = small.get(name) ?? '';
			best(2, classify(tenth));
			best(1, classify(text));
			// A busy machine may need more looks: its caches are others' half of the time.
			let linear = false;
			let fast = false;
			for (let attempt = 0; attempt < 12 && !(linear && fast); attempt++) {
				const whole = best(2, classify(text));
				linear ||= whole < 20 * Math.max(1, best(2, classify(tenth)));
				fast ||= whole < 50 * slowness();
			}
			expect({ linear, fast }).toEqual({ linear: true, fast: true });
		},
	);
});
