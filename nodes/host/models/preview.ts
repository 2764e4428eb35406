/** In which order each strategy would try models, and what each of them would cost: for the drop-down of strategies. */
import { lookUp, withPanelValues } from '../../../router/models/catalogue/catalogue';
import { costOf } from '../../../router/money/cost';
import { rank, sortByPrice, type Ranking } from '../../../router/policy/policy';
import type { Model, Strategy } from '../../../router/types';
import { numbersOf, type ListedModel } from './words';

/** A typical prompt and a typical answer, in tokens; the second is what strategies compare prices by as well. */
const PROMPT_TOKENS = 500;
const ANSWER_TOKENS = 500;

/** How complex a prompt is that most models can answer, and one that few can. */
const SIMPLE = 0.15;
const HARD = 0.85;

const MOST_NAMED = 5;

export type NamedListedModel = ListedModel & { alias: string };

/** What a strategy does with these models, in half a sentence; empty where there is nothing to order. */
export function previewOf(
	strategy: Strategy,
	listed: readonly NamedListedModel[],
	preference: number,
): string {
	if (listed.length === 0) return '';
	const models = listed.map(modelOf);
	const order = (complexity: number): string =>
		inOrder(rank(strategy, models, ranking(complexity, preference)).order);
	switch (strategy) {
		case 'smart': {
			const ranked = (complexity: number) => rank(strategy, models, ranking(complexity, preference)).order;
			const [simple, hard] = [ranked(SIMPLE), ranked(HARD)];
			const isSame = hard.every((model, index) => model === simple[index]);
			return inOrder(simple) + (isSame ? '' : `; a hard prompt: ${aliases(hard)}`);
		}
		case 'weighted':
			return inShares(models);
		case 'fastest':
			return inOrder(models, ' or ');
		default:
			return order(SIMPLE);
	}
}

function ranking(complexity: number, preference: number): Ranking {
	return { complexity, preference, requestTokens: PROMPT_TOKENS, seed: '', costOf };
}

/** The fields of a model that strategies look at. */
function modelOf({ alias, provider, modelId, values, now }: NamedListedModel): Model {
	const entry = withPanelValues(lookUp({ provider, modelId, now }), numbersOf(values));
	const { weight } = values as { weight?: unknown };
	return {
		alias,
		provider,
		modelId,
		client: null,
		keys: [''],
		endpoint: '',
		quality: entry.quality,
		prices: entry.prices,
		priceSource: entry.priceSource,
		contextWindow: entry.contextWindow,
		accepts: entry.accepts,
		reasoning: entry.reasoning,
		weight: typeof weight === 'number' ? weight : 1,
	};
}

/** `small $0.0026 → strong $0.009` */
function inOrder(models: readonly Model[], between = ' → '): string {
	const named = models.slice(0, MOST_NAMED).map((model) => `${model.alias}${typicalCost(model)}`);
	const more = models.length - named.length;
	return named.join(between) + (more > 0 ? `${between}${more} more` : '');
}

/** `strong → small` */
function aliases(models: readonly Model[]): string {
	const named = models.slice(0, MOST_NAMED).map(({ alias }) => alias);
	return named.join(' → ') + (models.length > MOST_NAMED ? ' → …' : '');
}

/** `small 75 %, strong 25 %` */
function inShares(models: readonly Model[]): string {
	const total = models.reduce((sum, { weight }) => sum + Math.max(0, weight), 0);
	if (total === 0) return inOrder(models);
	const byPrice = sortByPrice(models, ranking(SIMPLE, 0));
	const named = byPrice
		.slice(0, MOST_NAMED)
		.map((model) => `${model.alias} ${Math.round((100 * model.weight) / total)} %${typicalCost(model)}`);
	return named.join(', ');
}

/** ` $0.0026`; nothing where the price is unknown. */
function typicalCost({ prices }: Model): string {
	if (prices === null) return '';
	const usd =
		costOf(prices, {
			inputTokens: PROMPT_TOKENS,
			outputTokens: ANSWER_TOKENS,
			cachedInputTokens: 0,
			reasoningTokens: 0,
			totalTokens: PROMPT_TOKENS + ANSWER_TOKENS,
		}) / 1e9;
	return usd === 0 ? ' free' : ` $${Number(usd.toPrecision(2))}`;
}
