/**
 * Users' regular expressions, which may run for ever. They run in `node:vm` with a short time limit; one that needs
 * longer is searched again in a thread.
 */
import { createContext, Script, type Context } from 'node:vm';
import { WorkTooLong, type BoundedWork } from '../bounded/bounded';
import { ConfigurationError, ModelError } from '../types';

/** Longest search on the event loop, in ms. */
const TIME_LIMIT_MS = 10;
/**
 * Characters; longer texts are searched in the thread, because an expression can overflow the stack, and the time
 * limit does not stop that.
 */
const MAX_AT_ONCE = 200_000;
const FIELD = 'Rules → Match → Keywords';

/**
 * Parses a keyword `/…/flags`; null for a plain keyword. A path such as `/etc/hosts` is plain, as `hosts` are not
 * flags.
 */
export function parseExpression(keyword: string, ruleLabel: string): RegExp | null {
	const parts = /^\/(.+)\/([dgimsuvy]*)$/s.exec(keyword.trim());
	if (!parts) return null;
	const [, source = '', flags = ''] = parts;
	try {
		return new RegExp(source, flags);
	} catch (error) {
		const words = error instanceof Error ? error.message : String(error);
		// It repeats the expression, and that it is not valid: `Invalid regular expression: /(a/: Unterminated group`.
		const detail = words.slice(words.lastIndexOf(': ') + 1).trim();
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
}

/** Created with the first expression: it takes a millisecond, and most rules need none. */
let stage: { sandbox: Sandbox; script: Script } | undefined;

function openStage(): { sandbox: Sandbox; script: Script } {
	if (stage) return stage;
	const sandbox: Sandbox = { expressions: [], text: '' };
	createContext(sandbox);
	const script = new Script(`
		expressions.findIndex((expression) => {
			expression.lastIndex = 0;
			return expression.test(text);
		});
	`);
	return (stage = { sandbox, script });
}

/** The first expression that is found in `text`, or null; undefined if the search needs longer. */
export function findAtOnce(expressions: readonly RegExp[], text: string): RegExp | null | undefined {
	if (expressions.length === 0) return null;
	if (text.length > MAX_AT_ONCE) return undefined;
	const { sandbox, script } = openStage();
	Object.assign(sandbox, { expressions, text });
	try {
		return expressions[Number(script.runInContext(sandbox, { timeout: TIME_LIMIT_MS }))] ?? null;
	} catch (error) {
		if ((error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
		throw error;
	} finally {
		// Releases the prompt.
		Object.assign(sandbox, { expressions: [], text: '' });
	}
}

/**
 * Like `findAtOnce`, but in a thread. @throws ModelError (invalidRequest) that names the rule, if the search does not
 * end
 */
export async function findInThread(
	expressions: readonly RegExp[],
	text: string,
	ruleLabel: string,
	work: BoundedWork,
): Promise<RegExp | null> {
	const written = expressions.map(({ source, flags }) => ({ source, flags }));
	try {
		const finding = await work.run({ kind: 'search', expressions: written, text });
		if (finding.kind === 'search') return expressions[finding.found] ?? null;
	} catch (error) {
		if (!(error instanceof WorkTooLong)) throw error;
	}
	const named = expressions.map(String).join(', ').slice(0, 200);
	throw new ModelError(
		'invalidRequest',
		`Rule "${ruleLabel}": the keyword ${named} takes too long on this prompt and was stopped. ` +
			'Simplify it: no repetition inside a repetition, as in (a+)+, or use plain keywords.',
	);
}
