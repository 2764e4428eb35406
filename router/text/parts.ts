/** Reads and makes the parts of messages. */
import type { Attachment, Message, Part, ToolCallPart } from '../types';

/** Without the results of tools. */
export function textOf(parts: readonly Part[]): string {
	return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}

/** Including files that tools returned. */
export function filesIn(parts: readonly Part[]): Attachment[] {
	return parts.flatMap((part) => {
		if (part.type === 'file') return [part.file];
		return part.type === 'toolResult' ? (part.files ?? []) : [];
	});
}

export function toolCallsIn(parts: readonly Part[]): ToolCallPart[] {
	return parts.filter((part) => part.type === 'toolCall');
}

export function userMessage(text: string, files: readonly Attachment[] = []): Message {
	return {
		role: 'user',
		parts: [{ type: 'text', text }, ...files.map((file) => ({ type: 'file' as const, file }))],
	};
}

export function assistantMessage(text: string): Message {
	return { role: 'assistant', parts: [{ type: 'text', text }] };
}

/** The prompt: the last message of the user, even if tool results follow it. */
export function promptIn(messages: readonly Message[]): Message | undefined {
	return messages.findLast(({ role }) => role === 'user');
}
