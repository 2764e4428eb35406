import { context, ROOT_CONTEXT, trace as api, TraceFlags } from '@opentelemetry/api';
import type { Context, Span, SpanOptions, Tracer, TracerProvider } from '@opentelemetry/api';

import { trace, traceTotals } from '../../../nodes/host/tracing';
import { attemptOf, decisionOf, HAIKU, OPUS } from '../../router/ledger/decisions';

interface Seen extends SpanOptions {
	name: string;
	spanId: string;
	parent: string | undefined;
	trace: string | undefined;
	endedAt?: unknown;
	status?: unknown;
}

/** Keeps the spans that it is given. */
function collector() {
	const spans: Seen[] = [];
	const tracer: Pick<Tracer, 'startSpan'> = {
		startSpan(name, options = {}, parent: Context = context.active()) {
			const above = api.getSpan(parent)?.spanContext();
			const spanId = String(spans.length + 1).padStart(16, '0');
			const seen: Seen = { name, ...options, spanId, parent: above?.spanId, trace: above?.traceId };
			spans.push(seen);
			return {
				spanContext: () => ({
					traceId: above?.traceId ?? 'f'.repeat(32),
					spanId,
					traceFlags: TraceFlags.SAMPLED,
				}),
				setStatus: (status: unknown) => (seen.status = status),
				end: (at: unknown) => (seen.endedAt = at),
			} as unknown as Span;
		},
	};
	return { spans, provider: { getTracer: () => tracer } as unknown as TracerProvider };
}

const NOW = Date.UTC(2026, 0, 2);
const node = { getExecutionId: () => '17', getNode: () => ({ name: 'Router' }) };
const decision = decisionOf({
	at: NOW,
	attempts: [
		attemptOf({
			outcome: 'overloaded',
			status: 529,
			message: 'CANARY-message',
			usage: null,
			billing: 'none',
		}),
		attemptOf({ model: 'opus', firstTokenMs: 77 }),
	],
});

afterEach(() => api.disable());

test('a decision is a span below the node, each call one below it, without a word of prompt or answer', async () => {
	const { spans, provider } = collector();
	api.setGlobalTracerProvider(provider);
	const traced = {
		...node,
		additionalData: {
			otel: {
				injectTraceHeaders: (execution: string, name: string, carrier: Record<string, string>) => {
					carrier.traceparent = `00-${'a'.repeat(32)}-${execution === '17' && name === 'Router' ? 'b'.repeat(16) : ''}-01`;
				},
			},
		},
	};
	await trace(traced, decision, NOW + decision.ms, [HAIKU, OPUS]);
	const [root, failed, answered] = spans;
	expect(spans).toHaveLength(3);
	expect(root).toMatchObject({
		parent: 'b'.repeat(16),
		trace: 'a'.repeat(32),
		startTime: NOW,
		endedAt: NOW + decision.ms,
		attributes: { 'llm_router.decision.id': decision.id, 'n8n.execution.id': '17' },
	});
	expect([failed.parent, answered.parent]).toEqual([root.spanId, root.spanId]);
	expect(failed).toMatchObject({
		attributes: {
			'error.type': 'overloaded',
			'http.response.status_code': 529,
			'gen_ai.operation.name': 'chat',
		},
		status: { message: 'overloaded' },
	});
	expect(answered).toMatchObject({
		name: `chat ${OPUS.modelId}`,
		attributes: { 'gen_ai.request.model': OPUS.modelId, 'gen_ai.response.time_to_first_chunk': 0.077 },
	});
	expect(JSON.stringify(spans)).not.toContain('CANARY');
});

test('without the node\u2019s span it begins a trace of its own, and without a tracer nothing happens', async () => {
	await trace(node, decision, NOW, [HAIKU]);
	const { spans, provider } = collector();
	api.setGlobalTracerProvider(provider);
	const broken = {
		...node,
		additionalData: {
			otel: {
				injectTraceHeaders: () => {
					throw new Error('gone');
				},
			},
		},
	};
	await trace(broken, decision, NOW, [HAIKU]);
	expect(spans[0].parent).toBeUndefined();
	expect(api.getSpan(ROOT_CONTEXT)).toBeUndefined();
});

test('n8n\u2019s own span of the node gets the totals of the run, only where spans are sent', () => {
	const noted: unknown[] = [];
	const run = { setMetadata: (metadata: unknown) => void noted.push(metadata) };
	traceTotals(run, [decision]);
	expect(noted).toEqual([]);
	api.setGlobalTracerProvider(collector().provider);
	traceTotals(run, [
		decision,
		{ ...decision, outcome: 'failed', answer: null, cost: { ...decision.cost, costNano: null } },
	]);
	const known = (decision.cost.costNano ?? 0) / 1e9;
	expect(noted).toMatchObject([
		{
			tracing: {
				'llm_router.decisions': 2,
				'llm_router.failed': 1,
				'llm_router.attempts': 4,
				'llm_router.cost_usd': known,
				'llm_router.cost_unknown': 1,
			},
		},
	]);
	// A context of a version that has none.
	expect(() => traceTotals({}, [decision])).not.toThrow();
});
