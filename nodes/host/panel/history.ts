/** Earlier messages of a conversation, in any of the forms that n8n's nodes give. */
import { z } from 'zod';

import { assistantMessage, userMessage } from '../../../router/text/parts';
import { ConfigurationError, type Message } from '../../../router/types';
import { parseJson } from './parseJson';

const FIELD = 'Options → History';
const EXAMPLE = '[{"role": "user", "content": "Hello"}]';

/** Those of the system stand apart, as every provider has its own place for them. */
export interface History {
	system: string[];
	messages: Message[];
}

type Speaker = 'system' | 'user' | 'assistant' | 'tool';
interface Said {
	who: Speaker;
	text: string;
}

/** By every name that OpenAI, LangChain and n8n give a speaker. */
const SPEAKERS: Readonly<Record<string, Speaker>> = {
	system: 'system',
	developer: 'system',
	user: 'user',
	human: 'user',
	assistant: 'assistant',
	ai: 'assistant',
	tool: 'tool',
	function: 'tool',
	SystemMessage: 'system',
	HumanMessage: 'user',
	AIMessage: 'assistant',
	AIMessageChunk: 'assistant',
	HumanMessageChunk: 'user',
	ToolMessage: 'tool',
};
const speaker = z.string().transform((name, context): Speaker => {
	if (Object.hasOwn(SPEAKERS, name)) return SPEAKERS[name];
	context.addIssue({ code: 'custom', message: 'no speaker' });
	return z.NEVER;
});

/** Text, or a list of parts of which only the texts can be sent again. */
const content = z
	.union([z.string(), z.array(z.union([z.string(), z.object({ text: z.string().optional() })]))])
	.transform((value) =>
		typeof value === 'string'
			? value
			: value.map((part) => (typeof part === 'string' ? part : (part.text ?? ''))).join(''),
	);

const said = (who: Speaker, text: string): Said[] => [{ who, text }];

/** OpenAI's form. */
const ofRole = z
	.object({ role: speaker, content: content.nullable() })
	.transform((entry) => said(entry.role, entry.content ?? ''));

/** As Chat Memory Manager writes a turn. */
const ofTurn = z
	.object({ human: content.optional(), ai: content.optional(), system: content.optional() })
	.refine(({ human, ai, system }) => human !== undefined || ai !== undefined || system !== undefined)
	.transform(({ system, human, ai }): Said[] => [
		...(system === undefined ? [] : said('system', system)),
		...(human === undefined ? [] : said('user', human)),
		...(ai === undefined ? [] : said('assistant', ai)),
	]);

/** LangChain's messages as they are stored: `{ type: 'human', data: { content } }`. */
const stored = z
	.object({ type: speaker, data: z.object({ content }) })
	.transform((entry) => said(entry.type, entry.data.content));

/** LangChain's messages as they are written out: `{ id: [..., 'HumanMessage'], kwargs: { content } }`. */
const writtenOut = z
	.object({
		id: z.array(z.string()).transform((path) => path.at(-1) ?? ''),
		kwargs: z.object({ content }),
	})
	.transform((entry, context): Said[] => {
		const who = speaker.safeParse(entry.id);
		if (who.success) return said(who.data, entry.kwargs.content);
		context.addIssue({ code: 'custom', message: 'no speaker' });
		return z.NEVER;
	});

/** LangChain's messages themselves, as an expression may hand them over. */
const plain = z.object({ type: speaker, content }).transform((entry) => said(entry.type, entry.content));

const entries = z.array(z.union([ofRole, stored, writtenOut, plain, ofTurn]));

/** @throws ConfigurationError naming the first entry that is no message */
export function parseHistory(value: unknown): History {
	const given = parseJson(value, FIELD, EXAMPLE) ?? [];
	// The whole item of Chat Memory Manager.
	const list = isHolder(given) ? given.messages : given;
	const result = entries.safeParse(list);
	if (!result.success) {
		const at = result.error.issues[0]?.path[0];
		throw new ConfigurationError(
			FIELD,
			`${FIELD} is not a list of messages${typeof at === 'number' ? ` (see message ${at + 1})` : ''}`,
			`Each message needs a role (user, assistant or system) and a content text, like ${EXAMPLE}, or is one of {"human": "…", "ai": "…"}, as Chat Memory Manager gives them`,
		);
	}
	return historyOf(result.data.flat());
}

function isHolder(value: unknown): value is { messages: unknown } {
	return typeof value === 'object' && value !== null && !Array.isArray(value) && 'messages' in value;
}

/** Results of tools and answers without text are left out: the calls that they belong to are not in the history. */
function historyOf(all: readonly Said[]): History {
	const told = all.filter(({ text }) => text.trim() !== '');
	return {
		system: told.flatMap(({ who, text }) => (who === 'system' ? [text] : [])),
		messages: told.flatMap(({ who, text }) => {
			if (who === 'user') return [userMessage(text)];
			return who === 'assistant' ? [assistantMessage(text)] : [];
		}),
	};
}
