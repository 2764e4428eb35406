/** From an HTTP request to a call in neutral words. */
import type { IncomingMessage } from 'node:http';

import { instructedJson } from './answers';
import { parseModelName } from './faults';
import { asJson, type Json, type SimulatedCall, type Wire } from './wire';

export function callOf(
	wire: Wire,
	body: Json,
	called: { endpoint: string; modelId: string; target: { model: string; streaming: boolean } },
): SimulatedCall {
	const read = wire.read(body);
	const prompt = promptIn(read.messages);
	const instructed = instructedJson(read.system);
	const inPrompt = instructedJson(prompt);
	return {
		...read,
		protocol: wire.protocol,
		endpoint: called.endpoint,
		modelId: called.modelId,
		requestedModel: called.target.model,
		streaming: called.target.streaming,
		prompt,
		wantsJson: read.wantsJson || instructed.wantsJson || inPrompt.schema !== null,
		schema: read.schema ?? instructed.schema ?? inPrompt.schema,
	};
}

/** Behind the user's words there may be calls and their results. */
function promptIn(messages: SimulatedCall['messages']): string {
	const last = messages.at(-1);
	if (!last || (last.calls.length === 0 && last.results.length === 0)) return last?.text ?? '';
	return messages.findLast(({ role, text }) => role === 'user' && text !== '')?.text ?? '';
}

/** The model's id; the whole name where its fault does not parse, which is answered with an error later on. */
export function parsedName(model: string): string {
	try {
		return parseModelName(model).modelId;
	} catch {
		return model;
	}
}

export async function readBody(request: IncomingMessage): Promise<Json> {
	const parts: Buffer[] = [];
	for await (const part of request) parts.push(part as Buffer);
	try {
		return asJson(JSON.parse(Buffer.concat(parts).toString('utf8')));
	} catch {
		return {};
	}
}
