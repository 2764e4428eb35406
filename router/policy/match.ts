/** Finds the rule that matches a prompt. */
import type { Classification, Match } from '../types';
import type { CompiledRule } from './rules';
import type { SearchText } from './searchText';

/** Default of the confidence below which conditions on the task do not match. */
export const DEFAULT_MIN_CONFIDENCE = 0.4;

export interface RuleMatch {
	rule: CompiledRule;
	/** The parts of the rule that matched: `task coding`, `keyword "refund"`. Empty for a rule without parts. */
	because: readonly string[];
}

/**
 * The first enabled rule all of whose parts match, or null. The editor's conditions are checked last, because n8n has
 * to resolve expressions for them. Call it within `SearchText.decided`.
 */
export function matchRule(
	rules: readonly CompiledRule[],
	classification: Classification,
	text: SearchText,
	minConfidence: number,
	conditionsHold: (ruleIndex: number) => boolean,
): RuleMatch | null {
	for (const rule of rules) {
		if (!rule.enabled) continue;
		const because = reasonsToMatch(rule, classification, text, minConfidence);
		if (because !== null && conditionsHold(rule.index)) return { rule, because };
	}
	return null;
}

/** Words if the part matches, null if it does not, undefined if it is not set. */
type Finding = string | null | undefined;

function reasonsToMatch(
	rule: CompiledRule,
	classification: Classification,
	text: SearchText,
	minConfidence: number,
): string[] | null {
	return reasonsOf([
		() => matchTask(rule.match, classification, minConfidence),
		() => matchLevel(rule.match, classification),
		() => matchIntent(rule.match, classification),
		...localParts(rule, classification, text),
	]);
}

/** Whether all parts match that a judge cannot change; without the editor's conditions. */
export function localPartsHold(
	rule: CompiledRule,
	classification: Classification,
	text: SearchText,
): boolean {
	return reasonsOf(localParts(rule, classification, text)) !== null;
}

function localParts(
	rule: CompiledRule,
	classification: Classification,
	text: SearchText,
): Array<() => Finding> {
	return [
		() => matchLanguage(rule.match, classification),
		() => matchTokens(rule.match, classification),
		() => matchContents(rule.match, classification),
		() => matchKeywords(rule, text),
	];
}

/** null as soon as one part does not match. */
function reasonsOf(parts: ReadonlyArray<() => Finding>): string[] | null {
	const reasons: string[] = [];
	for (const part of parts) {
		const reason = part();
		if (reason === null) return null;
		if (reason !== undefined) reasons.push(reason);
	}
	return reasons;
}

export function isSet<T>(part: readonly T[] | undefined): part is readonly T[] {
	return part !== undefined && part.length > 0;
}

function matchTask(
	{ taskTypes }: Match,
	{ task, confidence, also }: Classification,
	minConfidence: number,
): Finding {
	if (!isSet(taskTypes)) return undefined;
	// A prompt that may ask for two tasks matches either.
	const sure = [{ task, confidence }, ...(also ? [also] : [])];
	const held = sure.find((one) => one.confidence >= minConfidence && taskTypes.includes(one.task));
	return held ? `task ${held.task}` : null;
}

function matchLevel({ complexity }: Match, classification: Classification): Finding {
	if (!isSet(complexity)) return undefined;
	return complexity.includes(classification.level) ? complexityInWords(classification) : null;
}

/** `complexity 0.71 (complex)` */
export function complexityInWords({ complexity, level }: Classification): string {
	return `complexity ${complexity.toFixed(2)} (${level})`;
}

function matchIntent({ intents }: Match, { intent }: Classification): Finding {
	if (!isSet(intents)) return undefined;
	return intents.some(({ name }) => name === intent) ? `intent ${intent}` : null;
}

function matchLanguage({ languages }: Match, { language }: Classification): Finding {
	if (!isSet(languages)) return undefined;
	return languages.includes(language) ? `language ${language}` : null;
}

function matchTokens({ minTokens, maxTokens }: Match, { tokens }: Classification): Finding {
	if (minTokens === undefined && maxTokens === undefined) return undefined;
	const holds = tokens >= (minTokens ?? 0) && tokens <= (maxTokens ?? Infinity);
	return holds ? `${tokens.toLocaleString('en-US')} tokens` : null;
}

function matchContents({ contains }: Match, classification: Classification): Finding {
	if (!isSet(contains)) return undefined;
	const found = contains.filter((content) => classification.contains.includes(content));
	return found.length > 0 ? `contains ${found.join(', ')}` : null;
}

function matchKeywords({ keywords, expressions, label }: CompiledRule, text: SearchText): Finding {
	if (keywords.length + expressions.length === 0) return undefined;
	const keyword = keywords.find((candidate) => text.includes(candidate));
	if (keyword) return `keyword "${keyword.written}"`;
	const expression = text.find(expressions, label);
	return expression ? `keyword ${String(expression)}` : null;
}
