/**
 * A decision as spans, by the semantic conventions for generative AI (https://opentelemetry.io/docs/specs/semconv/gen-ai/): one
 * for the decision, one below it for each call. Never a prompt, an answer or a provider's words, which may quote them.
 */
import type { Attempt, Decision, Model } from '../../router/types';
import { NANO_PER_DOLLAR } from '../../router/types/money';

export type SpanValue = string | number | boolean | string[];

export interface SpanData {
	name: string;
	/** `client`: a call to somebody else. */
	kind: 'internal' | 'client';
	/** Epoch ms. */
	startsAt: number;
	endsAt: number;
	attributes: Readonly<Record<string, SpanValue>>;
	/** The category of what failed; null: nothing did. */
	error: string | null;
	children: readonly SpanData[];
}

/** As the conventions call the makers; others are called as the package calls them. */
const PROVIDERS: Readonly<Record<string, string>> = {
	openAi: 'openai',
	anthropic: 'anthropic',
	gemini: 'gcp.gemini',
};

/** @param endsAt epoch ms: when the decision was made @param models what an attempt's alias means */
export function spansOf(decision: Decision, endsAt: number, models: readonly Model[]): SpanData {
	const { id, outcome, route, classification, answer, failure, cost, attempts, ms } = decision;
	return {
		name: route ? `route ${route.name}` : 'route',
		kind: 'internal',
		startsAt: endsAt - ms,
		endsAt,
		attributes: known({
			'llm_router.decision.id': id,
			'llm_router.outcome': outcome,
			'llm_router.route': route?.name,
			'llm_router.strategy': route?.strategy,
			'llm_router.task': classification?.task,
			'llm_router.complexity': classification?.complexity,
			'llm_router.model': answer?.model.alias,
			'llm_router.attempts': attempts.length,
			'llm_router.cached': decision.cached ?? false,
			'llm_router.cost_usd': usdOf(cost.costNano),
			'llm_router.baseline_cost_usd': usdOf(cost.baselineNano),
			...(answer && {
				'gen_ai.provider.name': providerOf(answer.model),
				'gen_ai.response.model': answer.model.modelId,
				'gen_ai.response.finish_reasons': [answer.finishReason],
				'gen_ai.usage.input_tokens': answer.usage.inputTokens,
				'gen_ai.usage.output_tokens': answer.usage.outputTokens,
			}),
			'error.type': failure?.category,
		}),
		error: failure?.category ?? null,
		children: attempts.map((attempt) => attemptSpan(attempt, models)),
	};
}

/** What all decisions of a run come to. A cost that is unknown is left out, and said to be. */
export function totalsOf(decisions: readonly Decision[]): Record<string, number> {
	const count = (...outcomes: string[]): number =>
		decisions.filter(({ outcome }) => outcomes.includes(outcome)).length;
	const sum = (of: (decision: Decision) => number | null | undefined): number =>
		decisions.reduce((total, decision) => total + (of(decision) ?? 0), 0);
	return {
		'llm_router.decisions': decisions.length,
		'llm_router.answered': count('answered', 'fallback'),
		'llm_router.fallbacks': count('fallback'),
		'llm_router.failed': count('failed'),
		'llm_router.attempts': sum(({ attempts }) => attempts.length),
		'llm_router.input_tokens': sum(({ answer }) => answer?.usage.inputTokens),
		'llm_router.output_tokens': sum(({ answer }) => answer?.usage.outputTokens),
		'llm_router.cost_usd': sum(({ cost }) => cost.costNano) / NANO_PER_DOLLAR,
		'llm_router.cost_unknown': decisions.filter(({ cost }) => cost.costNano === null).length,
	};
}

function attemptSpan(attempt: Attempt, models: readonly Model[]): SpanData {
	const { model: alias, startedAt, ms, firstTokenMs, outcome, status, usage, purpose } = attempt;
	const model = models.find((one) => one.alias === alias);
	const operation = purpose === 'embedding' ? 'embeddings' : 'chat';
	const startsAt = Date.parse(startedAt);
	const isAnswered = outcome === 'answered';
	return {
		name: `${operation} ${model?.modelId ?? alias}`,
		kind: 'client',
		startsAt,
		endsAt: startsAt + ms,
		attributes: known({
			'gen_ai.operation.name': operation,
			'gen_ai.provider.name': model && providerOf(model),
			'gen_ai.request.model': model?.modelId ?? alias,
			'gen_ai.usage.input_tokens': usage?.inputTokens,
			'gen_ai.usage.output_tokens': usage?.outputTokens,
			'gen_ai.response.time_to_first_chunk': firstTokenMs === null ? undefined : firstTokenMs / 1000,
			'http.response.status_code': status ?? undefined,
			'llm_router.model': alias,
			'llm_router.attempt.outcome': outcome,
			'llm_router.attempt.purpose': purpose ?? 'answer',
			'error.type': isAnswered ? undefined : outcome,
		}),
		error: isAnswered ? null : outcome,
		children: [],
	};
}

function providerOf({ provider }: Model): string {
	return PROVIDERS[provider] ?? provider;
}

function usdOf(nano: number | null): number | undefined {
	return nano === null ? undefined : nano / NANO_PER_DOLLAR;
}

function known(attributes: Record<string, SpanValue | null | undefined>): Record<string, SpanValue> {
	const entries = Object.entries(attributes).filter(
		(entry): entry is [string, SpanValue] => entry[1] !== undefined && entry[1] !== null,
	);
	return Object.fromEntries(entries);
}
