import { createHash } from 'node:crypto';

/** The JSON of a request in any of the three protocols, as remedies change it. */
export type Json = Record<string, unknown>;

export interface Sent {
	url: string;
	body: Json;
}

interface Turn {
	role?: string;
	content?: unknown;
	parts?: unknown;
	tool_calls?: unknown;
}

export function isJson(value: unknown): value is Json {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function turnsOf(body: Json): { field: 'messages' | 'contents'; turns: Turn[] } | null {
	const field = Array.isArray(body.messages) ? 'messages' : 'contents';
	return Array.isArray(body[field]) ? { field, turns: body[field] as Turn[] } : null;
}

/** Moves the system message to the beginning of the user's first turn; null if there is none. */
export function withSystemFolded(body: Json): Json | null {
	const found = turnsOf(body);
	if (!found) return null;
	const { field, turns } = found;
	const isSystem = ({ role }: Turn): boolean => role === 'system' || role === 'developer';
	const { system, systemInstruction, ...rest } = body;
	const apart = [system, systemInstruction].filter((part) => part !== undefined).map(textOf);
	const text = [...apart, ...turns.filter(isSystem).map(({ content }) => textOf(content))].join('\n\n');
	if (text.trim() === '') return null;
	const others = turns.filter((turn) => !isSystem(turn));
	const first = others.findIndex(({ role }) => role === 'user');
	if (first === -1) others.unshift(turnOf(field, text));
	else others[first] = startingWith(field, text, others[first]!);
	return { ...rest, [field]: others };
}

function turnOf(field: 'messages' | 'contents', text: string): Turn {
	return field === 'contents' ? { role: 'user', parts: [{ text }] } : { role: 'user', content: text };
}

function startingWith(field: 'messages' | 'contents', text: string, turn: Turn): Turn {
	if (field === 'contents') return { ...turn, parts: [{ text }, ...listOf(turn.parts)] };
	if (typeof turn.content === 'string') return { ...turn, content: `${text}\n\n${turn.content}` };
	return { ...turn, content: [{ type: 'text', text }, ...listOf(turn.content)] };
}

/** Merges consecutive turns of one role; null if there are none. Tool calls and their results stay separate. */
export function withTurnsMerged(body: Json): Json | null {
	const found = turnsOf(body);
	if (!found || found.field !== 'messages') return null;
	const merged: Turn[] = [];
	for (const turn of found.turns) {
		const last = merged.at(-1);
		const isPlain = turn.role !== 'tool' && !turn.tool_calls && !last?.tool_calls;
		if (last && last.role === turn.role && isPlain)
			merged[merged.length - 1] = { ...last, content: joined(last.content, turn.content) };
		else merged.push(turn);
	}
	const first = merged.findIndex(({ role }) => role !== 'system' && role !== 'developer');
	// A greeting by the model cannot come first either.
	if (merged[first]?.role === 'assistant')
		merged.splice(first, 0, turnOf('messages', '(The conversation begins.)'));
	return merged.length === found.turns.length && merged[first] === found.turns[first]
		? null
		: { ...body, messages: merged };
}

function joined(one: unknown, other: unknown): unknown {
	if (typeof one === 'string' && typeof other === 'string') return `${one}\n\n${other}`;
	const partsOf = (content: unknown): unknown[] =>
		typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content);
	return [...partsOf(one), ...partsOf(other)];
}

/** Replaces the provider's own JSON output by an instruction; null if it is not used. */
export function withJsonInWords({ body, url }: Sent): Json | null {
	const instructed = (rest: Json, schema: unknown): Json => withInstruction({ body: rest, url }, schema);
	const { response_format: format, output_config: output, generationConfig: config, ...rest } = body;
	if (isJson(format)) {
		const schema = isJson(format.json_schema) ? format.json_schema.schema : undefined;
		return instructed({ ...rest, ...kept({ output_config: output, generationConfig: config }) }, schema);
	}
	if (isJson(output) && isJson(output.format)) {
		const {
			format: { schema },
			...others
		} = output as { format: { schema?: unknown } };
		return instructed({ ...rest, ...(Object.keys(others).length > 0 && { output_config: others }) }, schema);
	}
	if (isJson(config) && (config.responseMimeType ?? config.responseJsonSchema ?? config.responseSchema)) {
		const { responseMimeType: _mime, responseJsonSchema, responseSchema, ...others } = config;
		return instructed({ ...rest, generationConfig: others }, responseJsonSchema ?? responseSchema);
	}
	return null;
}

function kept(fields: Json): Json {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function withInstruction({ body, url }: Sent, schema: unknown): Json {
	const instruction = [
		'Answer with one JSON value and nothing else: no introduction, no explanation, no code fence.',
		...(schema ? [`The JSON must be valid against this JSON Schema:\n${JSON.stringify(schema)}`] : []),
	].join('\n');
	if (Array.isArray(body.contents)) {
		const before = listOf((body.systemInstruction as Turn | undefined)?.parts);
		return { ...body, systemInstruction: { role: 'user', parts: [...before, { text: instruction }] } };
	}
	const messages = listOf(body.messages) as Turn[];
	const at = messages.findIndex(({ role }) => role === 'system');
	if (at !== -1) {
		const system = { ...messages[at], content: joined(messages[at]!.content, instruction) };
		return { ...body, messages: messages.with(at, system) };
	}
	if (/\/messages(?:\?|$)/.test(url)) {
		return { ...body, system: body.system === undefined ? instruction : joined(body.system, instruction) };
	}
	return { ...body, messages: [{ role: 'system', content: instruction }, ...messages] };
}

function listOf(value: unknown): unknown[] {
	if (Array.isArray(value)) return value as unknown[];
	return typeof value === 'string' && value !== '' ? [{ type: 'text', text: value }] : [];
}

function textOf(content: unknown): string {
	if (typeof content === 'string') return content;
	const parts = isJson(content) ? listOf(content.parts) : listOf(content);
	return parts.map((part) => (isJson(part) && typeof part.text === 'string' ? part.text : '')).join('\n\n');
}

/** Removes the named field, wherever the protocol puts it; null if it is not there. */
export function without(body: Json, field: string): Json | null {
	const name = field.split('.').at(-1)!;
	if (name === 'strict') return withoutStrict(body);
	if (name in body) {
		const { [name]: _dropped, ...rest } = body;
		return rest;
	}
	for (const outer of ['generationConfig', 'output_config'] as const) {
		const inner = body[outer];
		if (!isJson(inner) || !(name in inner)) continue;
		const { [name]: _dropped, ...others } = inner;
		const { [outer]: _outer, ...rest } = body;
		return Object.keys(others).length > 0 ? { ...rest, [outer]: others } : rest;
	}
	return null;
}

function withoutStrict(body: Json): Json | null {
	const { response_format: format, tools } = body;
	const bare = (value: unknown): unknown => {
		if (!isJson(value)) return value;
		const { strict: _strict, ...rest } = value;
		return isJson(rest.function) ? { ...rest, function: bare(rest.function) } : rest;
	};
	const schema = isJson(format) && isJson(format.json_schema) ? format.json_schema : null;
	const isStrict = (tool: unknown): boolean =>
		isJson(tool) && ('strict' in tool || (isJson(tool.function) && 'strict' in tool.function));
	if (!(schema && 'strict' in schema) && !(Array.isArray(tools) && tools.some(isStrict))) return null;
	return {
		...body,
		...(schema && { response_format: { ...(format as Json), json_schema: bare(schema) } }),
		...(Array.isArray(tools) && { tools: tools.map(bare) }),
	};
}

/** Shortens descriptions of tools to `most` characters; null if none is longer. */
export function withShortDescriptions(body: Json, most: number): Json | null {
	if (!Array.isArray(body.tools)) return null;
	const isLong = (tool: unknown): boolean =>
		isJson(tool) && (lengthOf(tool.description) > most || (isJson(tool.function) && isLong(tool.function)));
	const shortened = (tool: unknown): unknown => {
		if (!isJson(tool) || !isLong(tool)) return tool;
		if (isJson(tool.function)) return { ...tool, function: shortened(tool.function) };
		return { ...tool, description: `${String(tool.description).slice(0, most - 1)}…` };
	};
	return body.tools.some(isLong) ? { ...body, tools: body.tools.map(shortened) } : null;
}

const SHORT_ID = /^[a-zA-Z0-9]{9}$/;

/** Gives tool calls and their results ids of nine letters and digits; null if all have such ids. */
export function withShortIds(body: Json): Json | null {
	const turns = Array.isArray(body.messages) ? (body.messages as unknown[]) : [];
	const known = new Map<string, string>();
	const short = (id: unknown): unknown => {
		if (typeof id !== 'string' || SHORT_ID.test(id)) return id;
		const made = known.get(id) ?? createHash('sha256').update(id).digest('hex').slice(0, 9);
		known.set(id, made);
		return made;
	};
	const messages = turns.map((turn) => {
		if (!isJson(turn)) return turn;
		const { tool_calls: calls, tool_call_id: answers } = turn;
		return {
			...turn,
			...(Array.isArray(calls) && {
				tool_calls: calls.map((call) => (isJson(call) ? { ...call, id: short(call.id) } : call)),
			}),
			...(answers !== undefined && { tool_call_id: short(answers) }),
		};
	});
	return known.size === 0 ? null : { ...body, messages };
}

/** Puts a turn of the model between a tool's result and the user's next message; null if there is no such place. */
export function withTurnAfterResults(body: Json): Json | null {
	const turns = Array.isArray(body.messages) ? (body.messages as Turn[]) : [];
	const messages = turns.flatMap((turn, at) =>
		turn.role === 'user' && turns[at - 1]?.role === 'tool'
			? [{ role: 'assistant', content: 'I have the result.' }, turn]
			: [turn],
	);
	return messages.length === turns.length ? null : { ...body, messages };
}

/** Lets the user ask to go on where the model's own words end the conversation; null if they do not. */
export function withUserLast(body: Json): Json | null {
	const found = turnsOf(body);
	const last = found?.turns.at(-1);
	if (!found || (last?.role !== 'assistant' && last?.role !== 'model')) return null;
	return { ...body, [found.field]: [...found.turns, turnOf(found.field, 'Go on.')] };
}

/** Empty thoughts for all turns of the model that have none; null if all have some. */
export function withThoughts(body: Json): Json | null {
	const turns = Array.isArray(body.messages) ? (body.messages as Turn[]) : [];
	const lacks = (turn: Turn): boolean => turn.role === 'assistant' && !('reasoning_content' in turn);
	if (!turns.some(lacks)) return null;
	// An empty text is refused as well.
	const messages = turns.map((turn) => (lacks(turn) ? { ...turn, reasoning_content: ' ' } : turn));
	return { ...body, messages };
}

function lengthOf(text: unknown): number {
	return typeof text === 'string' ? text.length : 0;
}
