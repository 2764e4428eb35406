import { createHash } from 'node:crypto';

import { toolCallsIn } from '../../router/text/parts';
import type { ChatRequest, JsonSchema, Part, Tool } from '../../router/types';

/** Names that OpenAI, Anthropic, Gemini and Mistral all accept. Tools of MCP servers have any name. */
const FITS = /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/;

const MAX_LENGTH = 64;

/**
 * The tools of a call: what providers are told of them, and what the agent knows them by. n8n lets the tools of MCP servers
 * and toolkits have names that providers refuse.
 */
export class ToolBook {
	/** By the agent's name. */
	private readonly sentNames = new Map<string, string>();

	/** By the name that is sent. */
	private readonly ownNames = new Map<string, string>();

	private readonly schemas: ReadonlyMap<string, JsonSchema>;

	constructor(private readonly tools: readonly Tool[]) {
		this.schemas = new Map(tools.map(({ name, schema }) => [name, schema]));
		// Names that fit stay, whatever the others become.
		const names = tools.map(({ name }) => name).sort((a, b) => Number(FITS.test(b)) - Number(FITS.test(a)));
		for (const name of names) this.sentName(name);
	}

	/** What providers are told of the tools. */
	sent({ toolChoice }: Pick<ChatRequest, 'toolChoice'>): Pick<ChatRequest, 'tools' | 'toolChoice'> {
		if (this.tools.length === 0) return {};
		const tools = this.tools.map((tool) => ({ ...tool, name: this.sentName(tool.name) }));
		const named = typeof toolChoice === 'object' && { toolChoice: { name: this.sentName(toolChoice.name) } };
		return { tools, ...named };
	}

	/** The same in every call, so that a provider's prompt cache knows the conversation again. */
	sentName(own: string): string {
		const known = this.sentNames.get(own);
		if (known !== undefined) return known;
		let name = FITS.test(own) ? own : fitting(own);
		if (this.ownNames.has(name)) name = numbered(name, own);
		this.sentNames.set(own, name);
		this.ownNames.set(name, own);
		return name;
	}

	/**
	 * The answer's calls by the names that the agent knows. Where it wants one at a time, the first alone: Gemini and others
	 * have no word for that wish, and a model that reads one result calls for the next.
	 */
	own(parts: readonly Part[], { parallelToolCalls }: Pick<ChatRequest, 'parallelToolCalls'> = {}): Part[] {
		const [first] = toolCallsIn(parts);
		return parts
			.filter((part) => parallelToolCalls !== false || part.type !== 'toolCall' || part === first)
			.map((part) =>
				part.type === 'toolCall' ? { ...part, name: this.ownNames.get(part.name) ?? part.name } : part,
			);
	}

	/**
	 * As the model wrote it: n8n's agent hands a call on with its id, and with the name of a toolkit's tool, among the input,
	 * and models imitate what they read.
	 */
	inputOf(id: string, name: string, input: unknown): unknown {
		if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
		const { properties = {} } = (this.schemas.get(name) ?? {}) as { properties?: Record<string, unknown> };
		const added: Record<string, unknown> = { id, ...(this.schemas.has(name) && { tool: name }) };
		return Object.fromEntries(
			Object.entries(input).filter(
				([key, value]) => !(key in added) || key in properties || value !== added[key],
			),
		);
	}
}

function fitting(name: string): string {
	const plain = name.replace(/[^a-zA-Z0-9_-]+/g, '_');
	const begun = /^[a-zA-Z_]/.test(plain) ? plain : `_${plain}`;
	return begun.length > MAX_LENGTH ? numbered(begun, name) : begun;
}

/** The hash keeps names apart that differ only in what was replaced or cut. */
function numbered(name: string, own: string): string {
	const digest = createHash('sha256').update(own).digest('hex').slice(0, 6);
	return `${name.slice(0, MAX_LENGTH - digest.length - 1)}_${digest}`;
}
