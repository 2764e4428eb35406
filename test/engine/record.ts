/** What the contract promises of the field `router`, whatever happened to the item. */
import { CONTENTS, ERROR_CATEGORIES, LEVELS, PROVIDERS, STRATEGIES, TASKS } from '../../router/types';
import type { RouterRecord } from './workflow';

const FIELDS = [
	'id',
	'outcome',
	'route',
	'strategy',
	'reason',
	'model',
	'provider',
	'modelId',
	'classification',
	'attempts',
	'usage',
	'costUsd',
	'baselineCostUsd',
	'savedUsd',
	'ms',
	'finishReason',
	'cached',
];

/** Where they say something that is not as usual. */
const SOMETIMES = ['costEstimated', 'servedModel', 'tier'];

const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

const oneOf = (values: readonly string[]): unknown => expect.stringMatching(`^(${values.join('|')})$`);

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;

const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;

/** The record of an item that a model answered: every field there, of its type, and at odds with no other. */
export function expectWholeRecord(record: RouterRecord): void {
	expect(Object.keys(record).filter((field) => !SOMETIMES.includes(field))).toEqual(FIELDS);
	expect(record).toMatchObject({
		id: expect.stringMatching(ULID),
		outcome: oneOf(['answered', 'fallback']),
		route: expect.any(String),
		strategy: oneOf(STRATEGIES),
		reason: expect.stringMatching(/.{10,}/),
		model: expect.stringMatching(/./),
		provider: oneOf(PROVIDERS),
		modelId: expect.stringMatching(/./),
		finishReason: oneOf(['stop', 'length']),
		cached: false,
	});
	expectClassification(record.classification);
	expectUsage(record.usage);
	expectAttempts(record);
	expect(Math.round((Number(record.baselineCostUsd) - Number(record.costUsd)) * 1e9)).toBe(
		Math.round(Number(record.savedUsd) * 1e9),
	);
	for (const money of [record.costUsd, record.baselineCostUsd]) expect(money).toBeGreaterThanOrEqual(0);
}

export function expectClassification(classified: unknown): void {
	const { also, ...classification } = classified as Record<string, unknown>;
	// The second best task, where there is one.
	if (also !== undefined) expect(also).toEqual({ task: oneOf(TASKS), confidence: expect.any(Number) });
	expect(classification).toEqual({
		task: oneOf(TASKS),
		complexity: expect.any(Number),
		level: oneOf(LEVELS),
		confidence: expect.any(Number),
		language: expect.stringMatching(/^([a-z]{2}|und)$/),
		tokens: expect.any(Number),
		contains: expect.any(Array),
		intent: null,
		method: 'local',
		ms: expect.any(Number),
	});
	const { complexity, confidence, tokens, contains, ms } = classification;
	expect([complexity, confidence].every(isShare)).toBe(true);
	expect(Number(tokens)).toBeGreaterThan(0);
	expect((contains as string[]).every((content) => (CONTENTS as readonly string[]).includes(content))).toBe(
		true,
	);
	expect(Number(ms)).toBeGreaterThanOrEqual(0);
}

function expectUsage(usage: RouterRecord['usage']): void {
	const {
		inputTokens,
		outputTokens,
		cachedInputTokens,
		cacheWriteTokens,
		reasoningTokens,
		totalTokens,
		...more
	} = usage;
	expect(more).toEqual({});
	expect(Object.values(usage).every(isCount)).toBe(true);
	expect(totalTokens).toBe(Number(inputTokens) + Number(outputTokens));
	expect(Number(cachedInputTokens) + Number(cacheWriteTokens)).toBeLessThanOrEqual(Number(inputTokens));
	expect(Number(reasoningTokens)).toBeLessThanOrEqual(Number(outputTokens));
}

function expectAttempts({ attempts, model, ms }: RouterRecord): void {
	expect(attempts.length).toBeGreaterThan(0);
	for (const attempt of attempts) {
		expect(attempt).toEqual({
			model: expect.stringMatching(/./),
			startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
			ms: expect.any(Number),
			firstTokenMs: attempt.firstTokenMs === null ? null : expect.any(Number),
			outcome: oneOf(['answered', ...ERROR_CATEGORIES]),
			status: attempt.status === null ? null : expect.any(Number),
			retryAfterMs: attempt.retryAfterMs === null ? null : expect.any(Number),
			message: attempt.outcome === 'answered' ? null : expect.stringMatching(/.{10,}/),
			...('waitedMs' in attempt && { waitedMs: expect.any(Number) }),
		});
		expect(Number(attempt.firstTokenMs)).toBeLessThanOrEqual(Number(attempt.ms));
		expect(Math.abs(Date.now() - Date.parse(String(attempt.startedAt)))).toBeLessThan(60_000);
	}
	const last = attempts.at(-1)!;
	expect(last).toMatchObject({ outcome: 'answered', model, firstTokenMs: expect.any(Number) });
	// Rounded each by itself.
	const spent = attempts.reduce((sum, attempt) => sum + Number(attempt.ms), 0);
	expect(Number(ms) + attempts.length).toBeGreaterThanOrEqual(spent);
}
