/** Keeps a chat model's thoughts, to send them back when the conversation goes on. */
import type { ConnectedChunk, ConnectedThought } from './terms';

type Block = ConnectedThought['blocks'][number];

/** Block types of LangChain's Anthropic and Bedrock models; they come in pieces that share an index. */
const KEPT_BLOCKS = /^(?:thinking|redacted_thinking)$/;

/** Fields of LangChain's DeepSeek and Google models. */
const KEPT_ASIDE = /^reasoning_content$|signature/i;

/** Fields whose pieces are appended. */
const GROWING = new Set(['thinking', 'signature', 'reasoning_content']);

export class Thoughts {
	private readonly blocks = new Map<unknown, Block>();

	private readonly aside: Record<string, unknown> = {};

	take({ content, additional_kwargs: aside = {} }: ConnectedChunk): void {
		for (const block of Array.isArray(content) ? content : []) {
			if (typeof block !== 'object' || !KEPT_BLOCKS.test(block.type ?? '')) continue;
			const { index = this.blocks.size, ...rest } = block as Block;
			this.blocks.set(index, grown(this.blocks.get(index), rest) as Block);
		}
		for (const [name, value] of Object.entries(aside)) {
			if (KEPT_ASIDE.test(name)) Object.assign(this.aside, grown(this.aside, { [name]: value }));
		}
	}

	/** null: there is nothing to send back. */
	all(): ConnectedThought | null {
		// A thought without its signature would be refused.
		const blocks = [...this.blocks.values()].filter((block) => block.signature ?? block.data);
		return blocks.length > 0 || Object.keys(this.aside).length > 0 ? { blocks, aside: this.aside } : null;
	}
}

function grown(
	before: Record<string, unknown> = {},
	piece: Record<string, unknown>,
): Record<string, unknown> {
	const result = { ...before };
	for (const [name, value] of Object.entries(piece)) {
		const was = result[name];
		if (value === undefined || value === null || value === '') continue;
		if (GROWING.has(name) && typeof was === 'string' && typeof value === 'string') result[name] = was + value;
		else if (isObject(was) && isObject(value)) result[name] = { ...was, ...value };
		else result[name] = value;
	}
	return result;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
