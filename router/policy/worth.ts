/** What a model is worth for a prompt: models are good at different things. */
import type { Classification, Model } from '../types';

/** Differences smaller than this change no order and are not talked about, in points. */
const NOTABLE = 1;

type Asked = Pick<Classification, 'task' | 'confidence' | 'also' | 'language'>;

/**
 * 0–100: its quality for the tasks that the prompt may ask for, each as far as it is sure, else its one quality; and what
 * it is better or worse at in the prompt's language.
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

/** ` for coding`, ` for coding in ja`; empty where that made no difference between the models. */
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
