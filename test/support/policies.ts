/** What a user has set, as most tests want it. */
import { DEFAULTS } from '../../router/failover/settings';
import { DEFAULT_MIN_CONFIDENCE } from '../../router/policy/match';
import { compileRules } from '../../router/policy/rules';
import type { Model, Rule } from '../../router/types';
import type { Policy } from '../../router/walk/walk';

/** Matches everything, and takes the models in their order. */
export function ruleOf(more: Partial<Rule> = {}): Rule {
	return { name: 'Rule', enabled: true, match: {}, models: [], strategy: 'priority', ...more };
}

/** What a test sets of a policy; rules as the panel has them. */
export type Settings = Partial<Omit<Policy, 'models' | 'rules'>> & { rules?: readonly Rule[] };

/** The panel's defaults, and no rules. */
export function policyOf(models: readonly Model[], { rules = [], ...more }: Settings = {}): Policy {
	return {
		mode: 'answer',
		models,
		noMatch: 'smart',
		preference: 0.5,
		minConfidence: DEFAULT_MIN_CONFIDENCE,
		failover: DEFAULTS,
		...more,
		rules: compileRules(
			rules,
			models.map(({ alias }) => alias),
		),
	};
}
