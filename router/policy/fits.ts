/** Whether a model can take a request at all. */
import type { AttachmentKind, Model, PassedOver } from '../types';

/** Tokens kept free for an answer without a limit: enough for a short one. */
export const ANSWER_RESERVE = 256;

/** Answers are mostly shorter than their limit, so no more than this share of a window is kept free. */
const RESERVED_SHARE = 1 / 4;

export interface RequestSize {
	/** Estimated tokens of system message, history, prompt and attachments together. */
	requestTokens: number;
	attachments: readonly AttachmentKind[];
	/** The node's limit; a model's own limit overrides it. */
	maxOutputTokens?: number;
	/** Lower case; `eu` includes `eu-central-1`. Absent: all. */
	allowedRegions?: readonly string[];
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
		const why = misfit(model, request);
		if (why === null) fitting.push(model);
		else passedOver.push({ alias: model.alias, ...why });
	}
	return { fitting, passedOver };
}

function misfit(model: Model, request: RequestSize): Omit<PassedOver, 'alias'> | null {
	if (!isAllowed(model, request.allowedRegions)) {
		const reason = model.region
			? `its region ${model.region} is not allowed`
			: 'its region is not known, and only some are allowed';
		return { cause: 'region', reason };
	}
	const refused = request.attachments.find((kind) => !model.accepts.has(kind));
	if (refused !== undefined) {
		return { cause: refused, reason: `it cannot take ${KINDS_IN_WORDS[refused]}` };
	}
	if (model.contextWindow === null) return null;
	const limit = model.maxOutputTokens ?? request.maxOutputTokens ?? ANSWER_RESERVE;
	const answer = Math.min(limit, Math.floor(model.contextWindow * RESERVED_SHARE));
	const needed = Math.ceil(request.requestTokens + answer);
	if (needed <= model.contextWindow) return null;
	return {
		cause: 'window',
		reason: `its window of ${inWords(model.contextWindow)} tokens is too small for ${inWords(needed)}`,
	};
}

function inWords(tokens: number): string {
	return tokens.toLocaleString('en-US');
}

/** A model of unknown region is not allowed. */
export function isAllowed(
	{ region }: Pick<Model, 'region'>,
	allowedRegions: readonly string[] = [],
): boolean {
	if (allowedRegions.length === 0) return true;
	if (region === undefined) return false;
	const own = inOneSpelling(region);
	return allowedRegions
		.map(inOneSpelling)
		.some((allowed) => own === allowed || own.startsWith(`${allowed}-`));
}

/** Google's `europe-west4` becomes `eu-west4`, as other providers write it. */
function inOneSpelling(region: string): string {
	return region
		.trim()
		.toLowerCase()
		.replace(/^europe(?=-|$)/, 'eu');
}
