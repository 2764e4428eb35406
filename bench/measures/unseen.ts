/** What a model shows of a family of outcomes that it never saw, nor its questions in other sets. */
import { trainComplexity, type ComplexityModel, type OutcomeExample } from '../../train/complexityTraining';

/** Sets of one family: the same questions, put to other models. */
export const FAMILIES: Record<string, string[]> = {
	mmlu: ['mmlu'],
	mmlupro: ['mmlupro'],
	ulab: ['ulab'],
	gsm8k: ['gsm8k', 'ze_gsm'],
	fe_cot: ['fe_cot'],
	ze_crux: ['ze_crux'],
	ze_math5: ['ze_math5'],
};

/** For each example whether it shares no question with the family. */
export function outsideOf(examples: readonly OutcomeExample[], family: readonly string[]): boolean[] {
	const groups = new Set(
		examples.filter(({ dataset }) => family.includes(dataset)).map(({ group }) => group),
	);
	return examples.map(({ group }) => !groups.has(group));
}

export function trainWithout(
	examples: readonly OutcomeExample[],
	family: readonly string[],
): ComplexityModel {
	const outside = outsideOf(examples, family);
	return trainComplexity(examples.filter((_, i) => outside[i]));
}
