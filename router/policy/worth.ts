/** Quality of a model for one prompt, by task and language. */
import type { Classification, Model } from '../types';

/** Points; smaller differences are not mentioned. */
const NOTABLE = 1;

type Asked = Pick<Classification, 'task' | 'confidence' | 'also' | 'language'>;

/**
 * 0–100: the model's quality, moved by its strength at the prompt's tasks, weighted by confidence, and in the
 * prompt's language.
 */
export function worthOf(model: Model, { task, confidence, also, language }: Asked): number {
	const { quality, taskQuality = {}, languageQuality = {} } = model;
	const asked = [{ task, confidence }, ...(also ? [also] : [])];
	let more = 0;
	for (const one of asked) {
		const known = taskQuality[one.task];
		if (known !== undefined) more += one.confidence * (known - quality);
	}
	return Math.max(0, Math.min(100, quality + more + (languageQuality[language] ?? 0)));
}

/** ` for coding`, ` for coding in ja`; empty if task and language make no difference between the models. */
export function whatFor(models: readonly Model[], { task, confidence, language }: Asked): string {
	const differs = (change: (model: Model) => number) => {
		const changes = models.map(change);
		return Math.max(...changes) - Math.min(...changes) >= NOTABLE;
	};
	const byTask = differs(
		({ quality, taskQuality }) => confidence * ((taskQuality?.[task] ?? quality) - quality),
	);
	const byLanguage = differs(({ languageQuality }) => languageQuality?.[language] ?? 0);
	return (byTask ? ` for ${task}` : '') + (byLanguage ? ` in ${language}` : '');
}
