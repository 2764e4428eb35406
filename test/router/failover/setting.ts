import { answer } from '../../../router/failover/failover';
import type { FailoverResult } from '../../../router/failover/failover';
import { DEFAULTS } from '../../../router/failover/settings';
import type { FailoverSettings, FailoverWorld } from '../../../router/failover/settings';
import { createMemoryState } from '../../../router/state/state';
import type { ChatRequest, Model } from '../../../router/types';
import { modelOf, scriptedClient } from '../../support/standIn/scriptedModel';
import type { Play, ScriptedClient } from '../../support/standIn/scriptedModel';
import { virtualTime } from '../../support/virtualTime';
import { requestOf } from '../../support/requests';

export const ASK: ChatRequest = requestOf('four');

type More = Partial<FailoverWorld> & { request?: ChatRequest };

/** Models under virtual time, one state for all that is asked. */
export function setting(seed = 1) {
	const time = virtualTime(seed);
	const state = createMemoryState(time.surroundings);
	const clients: Record<string, ScriptedClient> = {};
	/** For tests that advance time themselves. */
	const start = (
		models: readonly Model[],
		settings: Partial<FailoverSettings> = {},
		{ request = ASK, ...more }: More = {},
	): Promise<FailoverResult> => {
		const estimateTokens = (words: string) => words.length;
		const world = { surroundings: time.surroundings, state, estimateTokens, ...more };
		return answer(request, models, { ...DEFAULTS, ...settings }, world);
	};
	return {
		time,
		state,
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
		start,
		ask: (models: readonly Model[], settings?: Partial<FailoverSettings>, more?: More) =>
			time.run(() => start(models, settings, more)),
		pass: (ms: number) => time.run(() => time.surroundings.sleep(ms)),
	};
}

export const outcomes = (result: FailoverResult): string[] =>
	result.attempts.map((attempt) => `${attempt.model} ${attempt.outcome}`);
