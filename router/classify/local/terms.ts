/** Sizes that the weights, what fills their inputs and what learns on top of them agree on. */
import { TASKS } from '../../types';

/** Length of what `taskInputs` fills. */
export const TASK_INPUTS = 3 * TASKS.length + 23;
/** Length of what `complexityInputs` fills. */
export const COMPLEXITY_INPUTS = TASKS.length + 32;
/** Open prompts; choices between up to five answers; between more. Each has weights of its own for the complexity. */
export const FORMS = [0, 1, 2] as const;
export type Form = (typeof FORMS)[number];
