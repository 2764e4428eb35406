/** The part of the guardrails that other rooms and the nodes may use. */
export { allowedModels, injectionFailure } from './allowedModels';
export { containsPromptInjection, promptInjectionMark } from './injection/injection';
export { inspect, inspectNow } from './inspection';
export type { Inspection } from './inspection';
export { nationalIdFinder } from './personalData/nationalIds';
export { findPersonalData } from './personalData/personalData';
export type { PersonalDataKind, PersonalDataSpan } from './personalData/terms';
export { redactingClient } from './redactingClient';
export { createRedaction } from './redaction';
export type { Redaction, Restorer } from './redaction';
