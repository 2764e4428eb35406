/** Validates and compiles the user's rules, once per configuration. */
import { ConfigurationError, type Intent, type Match, type Rule } from '../types';
import { parseExpression } from './expressions';
import { compileKeyword, type Keyword } from './searchText';
import { together } from './together';

export const DEFAULT_ROUTE = 'Default';
export const NO_MATCH_ROUTE = 'No Match';

export type NoMatch = 'smart' | 'output';

export interface CompiledRule extends Rule {
	/** Index in the user's list, disabled rules included. */
	index: number;
	/** The name, or `2` for an unnamed second rule. */
	label: string;
	keywords: readonly Keyword[];
	expressions: readonly RegExp[];
}

/**
 * Validates rules and aliases and compiles keywords. Disabled rules keep their index and output and are not
 * validated.
 * @throws ConfigurationError that names field, rule, value and remedy
 */
export function compileRules(rules: readonly Rule[], aliases: readonly string[]): CompiledRule[] {
	const known = new Set(aliases);
	const [, compiled] = together(
		() => checkAliases(aliases),
		() => together<CompiledRule[]>(...rules.map((rule, index) => () => compileRule(rule, index, known))),
	);
	return compiled;
}

function compileRule(rule: Rule, index: number, aliases: ReadonlySet<string>): CompiledRule {
	const label = rule.name.trim() || String(index + 1);
	const compiled = { ...rule, index, label, models: [...new Set(rule.models)] };
	if (!rule.enabled) return { ...compiled, keywords: [], expressions: [] };
	const { keywords = [], languages } = rule.match;
	const [searched, codes] = together(
		() => compileKeywords(keywords, label),
		() => languages && together<string[]>(...languages.map((code) => () => languageCode(code, label))),
		() => checkModels(rule, label, aliases),
		() => checkTokens(rule.match, label),
		() => checkIntents(rule.match, label),
	);
	return { ...compiled, match: { ...rule.match, languages: codes }, ...searched };
}

function compileKeywords(
	written: readonly string[],
	label: string,
): Pick<CompiledRule, 'keywords' | 'expressions'> {
	const filled = written.filter((keyword) => keyword.trim() !== '');
	const searched = together<Array<RegExp | Keyword>>(
		...filled.map((keyword) => () => parseExpression(keyword, label) ?? compileKeyword(keyword)),
	);
	const isExpression = (one: RegExp | Keyword): one is RegExp => one instanceof RegExp;
	return {
		keywords: searched.filter((one): one is Keyword => !isExpression(one)),
		expressions: searched.filter(isExpression),
	};
}

function checkAliases(aliases: readonly string[]): void {
	aliases.forEach((alias, index) => {
		if (alias.trim() === '') {
			throw new ConfigurationError(
				'Models → Name',
				`Model ${index + 1} has no name.`,
				'Give every model in the list a name of its own.',
			);
		}
		if (aliases.indexOf(alias) !== index) {
			throw new ConfigurationError(
				'Models → Name',
				`Two models are named "${alias}".`,
				'Rename one of them: rules and reports tell models apart by name.',
			);
		}
	});
}

function checkModels(rule: Rule, label: string, aliases: ReadonlySet<string>): void {
	const unknown = rule.models.find((alias) => !aliases.has(alias));
	if (unknown === undefined) return;
	const known = [...aliases].map((alias) => `"${alias}"`).join(', ');
	throw new ConfigurationError(
		'Rules → Models',
		`Rule "${label}" names the model "${unknown}", which is not in the Models list.`,
		`Choose one of ${known || 'the models, once there are some'}, or add "${unknown}" to the Models list.`,
	);
}

function checkTokens({ minTokens, maxTokens }: Match, label: string): void {
	if (minTokens === undefined || maxTokens === undefined || minTokens <= maxTokens) return;
	throw new ConfigurationError(
		'Rules → Match → Tokens',
		`Rule "${label}" can never match: it asks for at least ${minTokens} and at most ${maxTokens} tokens.`,
		'Make the minimum smaller than the maximum.',
	);
}

function checkIntents({ intents = [] }: Match, label: string): void {
	const field = 'Rules → Match → Intents';
	const remedy = 'Write one intent a line, as in: refund: I want my money back; please cancel my order';
	for (const { name, examples } of intents) {
		if (name === '') {
			throw new ConfigurationError(field, `Rule "${label}" has an intent without a name.`, remedy);
		}
		if (examples.length === 0) {
			throw new ConfigurationError(
				field,
				`Rule "${label}": the intent "${name}" has no example sentences, so nothing can be told to be one.`,
				remedy,
			);
		}
	}
}

/** Intents of all enabled rules; examples of intents with the same name are combined. */
export function intentsOf(rules: readonly CompiledRule[]): Intent[] {
	const byName = new Map<string, Set<string>>();
	for (const { enabled, match } of rules) {
		if (!enabled) continue;
		for (const { name, examples } of match.intents ?? []) {
			byName.set(name, new Set([...(byName.get(name) ?? []), ...examples]));
		}
	}
	return [...byName].map(([name, examples]) => ({ name, examples: [...examples] }));
}

/** ISO 639-1, lower case, without a region; Norwegian is always `nb`. */
function languageCode(written: string, label: string): string {
	const code = written.trim().toLowerCase().split(/[-_]/)[0] ?? '';
	if (!/^[a-z]{2,3}$/.test(code)) {
		throw new ConfigurationError(
			'Rules → Match → Languages',
			`Rule "${label}" names the language "${written.trim()}", which is not a language code.`,
			'Use codes of two letters, for example en, de, ja.',
		);
	}
	return code === 'no' || code === 'nn' ? 'nb' : code;
}

/** Models that an enabled rule or the default route can reach; only these need a credential. */
export function reachableAliases(
	rules: readonly Rule[],
	noMatch: NoMatch,
	aliases: readonly string[],
): Set<string> {
	const lists = rules.filter((rule) => rule.enabled).map((rule) => rule.models);
	if (noMatch === 'smart' || lists.some((models) => models.length === 0)) return new Set(aliases);
	return new Set(lists.flat());
}
