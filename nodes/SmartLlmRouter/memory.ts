/** The memory node wired to the router: what was said before is read before an answer, and the answer is added after it. */
import type { IExecuteFunctions } from 'n8n-workflow';

import { ConfigurationError, type Decision, type Message } from '../../router/types';
import { parseHistory } from '../host/panel/history';

/** What the router needs of LangChain's `BaseChatMemory`. */
interface ChatMemory {
	loadMemoryVariables(values: object): Promise<Record<string, unknown>>;
	saveContext(input: object, output: object): Promise<void>;
	memoryKey?: string;
	chatHistory?: object;
}

/** LangChain's message, by the methods that its versions name the speaker with. */
interface ChatMessage {
	role?: string;
	content: unknown;
	getType?(): string;
	_getType?(): string;
}

/** One item's place in its session. */
export interface Turn {
	/** What was said before, those of the item's predecessors in the session included. */
	messages(): Promise<Message[]>;
	/** Adds an answer, and nothing where there is none. */
	keep(prompt: string, decision: Decision): Promise<void>;
	/** The next item of the session may begin. */
	end(): void;
}

/** The sessions of one run. Items of one session are answered one after another, in the order of the items. */
export class Sessions {
	/** By session, when the last item that waits in it has ended. */
	private readonly lines = new Map<unknown, Promise<void>>();

	/** Errors of the memory node while answers were added. The items have their answers all the same. */
	readonly notKept = new Set<string>();

	/** Memories are asked for one after another, so that items line up in their order. */
	private opened: Promise<unknown> = Promise.resolve();

	constructor(private readonly context: Pick<IExecuteFunctions, 'getInputConnectionData'>) {}

	/** To be called in the order of the items. @throws ConfigurationError where nothing is wired to the input */
	async turn(itemIndex: number): Promise<Turn> {
		const memory = this.opened.then(async () => await this.memoryOf(itemIndex));
		this.opened = memory.catch(() => undefined);
		return this.placed(await memory);
	}

	private placed(memory: ChatMemory): Turn {
		const session = sessionOf(memory);
		const before = this.lines.get(session) ?? Promise.resolve();
		let end = (): void => undefined;
		this.lines.set(session, new Promise<void>((resolve) => (end = resolve)));
		return {
			messages: async () => {
				await before;
				return await messagesIn(memory);
			},
			keep: async (prompt, { answer }) => {
				if (!answer) return;
				try {
					await memory.saveContext({ input: prompt }, { output: answer.text });
				} catch (error) {
					this.notKept.add(error instanceof Error ? error.message : String(error));
				}
			},
			end: () => end(),
		};
	}

	/** n8n hands over the memory itself, or a list of one. */
	private async memoryOf(itemIndex: number): Promise<ChatMemory> {
		const found: unknown = await this.context.getInputConnectionData('ai_memory', itemIndex);
		const memory: unknown = Array.isArray(found) ? found[0] : found;
		if (isMemory(memory)) return memory;
		throw new ConfigurationError(
			'Options → Memory',
			'Nothing is connected to the input "Memory"',
			'Connect a memory node such as Simple Memory to it, or take the option Memory away',
		);
	}
}

const isMemory = (value: unknown): value is ChatMemory =>
	typeof (value as Partial<ChatMemory> | null | undefined)?.loadMemoryVariables === 'function';

/**
 * Tells sessions apart: by the session's name in the chat history, else by the history itself, which memories of one
 * session share. All memories without a history count as one session.
 */
function sessionOf({ chatHistory }: ChatMemory): unknown {
	if (chatHistory === undefined) return undefined;
	const named = Object.entries(chatHistory).find(
		([name, value]) => /^_?session(id|key)?$/i.test(name) && typeof value === 'string',
	);
	return named ? `${chatHistory.constructor.name} ${String(named[1])}` : chatHistory;
}

async function messagesIn(memory: ChatMemory): Promise<Message[]> {
	const variables = await memory.loadMemoryVariables({});
	const found = variables[memory.memoryKey ?? 'chat_history'] ?? Object.values(variables)[0];
	if (!Array.isArray(found)) return [];
	return parseHistory((found as ChatMessage[]).map(plainly)).messages;
}

function plainly(message: ChatMessage): object {
	const type = message.getType?.() ?? message._getType?.() ?? 'generic';
	return { role: type === 'generic' ? (message.role ?? 'user') : type, content: message.content };
}
