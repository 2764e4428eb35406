import type { NodeExecutionHint } from 'n8n-workflow';

import type { AttachmentKind, Decision, Model } from '../../../router/types';
import { counted, inWords, type Unit } from './unit';

const KINDS_IN_WORDS: Readonly<Record<AttachmentKind, string>> = {
	image: 'read images',
	document: 'read PDF files',
	audio: 'take audio',
};

/** `3 of 4 models can read images: "llama" was passed over for 5 items`. A kind that all models take needs no word. */
export function passedOverHints(
	asked: ReadonlyArray<{ decision: Decision; policy: { models: readonly Model[] } }>,
	unit: Unit,
): NodeExecutionHint[] {
	return (['image', 'document', 'audio'] as const).flatMap((kind) => {
		const cases = asked.flatMap(({ decision, policy: { models } }) => {
			const skipped = (decision.route?.passedOver ?? []).filter(({ cause }) => cause === kind);
			return skipped.length > 0 ? [{ models, aliases: skipped.map(({ alias }) => alias) }] : [];
		});
		if (cases.length === 0) return [];
		const { models } = cases[0];
		const able = models.filter(({ accepts }) => accepts.has(kind)).length;
		const aliases = [...new Set(cases.flatMap((entry) => entry.aliases))];
		const message =
			`${able === 0 ? 'None' : able} of ${models.length} ${models.length === 1 ? 'model' : 'models'} can ${KINDS_IN_WORDS[kind]}: ` +
			`${listed(aliases)} ${aliases.length === 1 ? 'was' : 'were'} passed over for ${counted(cases.length, unit)}`;
		return [{ message, location: 'outputPane', type: 'info' }];
	});
}

/** `"a", "b" and 3 more`. */
function listed(aliases: readonly string[]): string {
	const named = aliases.slice(0, 3).map((alias) => `"${alias}"`);
	if (aliases.length > 3) return `${named.join(', ')} and ${aliases.length - 3} more`;
	return inWords(named);
}
