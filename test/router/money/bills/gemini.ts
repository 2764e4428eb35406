import type { Bill } from './terms';

function gemini(
	what: string,
	modelId: string,
	usageMetadata: Record<string, unknown>,
	nano: number,
	modelVersion = modelId,
	baseUrl?: string,
): Bill {
	return { what, provider: 'gemini', modelId, baseUrl, payload: { modelVersion, usageMetadata }, nano };
}

const VERTEX = 'https://europe-west4-aiplatform.googleapis.com';

const meta = (
	promptTokenCount: number,
	candidatesTokenCount: number,
	more: Record<string, unknown> = {},
) => ({
	promptTokenCount,
	candidatesTokenCount,
	...more,
});

export const OF_GEMINI: Bill[] = [
	gemini('plain', 'gemini-2.5-flash', meta(1_000, 100), 1_000 * 300 + 100 * 2_500),
	gemini(
		'thoughts beside the answer',
		'gemini-2.5-flash',
		meta(1_000, 100, { thoughtsTokenCount: 900 }),
		1_000 * 300 + 1_000 * 2_500,
	),
	gemini(
		'an implicit cache',
		'gemini-2.5-flash',
		meta(10_000, 100, { cachedContentTokenCount: 8_000 }),
		2_000 * 300 + 8_000 * 30 + 100 * 2_500,
	),
	gemini(
		'audio',
		'gemini-2.5-flash',
		meta(2_000, 10, {
			promptTokensDetails: [
				{ modality: 'TEXT', tokenCount: 80 },
				{ modality: 'AUDIO', tokenCount: 1_920 },
			],
		}),
		80 * 300 + 1_920 * 1_000 + 10 * 2_500,
	),
	gemini(
		'audio that was cached',
		'gemini-2.5-flash',
		meta(2_000, 10, {
			cachedContentTokenCount: 1_000,
			promptTokensDetails: [
				{ modality: 'TEXT', tokenCount: 80 },
				{ modality: 'AUDIO', tokenCount: 1_920 },
			],
			cacheTokensDetails: [{ modality: 'AUDIO', tokenCount: 1_000 }],
		}),
		80 * 300 + 920 * 1_000 + 1_000 * 100 + 10 * 2_500,
	),
	gemini(
		'images are input',
		'gemini-3.5-flash',
		meta(1_358, 10, {
			promptTokensDetails: [
				{ modality: 'TEXT', tokenCount: 100 },
				{ modality: 'IMAGE', tokenCount: 1_258 },
			],
		}),
		1_358 * 1_500 + 10 * 9_000,
	),
	gemini(
		'an image as the answer',
		'gemini-2.5-flash-image',
		meta(100, 1_300, { candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1_290 }] }),
		100 * 300 + 10 * 2_500 + 1_290 * 30_000,
	),
	gemini('up to the long context', 'gemini-2.5-pro', meta(200_000, 10), 200_000 * 1_250 + 10 * 10_000),
	gemini(
		'beyond it',
		'gemini-2.5-pro',
		meta(200_001, 10, { cachedContentTokenCount: 100_000 }),
		100_001 * 2_500 + 100_000 * 250 + 10 * 15_000,
	),
	gemini(
		'results of tools are input',
		'gemini-2.5-flash-lite',
		meta(1_000, 100, { toolUsePromptTokenCount: 500 }),
		1_500 * 100 + 100 * 400,
	),
	gemini('flex', 'gemini-3.8-flash', meta(1_000, 100, { serviceTier: 'flex' }), 375_000 + 187_500),
	gemini(
		'flex by the name of Vertex',
		'gemini-3.8-flash',
		meta(1_000, 100, { trafficType: 'ON_DEMAND_FLEX' }),
		562_500,
	),
	gemini(
		'priority at 1.8 times',
		'gemini-3.8-flash',
		meta(1_000, 100, { serviceTier: 'priority' }),
		1_350_000 + 675_000,
	),
	gemini(
		'priority that was served as standard',
		'gemini-3.8-flash',
		meta(1_000, 100, { serviceTier: 'standard' }),
		750_000 + 375_000,
	),
	gemini(
		'a retired model that a newer one answers for',
		'gemini-2.5-flash',
		meta(1_000, 100, { thoughtsTokenCount: 0 }),
		1_000 * 300 + 100 * 2_500,
		'gemini-3.5-flash-lite',
	),
	gemini(
		'a retired model that a dearer one answers for',
		'gemini-2.5-flash-lite',
		meta(1_000, 100),
		1_000 * 750 + 100 * 3_750,
		'gemini-3.8-flash',
	),
	gemini(
		'Gemini 4 Neon from its cache',
		'gemini-4-neon',
		meta(10_000, 100, { cachedContentTokenCount: 8_000, thoughtsTokenCount: 400 }),
		2_000 * 3_000 + 8_000 * 150 + 500 * 15_000,
	),
	gemini(
		'Gemini 3 in a region of Vertex',
		'gemini-3.5-flash',
		meta(1_000, 100),
		1_650_000 + 990_000,
		undefined,
		VERTEX,
	),
	gemini(
		'Gemini 2.5 there costs no more',
		'gemini-2.5-flash',
		meta(1_000, 100),
		1_000 * 300 + 100 * 2_500,
		undefined,
		VERTEX,
	),
	gemini('nothing written', 'gemini-2.5-flash', { promptTokenCount: 12 }, 3_600),
];
