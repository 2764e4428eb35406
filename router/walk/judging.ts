/** Asks a judge model about a prompt, if the route depends on it. */
import { caseOf, judgeWords, keyOf, noIntents, withJudgement } from '../classify/classify';
import type { Case, Finding } from '../classify/classify';
import { asideAttempt, asideSettings, asideTimeout, presentable, startDeadline } from './aside';
import { estimateTokens } from '../text/tokens';
import { isReasoning, answer, failureInWords } from '../failover/failover';
import type { FailoverSettings, FailoverWorld } from '../failover/failover';
import { breatheWith } from '../text/pieces';
import { dependenceOf } from '../policy/policy';
import type { Dependence } from '../policy/policy';
import type { RouteFacts } from './routing';
import type { JudgePolicy, Means, Policy } from './terms';
import type { Attempt, Classification, Decision, Judging, Model, Prompt } from '../types';

/** Longest time for a judgement, retries included, in ms. */
export const JUDGE_TIMEOUT_MS = 10_000;

export interface Judged extends Pick<Decision, 'judging'> {
	/** The local classification if the judge was not asked or failed. */
	classification: Classification;
	attempts: Attempt[];
	/** Time that the item has used, in ms. */
	spentMs: number;
}

type JudgeMeans = FailoverWorld & Pick<Means, 'judgements'>;

/**
 * The classification, corrected by a judge if there is one and the route depends on it. If the judge fails, the local
 * classification stays.
 * @param isSureOfIntent whether embeddings told the intent for sure; absent: they were not asked
 * @throws ConfigurationError if a user's regular expression takes too long, or the judge cannot be called at all
 */
export async function consultJudge(
	facts: RouteFacts,
	prompt: Prompt,
	policy: Policy,
	means: Means,
	isSureOfIntent?: boolean,
): Promise<Judged> {
	const { classification: local } = facts;
	const isBlocked = policy.blockPromptInjection && local.contains.includes('promptInjection');
	if (!policy.judge || isBlocked) return { classification: local, attempts: [], spentMs: 0 };
	const startedAt = means.surroundings.monotonic();
	const judged = await consult(policy.judge, facts, prompt, policy, means, isSureOfIntent);
	const spentMs = means.surroundings.monotonic() - startedAt;
	return { ...judged, classification: { ...judged.classification, ms: local.ms + spentMs }, spentMs };
}

async function consult(
	judge: JudgePolicy,
	facts: RouteFacts,
	prompt: Prompt,
	policy: Policy,
	means: Means,
	isSureOfIntent: boolean | undefined,
): Promise<Omit<Judged, 'spentMs'>> {
	const { classification: local } = facts;
	const { rules, intents = noIntents } = policy;
	const unasked = (outcome: 'notNeeded' | 'sure' | 'withheld') => ({
		classification: local,
		attempts: [],
		judging: { outcome },
	});
	const sureOfIntent = () => isSureOfIntent ?? intents.match(prompt.text).isSure;
	const conditionsHold = means.conditionsHold ?? (() => true);
	const dependence = await facts.text.decided(means.surroundings.work, () =>
		dependenceOf({ ...facts, rules, conditionsHold }),
	);
	if (!Object.values(dependence).includes(true)) return unasked('notNeeded');
	if (judge.when === 'hybrid' && isSure(dependence, local, sureOfIntent, policy)) return unasked('sure');
	const redacts = policy.redactPersonalData === true;
	const shown = await presentable(prompt, intents.intents, redacts, breatheWith(means.surroundings));
	if (!shown) return unasked('withheld');
	const question = caseOf({ ...prompt, text: shown.text }, shown.intents);

	const attempts: Attempt[] = [];
	const inner = { ...means, estimateTokens, execution: means.caller?.execution };
	const { finding, isNew } = await findOut(judge.model, question, attempts, policy.failover, inner);
	if ('fault' in finding) {
		return { classification: local, attempts, judging: { outcome: 'failed', category: finding.fault } };
	}
	return {
		classification: withJudgement(local, finding.judgement, judge.when),
		attempts,
		judging: { outcome: isNew ? 'judged' : 'remembered' },
	};
}

/** Complexity has no confidence of its own; the task's is used, as both come from the same words. */
function isSure(
	{ task, complexity, intent }: Dependence,
	{ confidence }: Classification,
	isSureOfIntent: () => boolean,
	{ minConfidence }: Policy,
): boolean {
	if (intent && !isSureOfIntent()) return false;
	return !(task || complexity) || confidence >= minConfidence;
}

/** From memory, from an equal request under way, or by asking. */
async function findOut(
	model: Model,
	question: Case,
	attempts: Attempt[],
	failover: FailoverSettings,
	means: JudgeMeans,
): Promise<{ finding: Finding; isNew: boolean }> {
	const { judgements, surroundings, signal } = means;
	const ask = async (): Promise<Finding> => await askJudge(model, question, attempts, failover, means);
	const key = keyOf(question, model.endpoint);
	for (;;) {
		const judgement = judgements.recall(key);
		if (judgement) return { finding: { judgement }, isNew: false };
		if (signal?.aborted) return { finding: { fault: 'cancelled' }, isNew: false };
		const underWay = judgements.underWay(key);
		if (!underWay) break;
		const finding = await Promise.race([underWay, aborted(signal)]);
		if (!('fault' in finding) || finding.fault !== 'cancelled') return { finding, isNew: false };
	}
	if (failover.heedCooldowns && judgements.slowness.rests(model.endpoint, surroundings.now())) {
		return { finding: { fault: 'circuitOpen' }, isNew: false };
	}
	return { finding: await judgements.ask(key, ask), isNew: true };
}

async function aborted(signal: AbortSignal | undefined): Promise<Finding> {
	return await new Promise((resolve) => {
		signal?.addEventListener('abort', () => resolve({ fault: 'cancelled' }), { once: true });
	});
}

/**
 * Asks the judge like any other candidate: keys, rests, circuits, limits and budgets apply. The judge's shorter
 * timeout does not count as a failure of the model.
 */
async function askJudge(
	model: Model,
	question: Case,
	attempts: Attempt[],
	failover: FailoverSettings,
	means: JudgeMeans,
): Promise<Finding> {
	const { surroundings, judgements } = means;
	// Loaded on demand: it takes 28 ms, and most users have no judge.
	const { judgeRequest, readJudgement } = await judgeWords();
	const request = judgeRequest(question, surroundings.random, isReasoning(model));
	const timeoutMs = asideTimeout(JUDGE_TIMEOUT_MS, failover);
	const late = tooLate(timeoutMs);
	const deadline = startDeadline(timeoutMs, late, means);
	const result = await answer(request, [asJudge(model)], asideSettings(failover, timeoutMs), {
		...means,
		signal: deadline.signal,
		onPart: undefined,
	}).finally(deadline.end);

	const isLate = deadline.isOver() && !means.signal?.aborted;
	attempts.push(...result.attempts.map((attempt) => asideAttempt(attempt, 'judge', isLate ? late : null)));
	const judgement = result.answer && readJudgement(result.answer.json, question.intents);
	if (isLate) judgements.slowness.noteTimeout(model.endpoint, surroundings.now());
	else if (judgement) judgements.slowness.noteWord(model.endpoint);
	if (judgement) return { judgement };
	return { fault: isLate ? 'timeout' : (result.failure?.category ?? 'invalidOutput') };
}

/** Adds to the route's reason what the judge contributed. */
export function reasonWith(judging: Judging | undefined, reason: string, judge: string | undefined): string {
	switch (judging?.outcome) {
		case 'judged':
		case 'remembered':
			return `${reason}; judged by ${judge}`;
		case 'failed':
			return `${reason}; judged locally, as ${judge} failed (${failureInWords(judging.category)})`;
		case 'withheld':
			return `${reason}; judged locally, as the judge sees no personal data`;
		default:
			return reason;
	}
}

/** Drops the settings for the model's answers, as judgements are short and should not vary. */
function asJudge(model: Model): Model {
	const { reasoningEffort } = model;
	const isLong = reasoningEffort === 'medium' || reasoningEffort === 'high';
	return {
		...model,
		temperature: undefined,
		maxOutputTokens: undefined,
		reasoningEffort: isLong ? 'low' : reasoningEffort,
	};
}

function tooLate(ms: number): string {
	return `It did not judge the prompt within ${Math.round(ms / 100) / 10} s.`;
}
