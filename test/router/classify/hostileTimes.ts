/**
 * What classifying hostile texts costs in a process as n8n's is: jest's own sandbox makes every look into another module
 * dear. Prints one line of JSON: name to milliseconds for a megabyte and for a tenth of one, the best of some.
 */
import { createLocalClassifier } from '../../../router/classify/classify';
import { inspectNow } from '../../../router/guardrails/guardrails';
import { hostileTexts } from './hostileTexts';

const MEGABYTE = 1_000_000;
const LOOKS = 6;

const classifier = createLocalClassifier(inspectNow);

/**
 * The less of wall clock and CPU of this thread: the one counts other processes in, the other goes in steps of some
 * milliseconds where the machine is idle.
 */
function elapsed(work: () => void): number {
	const cpu = process.threadCpuUsage();
	const wall = performance.now();
	work();
	const { user, system } = process.threadCpuUsage(cpu);
	const stepped = (user + system) / 1000;
	const passed = performance.now() - wall;
	return stepped > 0 ? Math.min(stepped, passed) : passed;
}

/** What reading ten million characters takes on a machine with nothing else to do, in ms. */
const USUAL_MS = 20;
const TEXT = 'The quick brown fox. '.repeat(50_000).slice(0, MEGABYTE);
let sum = 0;

function read(): void {
	for (let pass = 0; pass < 10; pass++) for (let i = 0; i < TEXT.length; i++) sum += TEXT.charCodeAt(i) & 1;
}

/** How much slower than usual this machine is right now, at least 1: other processes take its caches too. */
const slowness = (): number => Math.max(1, elapsed(read) / USUAL_MS);

function best(text: string): number {
	let least = Infinity;
	for (let look = 0; look < LOOKS; look++) {
		const took = elapsed(() => void classifier.classify({ text, attachments: [] }));
		least = Math.min(least, took / slowness());
	}
	return least;
}

elapsed(read);
const small = new Map(hostileTexts(MEGABYTE / 10).map(({ name, text }) => [name, text]));
const times = hostileTexts(MEGABYTE).map(({ name, text }) => {
	const tenth = best(small.get(name) ?? '');
	return [name, { whole: best(text), tenth }];
});
if (sum === 0) throw new Error('Nothing was read');
process.stdout.write(JSON.stringify(Object.fromEntries(times)));
