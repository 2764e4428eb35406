/** What the rest of the house has to know of a strategy, a row each; the order that it makes stands in `strategies.ts`. */
import type { Strategy } from '../types';

export type StrategyTrait =
	/** Places a model without a known price last. */
	| 'comparesPrices'
	/** The order depends on how complex the prompt is. */
	| 'readsComplexity'
	/** The order depends on the task where a model has a quality of its own for it. */
	| 'readsTask'
	/** The order depends on how fast models have answered so far, so on the moment. */
	| 'readsSpeeds'
	/** The item decides who is first, and the order of the others says nothing. */
	| 'isDrawn'
	/** An answer may be put aside and another model asked. */
	| 'mayReject';

const TRAITS: Readonly<Record<Strategy, readonly StrategyTrait[]>> = {
	smart: ['comparesPrices', 'readsComplexity', 'readsTask'],
	priority: [],
	cheapest: ['comparesPrices'],
	fastest: ['readsSpeeds'],
	weighted: ['isDrawn'],
	cascade: ['comparesPrices', 'readsTask', 'mayReject'],
};

export function hasTrait(strategy: Strategy, trait: StrategyTrait): boolean {
	return TRAITS[strategy].includes(trait);
}
