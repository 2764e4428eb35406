/** Whether a model can take a request at all. */
import type { AttachmentKind, Model, PassedOver } from '../types';

/** Tokens kept free for the answer where nobody limits it: enough for a short one. */
export const ANSWER_RESERVE = 256;

export interface RequestSize {
	/** Estimated tokens of system message, history, prompt and attachments together. */
	requestTokens: number;
	attachments: readonly AttachmentKind[];
	/** The node's limit; a model's own limit goes before it. */
	maxOutputTokens?: number;
}

const KINDS_IN_WORDS: Record<AttachmentKind, string> = {
	image: 'images',
	document: 'documents',
	audio: 'audio',
};

export function splitByFit(
	models: readonly Model[],
	request: RequestSize,
): { fitting: Model[]; passedOver: PassedOver[] } {
	const fitting: Model[] = [];
	const passedOver: PassedOver[] = [];
	for (const model of models) {
		const reason = misfit(model, request);
		if (reason === null) fitting.push(model);
		else passedOver.push({ alias: model.alias, reason });
	}
	return { fitting, passedOver };
}

function misfit(model: Model, request: RequestSize): string | null {
	const refused = request.attachments.find((kind) => !model.accepts.has(kind));
	if (refused !== undefined) return `it cannot take ${KINDS_IN_WORDS[refused]}`;
	const answer = model.maxOutputTokens ?? request.maxOutputTokens ?? ANSWER_RESERVE;
	const needed = Math.ceil(request.requestTokens + answer);
	if (model.contextWindow === null || needed <= model.contextWindow) return null;
	return `its window of ${inWords(model.contextWindow)} tokens is too small for ${inWords(needed)}`;
}

function inWords(tokens: number): string {
	return tokens.toLocaleString('en-US');
}
