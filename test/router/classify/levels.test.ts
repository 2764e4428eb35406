import { labelledShares, readLevels } from '../../../train/levels';
import { createLocalClassifier } from '../../../router/classify/classify';
import { inspectNow } from '../../../router/guardrails/guardrails';
import { LEVELS } from '../../../router/types';

const classifier = createLocalClassifier(inspectNow);

describe('the levels of 300 prompts that were labelled twice', () => {
	const rows = readLevels();
	const given = rows.map(({ prompt }) => classifier.classify({ text: prompt, attachments: [] }).level);

	it('are as frequent as the labels say', () => {
		const labelled = labelledShares(rows);
		for (const level of LEVELS) {
			const share = given.filter((one) => one === level).length / rows.length;
			expect(Math.abs(share - labelled[level])).toBeLessThan(0.04);
		}
	});

	it('say complex of what both call complex, mostly, and of nothing that both call simple', () => {
		const of = (wanted: string) =>
			given.filter((_, i) => rows[i].shortfall === wanted && rows[i].work === wanted);
		const complex = of('complex');
		expect(complex.filter((level) => level === 'complex').length / complex.length).toBeGreaterThan(0.5);
		expect(of('simple').filter((level) => level === 'complex').length).toBeLessThanOrEqual(1);
	});
});
