/** Turns a matched rule, or none, into candidates. */
import type { Classification, Model, PassedOver, Route, Strategy } from '../types';
import { splitByFit, type RequestSize } from './fits';
import { complexityInWords, type RuleMatch } from './match';
import { DEFAULT_ROUTE, NO_MATCH_ROUTE, type NoMatch } from './rules';
import type { Ranking } from './ranking';
import { rank } from './strategies';
import { hasTrait } from './traits';
import { whatFor, worthOf } from './worth';

/** Most skipped models that a reason names; the rest is counted. */
const PASSED_OVER_NAMED = 3;

export interface RouteInput extends RequestSize, Omit<Ranking, 'complexity' | 'worthOf' | 'whatFor'> {
	/** From `matchRule`. */
	match: RuleMatch | null;
	noMatch: NoMatch;
	/** All models, in the user's order. */
	models: readonly Model[];
	classification: Classification;
}

/**
 * The candidates in order, and why. If there is none and the name is not `No Match`, all models were skipped;
 * `passedOver` says why.
 */
export function chooseRoute(input: RouteInput): Route {
	if (input.match === null && input.noMatch === 'output') return noMatchRoute();
	const { rule } = input.match ?? {};
	const strategy = rule?.strategy ?? 'smart';
	const { fitting, passedOver } = splitByFit(listedModels(rule?.models ?? [], input.models), input);
	const common = {
		ruleIndex: rule?.index ?? null,
		name: rule ? rule.name.trim() || `Rule ${rule.label}` : DEFAULT_ROUTE,
		strategy,
		passedOver,
	};
	const why = whyThisRoute(input, strategy);
	if (fitting.length === 0) {
		const reason = `${why}; no model can take this request${afterPassingOver(passedOver, ': ')}`;
		return { ...common, candidates: [], reason };
	}
	const { classification } = input;
	const ranking = {
		...input,
		complexity: classification.complexity,
		worthOf: (model: Model) => worthOf(model, classification),
		whatFor: whatFor(fitting, classification),
	};
	const { order, reason, ladder } = rank(strategy, fitting, ranking);
	const left =
		passedOver.length > 0 ? `; ${passedOver.length} passed over${afterPassingOver(passedOver, ': ')}` : '';
	return { ...common, candidates: order, ...(ladder && { ladder }), reason: `${why}; ${reason}${left}` };
}

function noMatchRoute(): Route {
	return {
		ruleIndex: null,
		name: NO_MATCH_ROUTE,
		strategy: 'smart',
		candidates: [],
		passedOver: [],
		reason: 'no rule matched; no model is called',
	};
}

/** In the rule's order; an empty list means all models. */
function listedModels(aliases: readonly string[], models: readonly Model[]): readonly Model[] {
	if (aliases.length === 0) return models;
	return aliases.flatMap((alias) => models.filter((model) => model.alias === alias));
}

/** `rule Coding: task coding, complexity 0.71 (complex)`. Complexity is named if it mattered. */
function whyThisRoute({ match, classification }: RouteInput, strategy: Strategy): string {
	const parts = [...(match?.because ?? [])];
	const complexity = complexityInWords(classification);
	if (hasTrait(strategy, 'readsComplexity') && !parts.includes(complexity)) parts.push(complexity);
	if (match === null) return ['no rule matched', ...parts].join(', ');
	return parts.length > 0
		? `rule ${match.rule.label}: ${parts.join(', ')}`
		: `rule ${match.rule.label} matched`;
}

function afterPassingOver(passedOver: readonly PassedOver[], lead: string): string {
	if (passedOver.length === 0) return '';
	const named = passedOver.slice(0, PASSED_OVER_NAMED).map(({ alias, reason }) => `${alias} (${reason})`);
	const more = passedOver.length - named.length;
	return lead + named.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
