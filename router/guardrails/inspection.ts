import { promptInjectionMark, promptInjectionMarkInPieces } from './injection/injection';
import { findPersonalData } from './personalData/personalData';
import { piecesOf } from '../text/pieces';
import type { Breathe } from '../text/pieces';

/** What the guardrails found in a prompt. */
export interface Inspection {
	personalData: boolean;
	/** The sign of a prompt injection, in our own words; null: there is none. */
	injectionMark: string | null;
}

/** Reads the whole text, a long one a piece at a time so that n8n is not blocked. */
export async function inspect(text: string, breathe: Breathe): Promise<Inspection> {
	return {
		personalData: await containsPersonalData(text, breathe),
		injectionMark: await promptInjectionMarkInPieces(text, breathe),
	};
}

async function containsPersonalData(text: string, breathe: Breathe): Promise<boolean> {
	for (const piece of piecesOf(text)) {
		if (findPersonalData(piece.text).length > 0) return true;
		await breathe();
	}
	return false;
}

/** In one go, for texts that are known to be short. */
export function inspectNow(text: string): Inspection {
	return { personalData: findPersonalData(text).length > 0, injectionMark: promptInjectionMark(text) };
}
