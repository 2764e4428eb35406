import type { NodeExecutionHint } from 'n8n-workflow';

import type { Match, Rule } from '../../../router/types';
import { inWords } from './unit';

/** A rule, and whether the editor's conditions on fields must hold as well. */
type ListedRule = Rule & { hasConditions?: boolean };

/** Rules below one that takes every prompt: nothing gets there, and no item tells of it. */
export function unreachedHints(rules: readonly ListedRule[]): NodeExecutionHint[] {
	const inUse = rules.filter(({ enabled }) => enabled);
	const place = inUse.findIndex(takesAll);
	const unreached = inUse.slice(place + 1).map(({ name }) => `"${name}"`);
	if (place < 0 || unreached.length === 0) return [];
	const { name } = inUse[place];
	const [below, are, them] = unreached.length > 1 ? ['rules', 'are', 'them'] : ['rule', 'is', 'it'];
	return [
		{
			message: `Rule "${name}" has no condition, so it takes every prompt: the ${below} ${inWords(unreached)} below it ${are} never reached. Drag ${them} above "${name}", or give "${name}" a condition.`,
			location: 'outputPane',
			type: 'warning',
		},
	];
}

function takesAll({ match, hasConditions }: ListedRule): boolean {
	const isSet = (part: Match[keyof Match]) => (Array.isArray(part) ? part.length > 0 : part !== undefined);
	return !hasConditions && !Object.values(match).some(isSet);
}
