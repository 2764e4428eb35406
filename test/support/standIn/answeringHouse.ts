/** One prompt after the other through the engine in virtual time, with a cache and a memory for conversations. */
import { userMessage } from '../../../router/text/parts';
import type { ClassifierResult } from '../../../router/classify/classify';
import type { Budgets } from '../../../router/ledger/budgets';
import type { Occasion } from '../../../router/walk/walk';
import type { Attachment, ChatRequest, Decision, Model, Rule } from '../../../router/types';
import { modelOf, scriptedClient, whole } from './scriptedModel';
import type { Play, ScriptedClient } from './scriptedModel';
import { policyOf, ruleOf, type Settings } from '../policies';
import { testEngine } from '../testEngine';
import { virtualTime } from '../virtualTime';
import { requestOf } from '../requests';

export const ASK = 'What are your opening hours on Sunday?';

/** What the classifier says of every prompt, unless a test lets it say something else. */
export const RESULT: ClassifierResult = {
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

export interface Asked {
	prompt?: string;
	attachments?: Attachment[];
	request?: Partial<ChatRequest>;
	policy?: Omit<Settings, 'rules'>;
	rules?: Rule[];
	occasion?: Occasion;
}

/** What another house has in the place of this one's. */
export interface Furnishing {
	budgets?: Budgets;
	result?: ClassifierResult;
	seed?: number;
}

export function answeringHouse({ budgets, result = RESULT, seed }: Furnishing = {}) {
	const time = virtualTime(seed);
	const classifier = { classify: () => result };
	const engine = testEngine(time.surroundings, { classifier, budgets });
	/** 10 input tokens at 1 and 5 output tokens at 10 USD a million: 60,000 nano-dollars a call. */
	const model = (alias: string, plays: Play[] = [whole(`${alias} says so`)], more: Partial<Model> = {}) =>
		modelOf(alias, scriptedClient(time.surroundings, plays), {
			prices: { input: { base: 1 }, output: { base: 10 } },
			...more,
		});
	const decide = (models: readonly Model[], asked: Asked = {}): Promise<Decision> => {
		const { prompt = ASK, attachments, rules = [ruleOf()] } = asked;
		const messages = [userMessage(prompt, attachments)];
		const request = requestOf(prompt, { messages, ...asked.request });
		return engine.route(request, policyOf(models, { ...asked.policy, rules }), asked.occasion ?? {});
	};
	return { ...time, engine, model, decide };
}

export const callsOf = ({ client }: Model): number => (client as ScriptedClient).calls.length;
