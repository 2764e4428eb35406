import type { NodeExecutionHint } from 'n8n-workflow';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** For what n8n draws as HTML. */
export const escaped = (text: string): string => text.replace(/[&<>]/g, (letter) => ENTITIES[letter]);

/** n8n draws hints as HTML, and ours name what comes from items: it must come out as it was written. */
export function escapedHints(hints: readonly NodeExecutionHint[]): NodeExecutionHint[] {
	return hints.map((hint) => ({
		...hint,
		message: escaped(hint.message),
	}));
}
