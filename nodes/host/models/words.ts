import { lookUp, withPanelValues, type PanelValues } from '../../../router/models/catalogue/catalogue';
import type { ProviderId } from '../../../router/types';
import { NOTICE_DAYS } from '../../../router/models/catalogue/lifecycle';
import { inWords } from '../hints/unit';
import { lifecycleAt } from './retirement';

export interface ListedModel {
	provider: ProviderId;
	/** Empty where none is chosen yet, or for a connected model. */
	modelId: string;
	/** What stands under the model's Options. */
	values: PanelValues;
	/** ms since the epoch. */
	now: number;
}

/**
 * What somebody who picks models for a rule wants to know of one:
 * `gpt-5.4-mini · reads images and PDF files · $0.25 in, $2 out per 1M tokens`. Empty where nothing is known.
 */
export function describeModel(model: ListedModel): string {
	const { provider, modelId } = model;
	if (provider === 'connected') return 'Connected chat model';
	// An expression differs from item to item.
	if (modelId === '' || modelId.startsWith('=')) return '';
	const facts = modelFacts(model).join(' · ');
	return `${modelId} · ${facts}${facts.includes('$') ? ' per 1M tokens' : ''}`;
}

/** `reads images and PDF files`, `$0.25 in, $2 out`: USD per million tokens. */
export function modelFacts({ provider, modelId, values, now }: ListedModel): string[] {
	const { accepts, prices } = withPanelValues(lookUp({ provider, modelId, now }), numbersOf(values));
	const reads = [
		...(accepts.has('image') ? ['images'] : []),
		...(accepts.has('document') ? ['PDF files'] : []),
		...(accepts.has('audio') ? ['audio'] : []),
	];
	const cost = prices
		? `$${amount(prices.input.base)} in, $${amount(prices.output.base)} out`
		: 'price unknown';
	const end = lifecycleAt(provider, modelId, now);
	const isNear = end.isRetired || (end.daysLeft !== null && end.daysLeft <= NOTICE_DAYS[0]);
	const ending = end.isRetired ? `retired ${end.retiresAt ?? ''}`.trim() : `retires ${end.retiresAt}`;
	return [...(isNear ? [ending] : []), reads.length > 0 ? `reads ${inWords(reads)}` : 'text only', cost];
}

/** The panel may hold expressions in the place of numbers; those are left to the run. */
export function numbersOf(values: PanelValues): PanelValues {
	return Object.fromEntries(
		Object.entries(values).filter(([name, value]) => typeof value === 'number' || name === 'reasoningEffort'),
	);
}

const amount = (usd: number): string => String(Math.round(usd * 1000) / 1000);
