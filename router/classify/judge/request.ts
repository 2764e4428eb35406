import { userMessage } from '../../text/parts';
import type { ChatRequest } from '../../types';
import type { Case } from './judge';
import { fenced, instructions } from './prompt';
import { flawOf, judgementSchema } from './schema';

export { readJudgement } from './schema';

/** Answer limit in tokens; reasoning models get more. */
const ANSWER_TOKENS = 300;
const THINKING_TOKENS = 3_000;

/** @param random what the fence is drawn by, so that no prompt can know it @param thinks whether the judge reasons */
export function judgeRequest(
	{ shown, attachments, intents }: Case,
	random: () => number,
	thinks: boolean,
): ChatRequest {
	const fence = drawFence(random);
	const text = shown.replaceAll(fence, '');
	return {
		system: instructions(intents),
		messages: [userMessage(fenced(text, attachments, fence))],
		format: { type: 'json', schema: judgementSchema(intents), check: flawOf },
		limits: { temperature: 0, maxOutputTokens: thinks ? THINKING_TOKENS : ANSWER_TOKENS },
	};
}

/** 128 bits. */
function drawFence(random: () => number): string {
	const word = () =>
		Math.floor(random() * 2 ** 32)
			.toString(16)
			.padStart(8, '0');
	return `==${word()}${word()}${word()}${word()}==`;
}
