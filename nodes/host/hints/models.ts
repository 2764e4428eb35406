/** What a person should know of how models are asked and what they say of themselves. */
import type { NodeExecutionHint } from 'n8n-workflow';

import { remedyNotes } from '../../../router/models/registry';
import type { Decision, Model } from '../../../router/types';

interface Judged extends Decision {
	judge?: Model;
}

/** A request was changed as a provider's refusal asked for. Said once for each change. */
export function remedyHint(decisions: readonly Judged[]): NodeExecutionHint | null {
	const models = new Map<string, Model>();
	for (const { route, answer, judge } of decisions) {
		for (const model of [...(route?.candidates ?? []), answer?.model, judge]) {
			if (model) models.set(model.endpoint, model);
		}
	}
	const notes = [...models.values()].flatMap(({ alias, endpoint }) =>
		remedyNotes(endpoint).map((note) => `"${alias}" ${note}`),
	);
	if (notes.length === 0) return null;
	return {
		message: `Its provider said how it wants to be asked, and it is asked so from now on: ${notes.join('; ')}`,
		location: 'outputPane',
		type: 'info',
	};
}

export function doubtedUsageHint(decisions: readonly Decision[]): NodeExecutionHint | null {
	const models = new Set(
		decisions
			.flatMap(({ attempts }) => attempts.filter((attempt) => attempt.usageDoubted))
			.map(({ model }) => model),
	);
	if (models.size === 0) return null;
	const names = [...models].map((alias) => `"${alias}"`).join(', ');
	return {
		message: `More tokens were named for ${names} than can be true, so its cost is an estimate from what was sent and came back.`,
		location: 'outputPane',
		type: 'warning',
	};
}
