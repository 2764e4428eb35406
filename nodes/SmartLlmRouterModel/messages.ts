/** LangChain's messages in the engine's terms, read by their structure: they come from any version and any node. */
import { toolCallsIn, userMessage } from '../../router/text/parts';
import type {
	AttachmentKind,
	Message,
	Part,
	ReasoningPart,
	ToolCallPart,
	ToolResultPart,
} from '../../router/types';
import { ToolBook } from './toolBook';
import { idWithoutTurn, turnOf } from './turns';

/** What is read of a LangChain message. Any field may be missing. */
export interface LangChainMessage {
	getType?(): string;
	_getType?(): string;
	/** Of a `ChatMessage`. */
	role?: string;
	content?: unknown;
	tool_calls?: ReadonlyArray<{ id?: string; name?: string; args?: unknown }>;
	tool_call_id?: string;
	name?: string;
	status?: string;
}

/** A conversation in the engine's terms. */
export interface Conversation {
	/** All that the system says, in one text. */
	system: string | undefined;
	messages: Message[];
}

type Block = Record<string, unknown> & { type?: string };

/** @param tools of the call, by which inputs are read and names written */
export function conversationOf(
	messages: readonly LangChainMessage[],
	tools: ToolBook = new ToolBook([]),
): Conversation {
	const system: string[] = [];
	const read: Message[] = [];
	/** Names of tools by the ids of their calls: results often come without. */
	const names = new Map<string, string>();
	let mark: string | undefined;
	for (const message of messages) {
		const kind = kindOf(message);
		if (kind === 'system') {
			system.push(textIn(message.content));
			continue;
		}
		const parts = kind === 'tool' ? [resultOf(message, names, tools)] : partsOf(message, kind, tools);
		for (const { id, name } of toolCallsIn(parts)) names.set(id, name);
		const before = mark;
		if (kind !== 'tool') mark = kind === 'assistant' ? markIn(message) : undefined;
		if (kind === 'assistant' && mark !== undefined && mark === before) joinCalls(read, parts);
		else append(read, kind, parts);
	}
	const said = system.filter((text) => text.trim() !== '').join('\n\n') || undefined;
	// Providers answer a person.
	if (said && read.length === 0) return { system: undefined, messages: [userMessage(said)] };
	return { system: said, messages: read };
}

/** Results of the calls of one message belong together. */
function append(messages: Message[], role: Message['role'], parts: Part[]): void {
	const last = messages.at(-1);
	if (role === 'tool' && last?.role === 'tool') {
		messages[messages.length - 1] = { role, parts: [...last.parts, ...parts] };
	} else messages.push({ role, parts });
}

/**
 * n8n's agent makes a message of each of several calls, each with the thoughts before them all. Providers want those once,
 * before the calls that they were signed with, and calls that were made at once in one turn.
 */
function joinCalls(messages: Message[], parts: readonly Part[]): void {
	const at = messages.findLastIndex(({ role }) => role === 'assistant');
	const { role, parts: first } = messages[at];
	messages[at] = { role, parts: [...first, ...toolCallsIn(parts)] };
}

const KINDS: Readonly<Record<string, Message['role'] | 'system'>> = {
	human: 'user',
	user: 'user',
	ai: 'assistant',
	assistant: 'assistant',
	system: 'system',
	developer: 'system',
	tool: 'tool',
	function: 'tool',
};

function kindOf(message: LangChainMessage): Message['role'] | 'system' {
	const type = message.getType?.() ?? message._getType?.() ?? '';
	return KINDS[type] ?? KINDS[message.role ?? ''] ?? 'user';
}

function partsOf(message: LangChainMessage, role: 'user' | 'assistant', tools: ToolBook): Part[] {
	const blocks = blocksOf(message.content);
	const kept = role === 'assistant' ? blocks.flatMap((block) => keptIn(block) ?? []) : [];
	const inputs = Object.assign({}, ...kept.map((one) => one.inputs)) as Kept['inputs'];
	const thoughts = kept.flatMap((one) => one.thoughts.map((thought) => reasoning(thought)));
	const call = (id: string, name: string, input: unknown): ToolCallPart =>
		toolCall(idWithoutTurn(id), tools.sentName(name), inputs[id] ?? tools.inputOf(id, name, input));
	const parts = blocks.flatMap((block) => partOf(block, role, call));
	const written = new Set(toolCallsIn(parts).map(({ id }) => id));
	const calls = (message.tool_calls ?? []).flatMap(({ id = '', name = '', args }) =>
		written.has(idWithoutTurn(id)) ? [] : [call(id, name, args)],
	);
	return [...thoughts, ...parts, ...calls];
}

function resultOf(
	message: LangChainMessage,
	names: ReadonlyMap<string, string>,
	tools: ToolBook,
): ToolResultPart {
	const { tool_call_id, name, status } = message;
	const id = idWithoutTurn(tool_call_id ?? '');
	const files = blocksOf(message.content).flatMap((block) => fileOf(block) ?? []);
	return {
		type: 'toolResult',
		id,
		name: names.get(id) ?? tools.sentName(name || 'tool'),
		output: textIn(message.content),
		...(files.length > 0 && { files: files.map(({ file }) => file) }),
		...(status === 'error' && { isError: true }),
	};
}

function blocksOf(content: unknown): Block[] {
	if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
	if (!Array.isArray(content)) return [];
	return content.map((block: unknown) =>
		typeof block === 'object' && block !== null ? (block as Block) : { type: 'text', text: String(block) },
	);
}

/** All of its text, without files and calls. */
export function textIn(content: unknown): string {
	return blocksOf(content)
		.map(({ text }) => (typeof text === 'string' ? text : ''))
		.join('');
}

function partOf(
	block: Block,
	role: 'user' | 'assistant',
	call: (id: string, name: string, input: unknown) => ToolCallPart,
): Part[] {
	if (typeof block.text === 'string') return [{ type: 'text', text: block.text }];
	if (block.type === 'tool_use' || block.type === 'tool_call') {
		const { id, name } = block;
		return [call(String(id), String(name), block.input ?? block.args)];
	}
	if (role === 'assistant') return [];
	const file = fileOf(block);
	if (file) return [file];
	// A picture on the web: whoever reads the text may know it. Texts are joined without a gap.
	const url = urlOf(block);
	return url ? [{ type: 'text', text: `\n${url}\n` }] : [];
}

// ── Files ────────────────────────────────────────────────────────────────────────────────────

/** A file that a block of any provider's form holds; null where it holds none, or only its address. */
function fileOf(block: Block): Extract<Part, { type: 'file' }> | null {
	const { mediaType, data } = dataOf(block);
	const kind = data === '' ? null : kindOfFile(mediaType);
	if (!kind) return null;
	const { filename } = (block.metadata ?? {}) as { filename?: unknown };
	const name = block.filename ?? block.fileName ?? block.name ?? filename;
	const fileName = typeof name === 'string' ? name : undefined;
	return { type: 'file', file: { kind, mediaType, data, ...(fileName && { fileName }) } };
}

function dataOf(block: Block): { mediaType: string; data: string } {
	const fromUrl = /^data:([^;,]+)(?:;[^,]*)?,(.*)$/s.exec(urlOf(block) ?? '');
	if (fromUrl) return { mediaType: fromUrl[1], data: fromUrl[2] };
	const source = [block.source, block.input_audio, block.file, block].find(
		(place): place is Block => typeof (place as Block | undefined)?.data === 'string',
	);
	if (!source) return { mediaType: '', data: '' };
	const named = source.media_type ?? source.mime_type ?? source.mimeType ?? block.mimeType;
	const format = typeof source.format === 'string' ? `audio/${source.format}` : '';
	return { mediaType: typeof named === 'string' ? named : format, data: String(source.data) };
}

function urlOf(block: Block): string | undefined {
	const holder = block.image_url ?? block.url ?? (block.file as Block | undefined)?.file_data;
	const url = typeof holder === 'object' && holder !== null ? (holder as Block).url : holder;
	return typeof url === 'string' ? url : undefined;
}

function kindOfFile(mediaType: string): AttachmentKind | null {
	if (mediaType.startsWith('image/')) return 'image';
	if (mediaType.startsWith('audio/')) return 'audio';
	return mediaType === 'application/pdf' ? 'document' : null;
}

// ── Thoughts ─────────────────────────────────────────────────────────────────────────────────

/** Begins the signature of the thinking blocks that this node writes. */
const MARK = 'llm-router:';

interface Kept {
	thoughts: Array<Pick<ReasoningPart, 'maker' | 'opaque'>>;
	/** Inputs by the ids of the calls. */
	inputs: Record<string, string>;
}

/**
 * What a model wants to get back of its thoughts, in the one form that n8n's agent hands from step to step: the
 * signature of a thinking block. With the inputs of the calls, as the agent loses those of such a message. Empty where
 * no tool is called: then the model has ended and wants nothing back.
 */
export function thoughtBlocks(parts: readonly Part[]): Array<Block & { type: string }> {
	const thoughts = parts.filter((part) => part.type === 'reasoning');
	const calls = toolCallsIn(parts);
	if (thoughts.length === 0 || calls.length === 0) return [];
	const kept: Kept = {
		thoughts: thoughts.map(({ maker, opaque }) => ({ maker, opaque })),
		inputs: Object.fromEntries(calls.map(({ id, input }) => [id, input])),
	};
	const signature = MARK + Buffer.from(JSON.stringify(kept)).toString('base64');
	return [{ type: 'thinking', thinking: '', signature }];
}

/** The mark by which the thoughts or calls of one answer are known again; undefined where a message has none of ours. */
function markIn({ content, tool_calls: calls = [] }: LangChainMessage): string | undefined {
	const marks = blocksOf(content).flatMap(({ type, signature }) =>
		type === 'thinking' && typeof signature === 'string' && signature.startsWith(MARK) ? [signature] : [],
	);
	return marks.at(0) ?? turnOf(calls.map(({ id = '' }) => id));
}

/** null for a thinking block of another node's model, which no model here can use. */
function keptIn({ type, signature }: Block): Kept | null {
	if (type !== 'thinking' || typeof signature !== 'string' || !signature.startsWith(MARK)) return null;
	try {
		return JSON.parse(Buffer.from(signature.slice(MARK.length), 'base64').toString('utf8')) as Kept;
	} catch {
		return null;
	}
}

function reasoning({ maker, opaque }: Kept['thoughts'][number]): ReasoningPart {
	return { type: 'reasoning', maker, opaque };
}

/** @param input an object, or JSON of one */
function toolCall(id: string, name: string, input: unknown): ToolCallPart {
	const json = typeof input === 'string' ? input : JSON.stringify(input ?? {});
	return { type: 'toolCall', id, name, input: json === '' ? '{}' : json };
}
