/** What the parts of the classifier say to one another. */
import type { Classification, Level } from '../types';

/** All of a classification but the time it took, which whoever has a clock measures. */
export type ClassifierResult = Omit<Classification, 'ms'>;

/** From here a prompt is `moderate`: a small model falls short on about one in three and more. */
export const MODERATE_FROM = 0.3;
/** From here it is `complex`: it falls short on more of them than not. */
export const COMPLEX_FROM = 0.55;

export function levelOf(complexity: number): Level {
	if (complexity >= COMPLEX_FROM) return 'complex';
	return complexity >= MODERATE_FROM ? 'moderate' : 'simple';
}
