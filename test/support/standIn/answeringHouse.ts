/** One prompt after the other through the engine in virtual time, with a cache and a memory for conversations. */
import { userMessage } from '../../../router/text/parts';
import type { ClassifierResult } from '../../../router/classify/classify';
import { DEFAULTS } from '../../../router/failover/settings';
import { DEFAULT_MIN_CONFIDENCE } from '../../../router/policy/match';
import { compileRules } from '../../../router/policy/rules';
import type { Budgets } from '../../../router/ledger/budgets';
import type { Occasion, Policy } from '../../../router/walk/walk';
import type { Attachment, ChatRequest, Decision, Model, Rule } from '../../../router/types';
import { modelOf, scriptedClient, whole } from './scriptedModel';
import type { Play, ScriptedClient } from './scriptedModel';
import { testEngine } from '../testEngine';
import { virtualTime } from '../virtualTime';
import { requestOf } from '../requests';

export const ASK = 'What are your opening hours on Sunday?';

const RESULT: ClassifierResult = {
	task: 'qa',
	complexity: 0.2,
	level: 'simple',
	confidence: 0.9,
	language: 'en',
	tokens: 8,
	contains: [],
	intent: null,
	method: 'local',
};

export const rule = (more: Partial<Rule> = {}): Rule => ({
	name: 'Rule',
	enabled: true,
	match: {},
	models: [],
	strategy: 'priority',
	...more,
});

export interface Asked {
	prompt?: string;
	attachments?: Attachment[];
	request?: Partial<ChatRequest>;
	policy?: Partial<Omit<Policy, 'rules'>>;
	rules?: Rule[];
	occasion?: Occasion;
}

/** @param budgets in the place of the engine's own */
export function answeringHouse(budgets?: Budgets) {
	const time = virtualTime();
	const classifier = { classify: () => RESULT };
	const engine = testEngine(time.surroundings, { classifier, budgets });
	/** 10 input tokens at 1 and 5 output tokens at 10 USD a million: 60,000 nano-dollars a call. */
	const model = (alias: string, plays: Play[] = [whole(`${alias} says so`)], more: Partial<Model> = {}) =>
		modelOf(alias, scriptedClient(time.surroundings, plays), {
			prices: { input: { base: 1 }, output: { base: 10 } },
			...more,
		});
	const decide = (models: readonly Model[], asked: Asked = {}): Promise<Decision> => {
		const { prompt = ASK, attachments, rules = [rule()] } = asked;
		const messages = [userMessage(prompt, attachments)];
		const request = requestOf(prompt, { messages, ...asked.request });
		const aliases = models.map(({ alias }) => alias);
		const policy: Policy = {
			mode: 'answer',
			models,
			noMatch: 'smart',
			preference: 0.5,
			minConfidence: DEFAULT_MIN_CONFIDENCE,
			failover: DEFAULTS,
			...asked.policy,
			rules: compileRules(rules, aliases),
		};
		return engine.route(request, policy, asked.occasion ?? {});
	};
	return { ...time, engine, model, decide };
}

export const callsOf = ({ client }: Model): number => (client as ScriptedClient).calls.length;
