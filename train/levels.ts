/**
 * The thresholds of `level`, from 300 prompts of the corpus that were labelled twice:
 *
 *     npx tsx train/levels.ts
 *
 * `shortfall`: would a model of the 8B class do noticeably worse? `work`: how many steps, conditions and how much special
 * knowledge does a good answer take? Each level shall be as frequent as the two say on average.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLocalClassifier } from '../router/classify/classify';
import { inspectNow } from '../router/guardrails/guardrails';
import { LEVELS, type Level } from '../router/types';

export interface LevelRow {
	prompt: string;
	shortfall: Level;
	work: Level;
}

export const readLevels = (): LevelRow[] =>
	readFileSync(join(__dirname, 'levels', 'labels.jsonl'), 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as LevelRow);

/** Share of each level, the mean of both labellings. */
export function labelledShares(rows: readonly LevelRow[]): Record<Level, number> {
	const share = (level: Level) =>
		rows.reduce((sum, { shortfall, work }) => sum + Number(shortfall === level) + Number(work === level), 0) /
		(2 * rows.length);
	return Object.fromEntries(LEVELS.map((level) => [level, share(level)])) as Record<Level, number>;
}

if (require.main === module) {
	const rows = readLevels();
	const classifier = createLocalClassifier(inspectNow);
	const values = rows.map(({ prompt }) => classifier.classify({ text: prompt, attachments: [] }).complexity);
	const sorted = [...values].sort((a, b) => a - b);
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.round(share * sorted.length))];
	const shares = labelledShares(rows);
	const same = rows.filter(({ shortfall, work }) => shortfall === work).length / rows.length;
	const chance = LEVELS.reduce((sum, level) => {
		const of = (key: 'shortfall' | 'work') => rows.filter((row) => row[key] === level).length / rows.length;
		return sum + of('shortfall') * of('work');
	}, 0);
	console.log(`labelled: ${LEVELS.map((level) => `${level} ${shares[level].toFixed(3)}`).join(', ')}`);
	console.log(`both alike ${same.toFixed(2)}, kappa ${((same - chance) / (1 - chance)).toFixed(2)}`);
	console.log(
		`moderate from ${at(shares.simple).toFixed(3)}, complex from ${at(shares.simple + shares.moderate).toFixed(3)}`,
	);
	for (const level of LEVELS) {
		const own = rows.flatMap(({ shortfall, work }, i) =>
			shortfall === level && work === level ? [values[i]] : [],
		);
		own.sort((a, b) => a - b);
		console.log(
			`called ${level} by both: complexity quartiles ${[0.25, 0.5, 0.75].map((q) => own[Math.floor(q * (own.length - 1))].toFixed(2)).join(' ')} over ${own.length}`,
		);
	}
}
