import type { Decision } from '../../router/types';
import { configuredOutputs, type ShapeParameters } from './outputs';

/** How the items find their outputs: the parameters that shape them, and the aliases in the order of the list. */
export interface Placement {
	shape: ShapeParameters;
	fallbackOutput: 'separate' | 'sameAsAnswered';
}

/**
 * The index of the output by which an item leaves (the contract's table "Outputs"). Every decision has one:
 * what has no output of its own leaves by the nearest that is there, and never gets lost.
 */
export function outputIndexOf(decision: Decision, { shape, fallbackOutput }: Placement): number {
	const fixed = fixedOutputs(shape);

	if (decision.outcome === 'classified') return 0;
	if (decision.outcome === 'failed') return fixed.indexOf('Failed');
	if (decision.outcome === 'noMatch') return fixed.indexOf('No Match');
	// What cannot be judged in mode `route`: by No Match, else Default, else Routed, which are first where they are.
	if (decision.outcome === 'routed' && decision.failure) return Math.max(0, fixed.indexOf('No Match'));
	if (decision.outcome === 'fallback' && fallbackOutput === 'separate') return fixed.indexOf('Fallback');
	return outputOfFirstChoice(decision, shape, fixed.length);
}

/** The outputs that do not depend on rules or models. They come first, so a rule called "Failed" is no trap. */
function fixedOutputs(shape: ShapeParameters): Array<string | undefined> {
	return configuredOutputs({ ...shape, rules: {}, models: {} }).map(({ displayName }) => displayName);
}

function outputOfFirstChoice(decision: Decision, shape: ShapeParameters, fixedCount: number): number {
	if (shape.outputs === 'routes') {
		const rule = decision.route?.ruleIndex ?? null;
		return rule === null ? 0 : fixedCount + rule;
	}
	if (shape.outputs === 'models') {
		const first = decision.route?.candidates[0]?.alias;
		const aliases = (shape.models?.values ?? []).map(({ name }) => (name ?? '').trim());
		return fixedCount + Math.max(0, first === undefined ? 0 : aliases.indexOf(first));
	}
	return 0;
}
