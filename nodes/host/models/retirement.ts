/** What people are told of models whose end is near, and who answers after it. */
import type { NodeExecutionHint } from 'n8n-workflow';

import {
	endInWords,
	lifecycleOf,
	NOTICE_DAYS,
	type Lifecycle,
} from '../../../router/models/catalogue/lifecycle';
import type { Decision, Model, ProviderId } from '../../../router/types';
import { isServedByAnother } from '../../../router/money/served';
import { listedLifecycle } from './catalogueFile';
import { counted, inWords, type Unit } from '../hints/unit';
import type { ModelParameters } from '../panel/parameters';

export function lifecycleAt(provider: ProviderId, modelId: string, now: number): Lifecycle {
	return lifecycleOf(provider, modelId, now, listedLifecycle(provider, modelId));
}

/** The entry of the panel that is asked: its successor's, where the user wants that and the day has come. */
export function inPlaceOf(
	model: ModelParameters,
	now: number,
): { asked: ModelParameters; retiredModelId?: string } {
	const { provider, model: modelId, options } = model;
	if (options.onRetired !== 'useSuccessor' || provider === 'connected') return { asked: model };
	const { isRetired, successor } = lifecycleAt(provider, modelId, now);
	if (!isRetired || successor === null) return { asked: model };
	return { asked: { ...model, model: successor }, retiredModelId: modelId };
}

/** One line a model: 90 days before as a notice, from 30 days on as a warning. */
export function retirementHints(models: readonly Model[], now: number): NodeExecutionHint[] {
	const told = new Map<string, NodeExecutionHint>();
	for (const { alias, provider, modelId, retiredModelId } of models) {
		if (retiredModelId !== undefined) {
			const message = `"${alias}": ${retiredModelId} is retired, so its successor ${modelId} is asked in its place, as On Retired says. Change the model under Models.`;
			told.set(message, { message, location: 'outputPane', type: 'warning' });
			continue;
		}
		const end = lifecycleAt(provider, modelId, now);
		const words = endInWords(end);
		if (words === null) continue;
		const message = `"${alias}" (${modelId}) ${words}`;
		const isNear = end.isRetired || (end.daysLeft ?? Infinity) <= NOTICE_DAYS[1];
		told.set(message, { message, location: 'outputPane', type: isNear ? 'warning' : 'info' });
	}
	return [...told.values()];
}

/** Answers of another model than the one that was asked for, whose price is counted. */
export function servedHints(decisions: readonly Decision[], unit: Unit): NodeExecutionHint[] {
	const others = decisions.flatMap(({ answer }) =>
		answer && isServedByAnother(answer.model.modelId, answer.usage.servedModel)
			? [`"${answer.model.alias}" (${answer.model.modelId}) by ${answer.usage.servedModel}`]
			: [],
	);
	if (others.length === 0) return [];
	const named = [...new Set(others)].slice(0, 3);
	const message = `${counted(others.length, unit)} answered by another model than the one asked for, at that one's price: ${inWords(named)}`;
	return [{ message, location: 'outputPane', type: 'warning' }];
}
