import type { Situation } from '../situation';
import { ACCOUNTS } from './accounts';
import { ENDINGS } from './endings';
import { ERRORS_INSIDE, STREAMED_ERRORS } from './errorsInside';
import { ODD_FORMS } from './forms';
import { FURTHER } from './further';
import { LAST_YEARS_ANSWERS } from './lastYearsAnswers';
import { LAST_YEARS_REFUSALS } from './lastYearsRefusals';
import { LIMITS } from './limits';
import { REFUSALS } from './refusals';
import { REMEDIES } from './remedies';
import { REMEDIES_OF_FORM } from './remediesOfForm';
import { RESETS } from './resets';
import { THOUGHTS } from './thoughts';
import { TOOLS } from './tools';

export const SITUATIONS: readonly Situation[] = [
	...ENDINGS,
	...ODD_FORMS,
	...ERRORS_INSIDE,
	...STREAMED_ERRORS,
	...LIMITS,
	...RESETS,
	...REFUSALS,
	...REMEDIES,
	...REMEDIES_OF_FORM,
	...THOUGHTS,
	...TOOLS,
	...ACCOUNTS,
	...FURTHER,
	...LAST_YEARS_REFUSALS,
	...LAST_YEARS_ANSWERS,
];
