import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { apgr } from '../../../../bench/measures/apgr';
import { readCorpus } from '../../../../train/data';
import { createLocalClassifier } from '../../../../router/classify/classify';
import { inspectNow } from '../../../../router/guardrails/guardrails';
import {
	decodeWeights,
	encodeWeights,
	WEIGHTS_FILE,
	WEIGHTS_VERSION,
} from '../../../../router/classify/local/weights';

const file = readFileSync(WEIGHTS_FILE);
const card = readFileSync(join(__dirname, '../../../../docs/model-card.md'), 'utf8');
const classifier = createLocalClassifier(inspectNow);
const classify = (text: string) => classifier.classify({ text, attachments: [] });

describe('the shipped weights', () => {
	it('are those that the model card describes, and under a megabyte', () => {
		expect(card).toContain(createHash('sha256').update(file).digest('hex'));
		expect(card).toContain(`version ${WEIGHTS_VERSION}`);
		expect(file.length).toBeLessThan(1_000_000);
	});

	it('come back from memory to the byte', () => {
		expect(encodeWeights(decodeWeights(file)).equals(file)).toBe(true);
	});

	it.each([
		['of another version', (copy: Buffer) => copy.writeUInt32LE(WEIGHTS_VERSION + 1, 4)],
		['with a byte changed', (copy: Buffer) => copy.writeUInt8(copy[5_000] ^ 1, 5_000)],
		['of something else', (copy: Buffer) => copy.fill(0)],
	])('are refused %s', (_name, change) => {
		const copy = Buffer.from(file);
		change(copy);
		expect(() => decodeWeights(copy)).toThrow('damaged');
		expect(() => decodeWeights(file.subarray(0, file.length - 1))).toThrow('damaged');
	});
});

/** These rows were trained on: a feature that no longer means what it meant in training shows here at once. */
describe('weights and features fit together', () => {
	it('on the tasks of our corpus', () => {
		const rows = readCorpus().filter((_, i) => i % 10 === 0);
		const right = rows.filter(({ prompt, label }) => classify(prompt).task === label);
		expect(right.length / rows.length).toBeGreaterThan(0.85);
	});

	it('on outcomes: hard prompts before easy ones', () => {
		const rows = readFileSync(join(__dirname, 'outcomes.sample.jsonl'), 'utf8')
			.split('\n')
			.filter((line) => line !== '')
			.map((line) => JSON.parse(line) as { dataset: string; prompt: string; strong: number; weak: number });
		for (const [set, atLeast] of [
			['mmlu', 0.65],
			['ulab', 0.7],
			['gsm8k', 0.55],
		] as const) {
			const own = rows.filter(({ dataset }) => dataset === set);
			expect(apgr(own.map((row) => ({ ...row, score: classify(row.prompt).complexity })))).toBeGreaterThan(
				atLeast,
			);
		}
	});
});
