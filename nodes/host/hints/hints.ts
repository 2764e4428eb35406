import type { INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

import { type Decision, type Failure, type Judging, type Model } from '../../../router/types';
import { CONDUCT, failureInWords } from '../../../router/failover/failover';
import { hasTrait } from '../../../router/policy/policy';
import type { Policy } from '../../../router/walk/walk';
import { retirementHints, servedHints } from '../models/retirement';
import { embeddingHints } from './embedding';
import { governanceHints } from './governed';
import { doubtedUsageHint, remedyHint } from './models';
import { passedOverHints } from './passedOver';
import { counted, inWords, type Unit } from './unit';
import { waitHints } from './waits';

const EMPTY_PROMPT = /^The prompt is empty\./;

/** A decision, and the settings it was made with. */
export interface Asked {
	decision: Decision;
	policy: Policy;
}

/** A decision, and who would have judged its prompt. */
interface Judged extends Decision {
	judge?: Model;
}

/**
 * What a person should know of a run beside its items: who fell back or failed and why, which costs are unknown, which
 * models end soon. @param notices of the engine
 */
export function hintsOf(
	asked: readonly Asked[],
	unit: Unit,
	{ now, notices }: { now: number; notices: readonly string[] },
): NodeExecutionHint[] {
	const decisions = asked.map(({ decision, policy }): Judged => ({
		...decision,
		judge: policy.judge?.model,
	}));
	return [
		fallbackHint(decisions, unit),
		failedHint(decisions, unit),
		...waitHints(decisions, unit),
		priceHint(decisions),
		neverChosenHint(decisions),
		judgeHint(decisions, unit),
		noJudgeHint(decisions, unit),
		...embeddingHints(asked, unit),
		remedyHint(decisions),
		doubtedUsageHint(decisions),
		...intentHints(asked),
		...passedOverHints(asked, unit),
		...retirementHints(listedModels(asked), now),
		...servedHints(decisions, unit),
		...governanceHints(decisions, notices),
	].filter((hint): hint is NodeExecutionHint => hint !== null);
}

/** Of each alias the last: all items of a run have the same list. */
function listedModels(asked: readonly Asked[]): Model[] {
	const models = asked.flatMap(({ policy }) => policy.models);
	return [...new Map(models.map((model) => [model.alias, model])).values()];
}

function fallbackHint(decisions: readonly Decision[], unit: Unit): NodeExecutionHint | null {
	const fallbacks = decisions.filter(({ outcome }) => outcome === 'fallback');
	const remedies = new Set<string>();
	const causes = fallbacks.map(({ route, attempts, cached, notAsked = [] }) => {
		const first = route?.candidates[0]?.alias ?? '';
		if (cached) return `${first}: its fallback's answer from the cache`;
		const failed = attempts.find(
			({ model, outcome, purpose }) => model === first && outcome !== 'answered' && purpose === undefined,
		);
		const unasked = notAsked.find(({ model }) => model === first)?.category;
		const isTold = unasked === 'overBudget' || (unasked === 'rateLimited' && !failed);
		const cause = isTold ? unasked : failed?.outcome;
		if (!cause || cause === 'answered') return `${first}: resting after earlier failures`;
		if (CONDUCT[cause].cooldown === 'mend') remedies.add(CONDUCT[cause].remedy);
		return `${first}: ${failureInWords(cause)}`;
	});
	const told = hint([fallbacks.length, unit], 'answered by a fallback', causes, 'warning');
	return told && remedies.size > 0 ? { ...told, message: [told.message, ...remedies].join('. ') } : told;
}

function failedHint(decisions: readonly Decision[], unit: Unit): NodeExecutionHint | null {
	const failures = decisions.flatMap(({ failure, outcome }) =>
		failure && outcome === 'failed' ? [failure] : [],
	);
	const told = hint([failures.length, unit], 'without an answer', failures.map(causeOf), 'danger');
	const [first] = failures;
	if (!told || !first) return told;
	if (!isToMend(first) || failures.some((one) => causeOf(one) !== causeOf(first)))
		return { ...told, message: [told.message, ...amongThem(decisions)].join('. ') };
	const isSame = failures.every(({ message }) => message === first.message);
	const words = first.message.replace(EMPTY_PROMPT, '').trim();
	return { ...told, message: `${told.message}. ${isSame ? '' : 'The first of them: '}${words}` };
}

/** What a person can mend, although the failure that is told was another one. */
function amongThem(decisions: readonly Decision[]): string[] {
	const failed = decisions.filter(({ outcome }) => outcome === 'failed');
	const toMend = failed.flatMap(({ attempts, failure }) =>
		attempts.flatMap(({ model, outcome, purpose }) => {
			if (outcome === 'answered' || outcome === failure?.category || purpose === 'judge') return [];
			const { cooldown, remedy } = CONDUCT[outcome];
			return cooldown === 'mend' ? [`Also mend "${model}": ${failureInWords(outcome)}. ${remedy}`] : [];
		}),
	);
	return [...new Set(toMend)].slice(0, 3);
}

/** What stays as it is until a person changes a setting, a credential or an account. */
function isToMend({ category, message }: Failure): boolean {
	return CONDUCT[category].cooldown === 'mend' || category === 'overBudget' || EMPTY_PROMPT.test(message);
}

/** Of a budget one wants to know first whose it is. */
function causeOf({ category, message }: Failure): string {
	if (EMPTY_PROMPT.test(message)) return 'the prompt is empty';
	const whose =
		category === 'overBudget'
			? / budget of [^"]*? for ("[^"]*"|this workflow)/i.exec(message)?.[1]
			: undefined;
	return whose === undefined ? failureInWords(category) : `over budget of ${whose}`;
}

function hint(
	[count, unit]: readonly [number, Unit],
	what: string,
	causes: readonly string[],
	type: NodeExecutionHint['type'],
): NodeExecutionHint | null {
	if (count === 0) return null;
	return {
		message: `${counted(count, unit)} ${what} (${tally(causes)})`,
		location: 'outputPane',
		type,
	};
}

/** `a: 3, b: 1`, the most frequent first, five at most. */
function tally(causes: readonly string[]): string {
	const counts = new Map<string, number>();
	for (const cause of causes) counts.set(cause, (counts.get(cause) ?? 0) + 1);
	const sorted = [...counts].sort(([, a], [, b]) => b - a);
	const shown = sorted.slice(0, 5).map(([cause, count]) => `${cause} × ${count}`);
	return [...shown, ...(sorted.length > 5 ? ['…'] : [])].join(', ');
}

/** How many items a model judged, and why it did not judge the others. */
function judgeHint(decisions: readonly Judged[], unit: Unit): NodeExecutionHint | null {
	const judge = decisions.find((decision) => decision.judge)?.judge;
	const routed = decisions.flatMap(({ judging }) => judging?.outcome ?? []);
	if (!judge || routed.length === 0) return null;
	const count = (outcome: Judging['outcome']) => routed.filter((each) => each === outcome).length;
	const judged = count('judged') + count('remembered');
	const share = Math.round((100 * judged) / routed.length);
	const others = [
		[count('remembered'), 'of them from memory, at no cost'],
		[count('sure'), 'where the local classifier was sure'],
		[count('notNeeded'), 'whose route does not depend on it'],
		[count('withheld'), 'not shown to it, as they hold personal data'],
	] as const;
	const words = others.filter(([items]) => items > 0).map(([items, what]) => `${items} ${what}`);
	return {
		message: `The judge "${judge.alias}" judged ${judged} of ${counted(routed.length, unit)} (${share} %)${words.length > 0 ? `; ${words.join(', ')}` : ''}`,
		location: 'outputPane',
		type: 'info',
	};
}

function noJudgeHint(decisions: readonly Judged[], unit: Unit): NodeExecutionHint | null {
	const causes = decisions.flatMap(({ judging }) =>
		judging?.outcome === 'failed' ? failureInWords(judging.category) : [],
	);
	return hint([causes.length, unit], 'classified locally, as the judge failed', causes, 'warning');
}

/** Answers that were given and not remembered. */
export function memoryHints(reasons: ReadonlySet<string>): NodeExecutionHint[] {
	return [...reasons].map((reason) => ({
		message: `An answer could not be added to the memory: ${reason}`,
		location: 'outputPane',
		type: 'warning',
	}));
}

/** What is wrong with the intents of the rules. */
function intentHints(asked: readonly Asked[]): NodeExecutionHint[] {
	const warnings = new Set(asked.flatMap(({ policy }) => policy.intents?.warnings ?? []));
	return [...warnings].map((message) => ({ message, location: 'outputPane', type: 'warning' }));
}

function priceHint(decisions: readonly Judged[]): NodeExecutionHint | null {
	const unknown = new Set<string>();
	for (const { answer, attempts, route, judge } of decisions) {
		const asked = new Set(attempts.filter(({ billing }) => billing !== 'none').map(({ model }) => model));
		const models = [
			...(route?.candidates ?? []),
			...(answer ? [answer.model] : []),
			...(judge ? [judge] : []),
		];
		for (const { alias, prices } of models) if (prices === null && asked.has(alias)) unknown.add(alias);
	}
	if (unknown.size === 0) return null;
	const names = [...unknown].map((alias) => `"${alias}"`).join(', ');
	return {
		message: `No price is known for ${names}, so what it costs is left empty. Set Input Price and Output Price with Add Setting under Models (0 for a model of your own).`,
		location: 'outputPane',
		type: 'info',
	};
}

/** Strategies that compare prices put a model of unknown price behind all others: it may never be asked. */
function neverChosenHint(decisions: readonly Judged[]): NodeExecutionHint | null {
	const unpriced = new Set<string>();
	const asked = new Set<string>();
	for (const { route, attempts } of decisions) {
		for (const { model } of attempts) asked.add(model);
		if (!route || !hasTrait(route.strategy, 'comparesPrices')) continue;
		const [first, ...others] = route.candidates;
		if (first?.prices) for (const { alias, prices } of others) if (prices === null) unpriced.add(alias);
	}
	const names = [...unpriced].filter((alias) => !asked.has(alias)).map((alias) => `"${alias}"`);
	if (names.length === 0) return null;
	const it = names.length > 1 ? 'them' : 'it';
	return {
		message: `No price is known for ${inWords(names)}, so the strategy put ${it} behind the others${names.length > 1 ? ' and none of them was' : ', and it was not'} asked. ${names.length > 1 ? 'Are their IDs' : 'Is its ID'} written right? Then set Input Price and Output Price with Add Setting under Models (0 for a model of your own).`,
		location: 'outputPane',
		type: 'info',
	};
}

/** Items may differ in their files, but a field that none of them has is probably misspelt. */
export function attachmentHint(
	fields: readonly string[],
	items: readonly INodeExecutionData[],
): NodeExecutionHint[] {
	const missing = fields.filter((field) => !items.some(({ binary = {} }) => Object.hasOwn(binary, field)));
	if (missing.length === 0) return [];
	const names = missing.map((field) => `"${field}"`).join(', ');
	return [
		{
			message: `No item has the binary field ${names} named under Options → Attachments, so nothing was attached.`,
			location: 'outputPane',
			type: 'warning',
		},
	];
}
