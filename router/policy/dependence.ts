/** Finds out whether a judgement could change the route. */
import { isSet, localPartsHold } from './match';
import { chooseRoute } from './route';
import type { RouteInput } from './route';
import type { CompiledRule } from './rules';
import type { SearchText } from './searchText';
import { hasTrait } from './traits';
import { TASKS } from '../types';
import type { Classification } from '../types';

/** The questions for a judge that could change the route. */
export interface Dependence {
	task: boolean;
	complexity: boolean;
	intent: boolean;
}

export interface DependenceInput extends Omit<RouteInput, 'match'> {
	rules: readonly CompiledRule[];
	text: SearchText;
	/** Evaluates a rule's conditions from the editor. */
	conditionsHold: (ruleIndex: number) => boolean;
}

/**
 * Which of task, complexity and intent could change the matching rule or the order of its models. Language, size,
 * keywords, contents and the editor's conditions are facts: they rule a rule out, or decide if it asks for nothing
 * else. Call it within `SearchText.decided`.
 */
export function dependenceOf(input: DependenceInput): Dependence {
	const { open, settled } = possibleRules(input);
	const outcomes = [...open, ...(settled ? [settled] : [null])];
	return {
		task:
			open.some(({ match }) => isSet(match.taskTypes)) || outcomes.some((rule) => ordersByTask(rule, input)),
		complexity:
			open.some(({ match }) => isSet(match.complexity)) ||
			outcomes.some((rule) => ordersByComplexity(rule, input)),
		intent: open.some(({ match }) => isSet(match.intents)),
	};
}

/** The rules that may match, up to the first that certainly does. */
function possibleRules({ rules, classification, text, conditionsHold }: DependenceInput): {
	open: CompiledRule[];
	settled: CompiledRule | null;
} {
	const open: CompiledRule[] = [];
	for (const rule of rules) {
		if (!rule.enabled || !localPartsHold(rule, classification, text) || !conditionsHold(rule.index)) continue;
		if (!needsJudgement(rule)) return { open, settled: rule };
		open.push(rule);
	}
	return { open, settled: null };
}

function needsJudgement({ match }: CompiledRule): boolean {
	return isSet(match.taskTypes) || isSet(match.complexity) || isSet(match.intents);
}

/** Comparing the two extremes is enough: the order changes monotonically with complexity. */
function ordersByComplexity(rule: CompiledRule | null, input: DependenceInput): boolean {
	const match = rule && { rule, because: [] };
	if (!hasTrait(rule?.strategy ?? 'smart', 'readsComplexity')) return false;
	const orderAt = (complexity: number) =>
		chooseRoute({ ...input, match, classification: { ...input.classification, complexity } }).candidates;
	const [easy, hard] = [orderAt(0), orderAt(1)];
	return easy.some((model, index) => model !== hard[index]);
}

/** Whether another task would put the models into another order. */
function ordersByTask(rule: CompiledRule | null, input: DependenceInput): boolean {
	if (!hasTrait(rule?.strategy ?? 'smart', 'readsTask')) return false;
	const tasks = new Set(input.models.flatMap(({ taskQuality = {} }) => Object.keys(taskQuality)));
	if (tasks.size === 0) return false;
	const match = rule && { rule, because: [] };
	const orderFor = (asked: Partial<Classification>) =>
		chooseRoute({
			...input,
			match,
			classification: { ...input.classification, also: undefined, confidence: 1, ...asked },
		}).candidates;
	// A judge names both; an order by complexity alone is covered by the function above.
	const plain = orderFor({ confidence: 0 });
	return TASKS.some((task) => tasks.has(task) && orderFor({ task }).some((model, i) => model !== plain[i]));
}
