/**
 * The longest piece of work that keeps the event loop, for texts of a size at entries, in a process as n8n's is. Arguments:
 * characters, then entries and shapes as JSON lists. Prints one line of JSON: what is over the limit in the best of three.
 */
import { longestPiece } from '../../../support/eventLoop';
import { prepared } from './edges';
import { SHAPES } from './shapes';

/** ms of a machine that has nothing else to do. */
const LIMIT_MS = 50;
const LOOKS = 3;

/** What counting ten million characters takes on such a machine, in ms. */
const USUAL_MS = 20;
const TEXT = 'The quick brown fox. '.repeat(50_000).slice(0, 1_000_000);

/** How much slower than usual this machine is right now, at least 1: other processes take its caches too. */
function slowness(): number {
	const before = process.threadCpuUsage();
	let sum = 0;
	for (let pass = 0; pass < 10; pass++) for (let i = 0; i < TEXT.length; i++) sum += TEXT.charCodeAt(i) & 1;
	const { user, system } = process.threadCpuUsage(before);
	return sum === 0 ? 1 : Math.max(1, (user + system) / 1_000 / USUAL_MS);
}

async function look(): Promise<void> {
	const [size, entries, shapes] = process.argv.slice(2).map((each) => JSON.parse(each) as unknown);
	const found: Record<string, number> = {};
	slowness();
	for (const entry of entries as string[]) {
		// Warm-up: loads what is loaded once.
		await prepared(entry, 'Hello')();
		for (const shape of shapes as string[]) {
			const text = SHAPES[shape]!(size as number);
			let best = Infinity;
			for (let at = 0; at < LOOKS && best > LIMIT_MS; at++) {
				const call = prepared(entry, text);
				const before = slowness();
				const longest = await longestPiece(call);
				best = Math.min(best, longest / Math.max(before, slowness()));
			}
			if (best > LIMIT_MS) found[`${entry}: ${shape}`] = Math.round(best);
		}
	}
	process.stdout.write(JSON.stringify(found));
	process.exit(0);
}

void look();
