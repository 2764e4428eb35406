/** Spans to whomever n8n's own OpenTelemetry sends them. Where it is switched off nothing is loaded and nothing happens. */
import type * as Otel from '@opentelemetry/api';

import type { Decision, Model } from '../../router/types';
import { spansOf, totalsOf } from './spans';
import type { SpanData } from './spans';

/** Where `@opentelemetry/api` of any 1.x keeps what was registered, n8n's as well as ours. */
const GLOBAL = Symbol.for('opentelemetry.js.api.1');

const NAME = 'n8n-nodes-smart-llm-router';

/** What is asked of a node's context; the rest is looked for, as n8n does not promise it. */
export interface TracedContext {
	getExecutionId(): string;
	getNode(): { name: string };
}

/** Never fails: a trace must not cost an item. @param endsAt epoch ms: when the decision was made */
export async function trace(
	context: TracedContext,
	decision: Decision,
	endsAt: number,
	models: readonly Model[],
): Promise<void> {
	if (!isTracing()) return;
	try {
		const api = await import('@opentelemetry/api');
		const tracer = api.trace.getTracer(NAME);
		const parent = parentOf(context);
		const root = parent
			? api.trace.setSpanContext(api.ROOT_CONTEXT, { ...parent, isRemote: true })
			: api.ROOT_CONTEXT;
		const span = spansOf(decision, endsAt, models);
		const attributes = { ...span.attributes, 'n8n.execution.id': context.getExecutionId() };
		emit({ ...span, attributes }, root, tracer, api);
	} catch {
		// Whatever a tracer of somebody else throws.
	}
}

/** Sums of a run on n8n's own span of the node: it shows them where its licence has custom attributes. Never fails. */
export function traceTotals(
	context: { setMetadata?(metadata: { tracing: Record<string, string | number | boolean> }): void },
	decisions: readonly Decision[],
): void {
	if (decisions.length === 0 || !isTracing()) return;
	try {
		context.setMetadata?.({ tracing: totalsOf(decisions) });
	} catch {
		// Not every context has one.
	}
}

function isTracing(): boolean {
	const registered: unknown = Reflect.get(globalThis, GLOBAL);
	return typeof registered === 'object' && registered !== null && 'trace' in registered;
}

type Api = Pick<typeof Otel, 'trace' | 'SpanKind' | 'SpanStatusCode'>;

function emit(data: SpanData, context: Otel.Context, tracer: Otel.Tracer, api: Api): void {
	const { name, kind, startsAt, endsAt, attributes, error, children } = data;
	const span = tracer.startSpan(
		name,
		{
			kind: kind === 'client' ? api.SpanKind.CLIENT : api.SpanKind.INTERNAL,
			startTime: startsAt,
			attributes,
		},
		context,
	);
	if (error !== null) span.setStatus({ code: api.SpanStatusCode.ERROR, message: error });
	const below = api.trace.setSpan(context, span);
	for (const child of children) emit(child, below, tracer, api);
	span.end(endsAt);
}

/** The node's own span, as n8n would tell it to another service; null where it does not. */
function parentOf(context: TracedContext): { traceId: string; spanId: string; traceFlags: number } | null {
	const carrier: Record<string, unknown> = {};
	try {
		// Internals of n8n (its module `otel`), which may be gone in any version.
		const data: unknown = Reflect.get(context, 'additionalData');
		const otel: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'otel') : undefined;
		const inject: unknown =
			typeof otel === 'object' && otel !== null ? Reflect.get(otel, 'injectTraceHeaders') : undefined;
		if (typeof inject !== 'function') return null;
		inject.call(otel, context.getExecutionId(), context.getNode().name, carrier);
	} catch {
		return null;
	}
	const parts = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(String(carrier.traceparent ?? ''));
	return parts && { traceId: parts[1], spanId: parts[2], traceFlags: parseInt(parts[3], 16) };
}
