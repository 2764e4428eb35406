import type { Decision } from '../../router/types';
import { configuredOutputs, type ShapeParameters } from './outputs';

export interface Placement {
	/** Mode, outputs and noMatch of the node. */
	shape: Pick<ShapeParameters, 'mode' | 'outputs' | 'noMatch'>;
	/** In the order of the list. */
	aliases: readonly string[];
	fallbackOutput: 'separate' | 'sameAsAnswered';
}

/**
 * The index of the output by which an item leaves (the contract's table "Outputs"). Every decision has one:
 * what has no output of its own leaves by the nearest that is there, and never gets lost.
 */
export function outputIndexOf(decision: Decision, { shape, aliases, fallbackOutput }: Placement): number {
	// The outputs that do not depend on rules or models come first, so a rule called "Failed" is no trap.
	const fixed = configuredOutputs(shape).map(({ displayName }) => displayName);
	const first = decision.route?.candidates[0]?.alias;

	if (decision.outcome === 'classified') return 0;
	if (decision.outcome === 'failed') return fixed.indexOf('Failed');
	if (decision.outcome === 'noMatch') return fixed.indexOf('No Match');
	// What cannot be judged in mode `route`: by No Match, else Default or Routed, which are the first.
	if (decision.failure) return Math.max(0, fixed.indexOf('No Match'));
	if (decision.outcome === 'fallback' && fallbackOutput === 'separate') return fixed.indexOf('Fallback');
	if (shape.outputs === 'models' && first !== undefined) return fixed.length + aliases.indexOf(first);
	const ruleIndex = decision.route?.ruleIndex ?? null;
	return shape.outputs === 'routes' && ruleIndex !== null ? fixed.length + ruleIndex : 0;
}
