/** A receiving end of OpenTelemetry on loopback: what an n8n sends as OTLP over HTTP in protobuf, read as collectors read it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';

import { parse } from 'protobufjs';

/** The parts of opentelemetry-proto that are looked at here, by their field numbers. */
const REQUEST = parse(`
	syntax = "proto3";
	message Request { repeated ResourceSpans resource_spans = 1; }
	message ResourceSpans { repeated ScopeSpans scope_spans = 2; }
	message ScopeSpans { Scope scope = 1; repeated Span spans = 2; }
	message Scope { string name = 1; }
	message Span {
		bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
		fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; Status status = 15;
	}
	message Status { string message = 2; int32 code = 3; }
	message KeyValue { string key = 1; AnyValue value = 2; }
	message AnyValue {
		oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; }
	}
	message ArrayValue { repeated AnyValue values = 1; }
`).root.lookupType('Request');

interface RawValue {
	stringValue?: string;
	boolValue?: boolean;
	intValue?: number;
	doubleValue?: number;
	arrayValue?: { values?: RawValue[] };
}

interface RawRequest {
	resourceSpans?: Array<{
		scopeSpans?: Array<{
			scope?: { name?: string };
			spans?: Array<{
				traceId: string;
				spanId: string;
				parentSpanId?: string;
				name: string;
				kind?: number;
				startTimeUnixNano: number;
				endTimeUnixNano: number;
				attributes?: Array<{ key: string; value?: RawValue }>;
				status?: { code?: number; message?: string };
			}>;
		}>;
	}>;
}

export interface ReceivedSpan {
	scope: string;
	traceId: string;
	spanId: string;
	/** Empty where there is none. */
	parentId: string;
	name: string;
	kind: number;
	ms: number;
	/** 2: an error. */
	status: number;
	attributes: Record<string, unknown>;
}

export interface TraceReceiver {
	url: string;
	spans: ReceivedSpan[];
	close(): Promise<void>;
}

export async function startTraceReceiver(): Promise<TraceReceiver> {
	const spans: ReceivedSpan[] = [];
	const server = createServer((request, response) => {
		const parts: Buffer[] = [];
		request.on('data', (part: Buffer) => parts.push(part));
		request.on('end', () => {
			const sent = Buffer.concat(parts);
			const isProtobuf = request.headers['content-type']?.includes('protobuf') ?? false;
			if (request.url === '/v1/traces' && isProtobuf && sent.length > 0)
				spans.push(...spansIn(request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent));
			response.writeHead(200, { 'content-type': 'application/x-protobuf' });
			response.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		spans,
		async close() {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

function spansIn(sent: Buffer): ReceivedSpan[] {
	const request = REQUEST.toObject(REQUEST.decode(sent), { longs: Number, bytes: String }) as RawRequest;
	return (request.resourceSpans ?? []).flatMap(({ scopeSpans = [] }) =>
		scopeSpans.flatMap(({ scope, spans = [] }) =>
			spans.map((span) => ({
				scope: scope?.name ?? '',
				traceId: span.traceId,
				spanId: span.spanId,
				parentId: span.parentSpanId ?? '',
				name: span.name,
				kind: span.kind ?? 0,
				ms: (span.endTimeUnixNano - span.startTimeUnixNano) / 1e6,
				status: span.status?.code ?? 0,
				attributes: Object.fromEntries(
					(span.attributes ?? []).map(({ key, value = {} }) => [key, valueOf(value)]),
				),
			})),
		),
	);
}

function valueOf({ stringValue, boolValue, intValue, doubleValue, arrayValue }: RawValue): unknown {
	if (arrayValue) return (arrayValue.values ?? []).map(valueOf);
	return stringValue ?? boolValue ?? intValue ?? doubleValue;
}
