/** What the other rooms and the nodes may use of the guardrails. */
import { containsPromptInjection } from './injection/injection';
import { findPersonalData } from './personalData/personalData';

export { allowedModels, injectionFailure } from './allowedModels';
export { containsPromptInjection, promptInjectionMark } from './injection/injection';
export { nationalIdFinder } from './personalData/nationalIds';
export { findPersonalData } from './personalData/personalData';
export type { PersonalDataKind, PersonalDataSpan } from './personalData/terms';
export { redactingClient } from './redactingClient';
export { createRedaction } from './redaction';
export type { Redaction, Restorer } from './redaction';

/** What a classifier asks the guardrails about a prompt. */
export const detectors = {
	personalData: (text: string) => findPersonalData(text).length > 0,
	promptInjection: containsPromptInjection,
};
