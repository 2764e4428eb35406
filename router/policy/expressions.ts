/**
 * Users' regular expressions. They may be anything, so they run where V8 can be told to stop: a backtracking
 * expression cannot be interrupted from within the thread it blocks but by `node:vm`'s time-out.
 */
import { createContext, Script, type Context } from 'node:vm';
import { ConfigurationError } from '../types';

/** ms. Longer tries follow, because a starved machine can make an innocent expression look slow. */
const TIME_LIMITS = [100, 500, 1_500];
const FIELD = 'Rules → Keywords';

/** A keyword `/…/flags`; null for a plain one. A path such as `/etc/hosts` is a plain one: those are no flags. */
export function parseExpression(keyword: string, ruleLabel: string): RegExp | null {
	const parts = /^\/(.+)\/([dgimsuvy]*)$/s.exec(keyword.trim());
	if (!parts) return null;
	const [, source = '', flags = ''] = parts;
	try {
		return new RegExp(source, flags);
	} catch (error) {
		const detail = error instanceof Error ? error.message : String(error);
		throw new ConfigurationError(
			FIELD,
			`Rule "${ruleLabel}": the keyword ${keyword.trim()} is not a valid regular expression (${detail}).`,
			'Correct the expression, or remove the slashes to search for the text as it is.',
		);
	}
}

interface Sandbox extends Context {
	expressions: readonly RegExp[];
	text: string;
	at: number;
}

/** Made when the first expression runs: a context costs a millisecond and most rules need none. */
let stage: { sandbox: Sandbox; script: Script } | undefined;

function openStage(): { sandbox: Sandbox; script: Script } {
	if (stage) return stage;
	const sandbox: Sandbox = { expressions: [], text: '', at: 0 };
	createContext(sandbox);
	const script = new Script(`
		found = -1;
		for (at = 0; at < expressions.length && found < 0; at++) {
			current = expressions[at];
			current.lastIndex = 0;
			if (current.test(text)) found = at;
		}
		found;
	`);
	return (stage = { sandbox, script });
}

/**
 * The first of a rule's expressions that is found in `text`, or null.
 * @throws ConfigurationError naming the rule and the expression that takes too long.
 */
export function findExpression(
	expressions: readonly RegExp[],
	text: string,
	ruleLabel: string,
): RegExp | null {
	if (expressions.length === 0) return null;
	const { sandbox, script } = openStage();
	Object.assign(sandbox, { expressions, text });
	try {
		return expressions[runWithin(TIME_LIMITS, script, sandbox)] ?? null;
	} catch (error) {
		if (!isTimeout(error)) throw error;
		throw tooSlow(expressions[sandbox.at], ruleLabel);
	} finally {
		// The prompt must not outlive its search.
		Object.assign(sandbox, { expressions: [], text: '' });
	}
}

function runWithin([limit, ...longer]: number[], script: Script, sandbox: Sandbox): number {
	try {
		return Number(script.runInContext(sandbox, { timeout: limit }));
	} catch (error) {
		if (longer.length === 0 || !isTimeout(error)) throw error;
		return runWithin(longer, script, sandbox);
	}
}

function isTimeout(error: unknown): boolean {
	return (error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';
}

function tooSlow(expression: RegExp | undefined, ruleLabel: string): ConfigurationError {
	return new ConfigurationError(
		FIELD,
		`Rule "${ruleLabel}": the expression ${String(expression)} takes too long on this prompt and was stopped.`,
		'Simplify it: no repetition inside a repetition, as in (a+)+, or use plain keywords.',
	);
}
