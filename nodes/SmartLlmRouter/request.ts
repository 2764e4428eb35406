import { ConfigurationError, type ChatRequest, type JsonSchema } from '../../router/types';
import { userMessage } from '../../router/text/parts';
import { parseHistory } from '../host/panel/history';
import { parseJson } from '../host/panel/parseJson';
import type { Options } from '../host/panel/parameters';

/** The request of one item, without its attachments: those are read when its turn comes. */
export function requestOf(prompt: string, options: Options): ChatRequest {
	const history = parseHistory(options.history);
	const system = [options.systemMessage, ...history.system].filter((text) => text.trim() !== '').join('\n\n');
	// Read in any case: a schema that is wrong now is wrong when the format is changed.
	const schema = schemaOf(options);
	return {
		system: system || undefined,
		messages: [...history.messages, userMessage(prompt)],
		format: options.outputFormat === 'json' ? { type: 'json', schema } : { type: 'text' },
		limits: { maxOutputTokens: options.maxOutputTokens, temperature: options.temperature },
	};
}

function schemaOf({ jsonSchema }: Options): JsonSchema | undefined {
	const field = 'Options → JSON Schema';
	const example = '{"type": "object", "properties": {"name": {"type": "string"}}}';
	const schema = parseJson(jsonSchema, field, example);
	if (schema === undefined || schema === null) return undefined;
	if (typeof schema !== 'object' || Array.isArray(schema)) {
		throw new ConfigurationError(field, `${field} is not a JSON object`, `Write it like ${example}`);
	}
	return schema as JsonSchema;
}
