/** What is asked in the soak: every kind of work in turn, so that each path of the engine is walked. */
import type { ChatRequest, Decision, Rule, Strategy } from '../../router/types';
import { textOf, userMessage } from '../../router/text/parts';

const STRATEGIES: readonly Strategy[] = ['smart', 'priority', 'cheapest', 'fastest', 'weighted', 'cascade'];

/** A word in the prompt picks the rule, and with it the strategy. */
export const RULES: readonly Rule[] = STRATEGIES.map((strategy) => ({
	name: strategy,
	enabled: true,
	match: { keywords: [`by-${strategy}`] },
	models: [],
	strategy,
}));

const SCHEMA = {
	type: 'object',
	properties: { city: { type: 'string' }, people: { type: 'integer' } },
	required: ['city', 'people'],
};

const EVERY_JSON = 7;
const EVERY_LONG = 20;
/** About 8 kB. */
const LONG_TAIL = `\n${'A paragraph of a report that has to be read to its end. '.repeat(150)}`;

export function requestOf(item: number): ChatRequest {
	const strategy = STRATEGIES[item % STRATEGIES.length];
	const question = `Question ${item} by-${strategy}: mail user${item % 97}@example.com about invoice ${item}`;
	const text = item % EVERY_LONG === 0 ? question + LONG_TAIL : question;
	const format: ChatRequest['format'] =
		item % EVERY_JSON === 0 ? { type: 'json', schema: SCHEMA } : { type: 'text' };
	return { messages: [userMessage(text)], format, limits: {} };
}

/** null: the answer is whole and this item's own; else what is wrong with it. The providers repeat twelve words. */
export function wrongWith(request: ChatRequest, { answer }: Decision): string | null {
	if (!answer) return null;
	if (request.format.type === 'json') {
		const { city, people } = (answer.json ?? {}) as { city?: unknown; people?: unknown };
		return typeof city === 'string' && Number.isInteger(people) ? null : 'JSON that does not fit its schema';
	}
	const words = textOf(request.messages[0].parts).split(/\s+/).filter(Boolean).slice(0, 12).join(' ');
	return answer.text === `[${answer.model.modelId}] You asked: ${words}` ? null : 'not the whole answer';
}
