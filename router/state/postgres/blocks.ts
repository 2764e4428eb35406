/** Past hours are summed up, and so are blocks of several hours, so that a span of months is read as a few hundred blocks. */
import type { TimeSpan } from '../decisions';
import { HOUR_MS } from '../../types/time';

/** Lengths of blocks in hours of UTC. A block starts at a multiple of its length and is built from blocks of the size before. */
export const BLOCK_HOURS = [1, 6, 24] as const;

export interface Block {
	hours: number;
	/** Hours since 1970. */
	start: number;
}

/** The blocks that exist. */
export class Blocks {
	private readonly names = new Set<string>();

	/** All blocks lie between these, in hours since 1970. */
	private first = Infinity;

	private end = -Infinity;

	constructor(blocks: Iterable<Block>) {
		for (const { hours, start } of blocks) {
			this.names.add(`${hours} ${start}`);
			this.first = Math.min(this.first, start);
			this.end = Math.max(this.end, start + hours);
		}
	}

	/** The largest blocks that fit into the span, and the gaps between them, both ascending. */
	cover({ from, to }: TimeSpan): { blocks: Block[]; rest: TimeSpan[] } {
		const blocks: Block[] = [];
		const rest: TimeSpan[] = [];
		let covered = from;
		const last = Math.min(Math.floor(to / HOUR_MS), this.end);
		for (let hour = Math.max(Math.ceil(from / HOUR_MS), this.first); hour < last;) {
			const block = this.largestAt(hour, last);
			if (block) {
				if (hour * HOUR_MS > covered) rest.push({ from: covered, to: hour * HOUR_MS });
				blocks.push(block);
				covered = (hour + block.hours) * HOUR_MS;
			}
			hour += block?.hours ?? 1;
		}
		if (to > covered) rest.push({ from: covered, to });
		return { blocks, rest };
	}

	private largestAt(start: number, last: number): Block | undefined {
		const hours = BLOCK_HOURS.findLast(
			(size) => start % size === 0 && start + size <= last && this.names.has(`${size} ${start}`),
		);
		return hours === undefined ? undefined : { hours, start };
	}
}
