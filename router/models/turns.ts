import { filesIn, textOf, userMessage } from '../text/parts';
import type { Message } from '../types';

export interface Turn {
	role: Message['role'];
	messages: Message[];
}

/** Said where a conversation begins with the model's greeting: Anthropic and Gemini want the user to speak first. */
const OPENING: Message = userMessage('(The conversation begins.)');

/** Messages with those of one role in a row put together; the first turn is the user's, and none is empty. */
export function inTurns(messages: readonly Message[]): Turn[] {
	const spoken = messages.filter(({ parts }) => textOf(parts).trim() !== '' || filesIn(parts).length > 0);
	const fromUser = spoken[0]?.role === 'assistant' ? [OPENING, ...spoken] : spoken;
	const turns: Turn[] = [];
	for (const message of fromUser) {
		const last = turns.at(-1);
		if (last?.role === message.role) last.messages.push(message);
		else turns.push({ role: message.role, messages: [message] });
	}
	return turns;
}
