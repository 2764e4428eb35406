/**
 * What service tiers and regions multiply a vendor's prices by. The price package has none of it. Read on 28 November 2026
 * on the vendors' pages on flex, priority ("fast mode") and batch processing, data residency and pricing. Bedrock's
 * regional prices are in the package, by the prefix of the id (`eu.`, `global.`). Azure's data zones cost 10 to 20 % more
 * than global deployments, by model and meter; neither address nor answer tells them, so nothing is added for them.
 */
import type { Prices, Ratio } from '../../types';
import { isFrom } from './lines';
import { familyOf } from './names';
import { regionOf } from './region';

type Factors = Pick<Prices, 'tiers' | 'regions'>;

const HALF: Ratio = [1, 2];
const UPLIFT: Ratio = [11, 10];

/** Priority of OpenAI's models costs twice as much, but for these: input, cached input and output alike. */
const OPENAI_PRIORITY: Readonly<Record<string, number>> = {
	'gpt-5.5': 2.5,
	'gpt-5-mini': 1.8,
	'gpt-4.1': 1.75,
	'gpt-4.1-mini': 1.75,
	'gpt-4o': 1.7,
	o3: 1.75,
};

/** Models of before 5 March 2026, which OpenAI's residency endpoints do not charge more for. */
const BEFORE_UPLIFT = /^(gpt-[34]|gpt-5($|-(?![4-9](-|$)))|o\d|chatgpt|codex)/;

/** Fast mode: these two only; others are served at standard speed, and the answer says so. */
const ANTHROPIC_FAST = /^claude-opus-(5|4-8)(-\d{8})?$/;

/** @param name as `bareName` makes it @param baseUrl the credential's */
export function factorsOf(vendor: string, name: string, baseUrl: string | undefined): Factors {
	switch (vendor) {
		case 'openai':
			return {
				tiers: { flex: HALF, batch: HALF, priority: ratioOf(familyOf(name, OPENAI_PRIORITY) ?? 2) },
				// Its answers name no region, so the endpoint's own holds for all of them.
				...(isResidency(baseUrl) && !BEFORE_UPLIFT.test(name) && { regions: { '': UPLIFT } }),
			};
		case 'azure':
			return { tiers: { flex: HALF, batch: HALF, priority: [2, 1] } };
		case 'anthropic':
			return {
				tiers: { batch: HALF, ...(ANTHROPIC_FAST.test(name) && { fast: [2, 1] as const }) },
				// `inference_geo: us`; models of before take no such parameter.
				...(isFrom(name, [4, 6]) && { regions: { us: UPLIFT } }),
			};
		case 'google':
			return {
				tiers: { flex: HALF, batch: HALF, priority: [9, 5] },
				...(costsMoreInRegions(name) && regionOf(baseUrl) !== undefined && { regions: { '': UPLIFT } }),
			};
		default:
			return {};
	}
}

/** Vertex outside its global endpoint: Claude from 4.5 on, Gemini from 3 on since July 2026. */
function costsMoreInRegions(name: string): boolean {
	return isFrom(name, name.startsWith('claude') ? [4, 5] : [3]);
}

function isResidency(baseUrl = ''): boolean {
	return /^https:\/\/[a-z]{2}\.api\.openai\.com(?:[:/]|$)/i.test(baseUrl.trim());
}

function ratioOf(factor: number): Ratio {
	return [Math.round(factor * 100), 100];
}
