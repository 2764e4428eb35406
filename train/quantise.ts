import { LEVELS } from '../router/classify/local/weights';

/** Turns a table of weights into whole numbers of −127…127 and a scale a column. */
export function quantise(table: Float32Array, columns: number): { bytes: Int8Array; scale: Float32Array } {
	const highest = new Float32Array(columns);
	for (let i = 0; i < table.length; i++)
		highest[i % columns] = Math.max(highest[i % columns], Math.abs(table[i]));
	const scale = highest.map((value) => (value > 0 ? value / 127 : 1));
	return { bytes: Int8Array.from(table, (value, i) => Math.round(value / scale[i % columns])), scale };
}

/** Like `quantise`, to the few levels that four bits tell apart. */
export function quantiseToLevels(
	table: Float32Array,
	columns: number,
): { bytes: Int8Array; scale: Float32Array } {
	const { bytes, scale } = quantise(table, columns);
	const nearest = Int8Array.from({ length: 128 }, (_, value) => {
		let best = 0;
		for (const level of LEVELS) if (Math.abs(level - value) < Math.abs(best - value)) best = level;
		return best;
	});
	return { bytes: bytes.map((value) => Math.sign(value) * nearest[Math.abs(value)]), scale };
}
