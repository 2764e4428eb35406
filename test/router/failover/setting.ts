import { answer } from '../../../router/failover/failover';
import type { FailoverResult } from '../../../router/failover/failover';
import { DEFAULTS } from '../../../router/failover/settings';
import type { FailoverSettings } from '../../../router/failover/settings';
import { createMemoryStore } from '../../../router/state/memory';
import type { ChatRequest, Model } from '../../../router/types';
import { modelOf, scriptedClient } from '../scriptedModel';
import type { Play, ScriptedClient } from '../scriptedModel';
import { virtualTime } from '../virtualTime';

export const ASK: ChatRequest = {
	messages: [{ role: 'user', text: 'four' }],
	format: { type: 'text' },
	limits: {},
};

/** Models under virtual time, one store for all that is asked. */
export function setting(seed = 1) {
	const time = virtualTime(seed);
	const store = createMemoryStore();
	const clients: Record<string, ScriptedClient> = {};
	return {
		time,
		store,
		clients,
		model(
			alias: string,
			plays: readonly Play[],
			more: Partial<Model> = {},
			how: { deaf?: boolean } = {},
		): Model {
			clients[alias] = scriptedClient(time.surroundings, plays, how);
			return modelOf(alias, clients[alias], more);
		},
		ask(
			models: readonly Model[],
			settings: Partial<FailoverSettings> = {},
			{ request = ASK, signal }: { request?: ChatRequest; signal?: AbortSignal } = {},
		): Promise<FailoverResult> {
			const estimateTokens = (words: string) => words.length;
			const world = { surroundings: time.surroundings, store, signal, estimateTokens };
			return time.run(() => answer(request, models, { ...DEFAULTS, ...settings }, world));
		},
	};
}

export const outcomes = (result: FailoverResult): string[] =>
	result.attempts.map((attempt) => `${attempt.model} ${attempt.outcome}`);
