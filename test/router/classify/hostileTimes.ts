/**
 * What classifying hostile texts costs in a process as n8n's is: jest's own sandbox makes every look into another module
 * dear. Prints one line of JSON: name to milliseconds of CPU for a megabyte and for a tenth of one, the best of some.
 */
import { createLocalClassifier } from '../../../router/classify/classifier';
import { hostileTexts } from './hostileTexts';

const MEGABYTE = 1_000_000;
const LOOKS = 6;

const classifier = createLocalClassifier();

/** Of this thread: other processes on the machine do not count. */
function best(text: string): number {
	let least = Infinity;
	for (let look = 0; look < LOOKS; look++) {
		const start = process.threadCpuUsage();
		classifier.classify({ text, attachments: [] });
		const { user, system } = process.threadCpuUsage(start);
		least = Math.min(least, (user + system) / 1000);
	}
	return least;
}

const small = new Map(hostileTexts(MEGABYTE / 10).map(({ name, text }) => [name, text]));
const times = hostileTexts(MEGABYTE).map(({ name, text }) => {
	const tenth = best(small.get(name) ?? '');
	return [name, { whole: best(text), tenth }];
});
process.stdout.write(JSON.stringify(Object.fromEntries(times)));
