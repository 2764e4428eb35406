/**
 * Figures that are committed: a benchmark run with `--keep` writes `bench/results/<name>.json`, `npm run bench -- report`
 * makes `docs/benchmarks.md` of them, and `npm run bench -- --check` compares with them.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

export interface Conditions {
	/** ISO. */
	date: string;
	node: string;
	/** Its processor. */
	machine: string;
	/** Average number of processes at work in the minute before. */
	load: number;
}

export type Kept<Figures> = Conditions & { figures: Figures };

const fileOf = (name: string): string => join(__dirname, `../results/${name}.json`);

/** Call before the benchmark starts, as its own work counts as load. */
export function conditions(): Conditions {
	const cores = cpus();
	return {
		date: new Date().toISOString().slice(0, 10),
		node: process.version,
		machine: `${cores[0]?.model.trim() ?? 'unknown processor'}, ${cores.length} cores`,
		load: Number(loadavg()[0].toFixed(2)),
	};
}

export function keep<Figures>(name: string, under: Conditions, figures: Figures): void {
	writeFileSync(fileOf(name), `${JSON.stringify({ ...under, figures }, null, '\t')}\n`);
}

/** null where none have been committed. */
export function kept<Figures>(name: string): Kept<Figures> | null {
	const file = fileOf(name);
	return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Kept<Figures>) : null;
}
