/** What the parts of the classifier say to one another. */
import type { Classification, Level } from '../types';

/** All of a classification but the time it took, which whoever has a clock measures. */
export type ClassifierResult = Omit<Classification, 'ms'>;

/**
 * From here a prompt is `moderate`, from there `complex`: set so that the levels are as frequent as two labellings of 300
 * prompts say (`train/levels.ts`).
 */
export const MODERATE_FROM = 0.18;
export const COMPLEX_FROM = 0.33;

export function levelOf(complexity: number): Level {
	if (complexity >= COMPLEX_FROM) return 'complex';
	return complexity >= MODERATE_FROM ? 'moderate' : 'simple';
}
