import { homedir } from 'node:os';
import { join } from 'node:path';

import { createLocalClassifier, JudgeMemory } from '../../router/classify/classify';
import { detectors } from '../../router/guardrails/guardrails';
import { FeedbackLearner } from '../../router/walk/learning';
import { createBudgets } from '../../router/ledger/budgets';
import { createLedger } from '../../router/ledger/ledger';
import { createHttp } from '../../router/models/wire/http';
import { createAnswerCache } from '../../router/state/answerCache';
import { Flights } from '../../router/state/flights';
import { openGovernance } from '../../router/state/governance';
import { createSharedStore } from '../../router/state/sharedStore';
import type { Surroundings } from '../../router/types';

/** Epoch ms that `performance.now` counts from. */
let origin = Date.now() - performance.now();

/** Epoch ms with a fraction, as classifying takes less than one; follows the system's clock when that is set. */
function now(): number {
	const wall = Date.now();
	if (Math.abs(origin + performance.now() - wall) > 5) origin = wall - performance.now();
	return origin + performance.now();
}

/**
 * What all executions of this process share, and the one place where the engine is given the real clock,
 * chance and environment.
 */
export const surroundings: Surroundings = {
	now,
	random: () => Math.random(),
	sleep: async (ms, signal) =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const done = () => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			signal?.addEventListener('abort', done, { once: true });
		}),
};

/** n8n's own folder: in what `N8N_USER_FOLDER` names, else in the home of whoever runs it. */
const n8nFolder = join(process.env.N8N_USER_FOLDER ?? homedir(), '.n8n');

/** The file that all n8n processes of this machine share. Opened when it is first needed. */
export const governance = openGovernance({
	folder: join(n8nFolder, 'llm-router'),
	now: surroundings.now,
	random: surroundings.random,
});

/** Which models rest: learned by one execution, of use to the next. */
export const store = createSharedStore(governance, surroundings);

export const ledger = createLedger(governance, surroundings);

export const budgets = createBudgets(governance, surroundings);

process.on('exit', () => {
	// Both answer at once, as this file does.
	void ledger.flush();
	store.flush();
	// What is in the file's log moves into the file, which is then whole by itself.
	void governance.close();
});

export const classifier = createLocalClassifier(detectors);

/** What ratings have taught the nodes that learn from them. */
export const learner = new FeedbackLearner(governance, classifier);

/** What judges said, so that the same prompt is judged once. */
export const judgements = new JudgeMemory();

/** Answers that may be given again, and those that are on their way. */
export const answers = { cache: createAnswerCache(), flights: new Flights() };

/** Forgets the answers that this process keeps. @returns how many there were */
export async function clearAnswerCache(): Promise<number> {
	return await answers.cache.clear();
}

const proxyVariable = (name: string) => process.env[name.toLowerCase()] || process.env[name];

/** n8n replaces only Node's own http agents, so its proxy settings are heeded here. */
export const http = createHttp({
	httpProxy: proxyVariable('HTTP_PROXY'),
	httpsProxy: proxyVariable('HTTPS_PROXY'),
	noProxy: proxyVariable('NO_PROXY'),
});
