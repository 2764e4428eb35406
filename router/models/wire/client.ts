import type { ModelClient, ModelRequest } from '../../types';
import type { ErrorContext, ErrorDialect } from '../errors/errors';
import { withPlainMediaTypes } from '../mediaTypes';
import type { ClientSettings } from '../settings';
import { guardedCall, opened } from './call';
import { withLongTextsAside } from './longTexts';
import { readAnswer } from './reading/answer';
import type { AnswerReader } from './reading/answerReader';

/** What each protocol does in its own way. */
export interface Protocol {
	settings: ClientSettings;
	dialect: ErrorDialect;
	/** Header values that are never shown. */
	secrets: readonly string[];
	/** Loads the SDK. */
	load(key: string): Promise<unknown>;
	/** Sends a request whose long texts are replaced by marks. @param asked the request with its texts */
	send(request: ModelRequest, key: string, signal: AbortSignal, asked: ModelRequest): Promise<Response>;
	readerFor(asked: ModelRequest, context: ErrorContext): AnswerReader;
}

export function createWireClient(protocol: Protocol): ModelClient {
	const { settings, dialect } = protocol;
	const { fetch, now, sleep } = settings;
	return {
		prepare: (key) => opened(fetch, protocol.load(key)),
		stream(request, key, signal) {
			const context = { dialect, secrets: [key, ...protocol.secrets], request, signal, now };
			return guardedCall(context, async function* (connection) {
				const { request: short, forget } = withLongTextsAside(withPlainMediaTypes(request));
				const response = await protocol.send(short, key, connection, request).finally(forget);
				const reader = protocol.readerFor(request, context);
				yield* readAnswer(response, reader, { label: dialect.label, signal: connection, sleep, now });
			});
		},
	};
}
