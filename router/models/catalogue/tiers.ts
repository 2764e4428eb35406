/**
 * Price factors of service tiers and regions, which the price package lacks. Sources, 28 November 2026: the vendors'
 * pages on flex, priority ("fast mode") and batch processing, data residency and pricing. Bedrock's regional prices
 * are in the package, by the prefix of the id (`eu.`, `global.`). Azure's data zones cost 10 to 20 % more than global
 * deployments, depending on the model; neither the address nor the answer tells which it is, so nothing is added.
 */
import type { Prices, Ratio } from '../../types';
import { isFrom } from './lines';
import { familyOf } from './names';
import { regionOf } from './region';

type Factors = Pick<Prices, 'tiers' | 'regions'>;

const HALF: Ratio = [1, 2];
const UPLIFT: Ratio = [11, 10];

/**
 * OpenAI's priority tier costs twice as much, except for these models; the factor applies to input, cached input and
 * output.
 */
const OPENAI_PRIORITY: Readonly<Record<string, number>> = {
	'gpt-5.5': 2.5,
	'gpt-5-mini': 1.8,
	'gpt-4.1': 1.75,
	'gpt-4.1-mini': 1.75,
	'gpt-4o': 1.7,
	o3: 1.75,
};

/** Models from before 5 March 2026, for which OpenAI's residency endpoints have no surcharge. */
const BEFORE_UPLIFT = /^(gpt-[34]|gpt-5($|-(?![4-9](-|$)))|o\d|chatgpt|codex)/;

/** Fast mode exists for these only. Others are served at standard speed, and the answer says so. */
const ANTHROPIC_FAST = /^claude-opus-(5|5-5|4-8)(-\d{8})?$/;

/** @param name as `bareName` makes it @param baseUrl the credential's */
export function factorsOf(vendor: string, name: string, baseUrl: string | undefined): Factors {
	switch (vendor) {
		case 'openai':
			return {
				tiers: { flex: HALF, batch: HALF, priority: ratioOf(familyOf(name, OPENAI_PRIORITY) ?? 2) },
				// OpenAI's answers name no region, so the endpoint decides.
				...(regionOf(baseUrl) !== undefined && !BEFORE_UPLIFT.test(name) && { regions: { '': UPLIFT } }),
			};
		case 'azure':
			return { tiers: { flex: HALF, batch: HALF, priority: [2, 1] } };
		case 'anthropic':
			return {
				tiers: { batch: HALF, ...(ANTHROPIC_FAST.test(name) && { fast: [2, 1] as const }) },
				// For `inference_geo: us`, which older models do not accept.
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

/** Vertex outside its global endpoint: Claude from 4.5 on; Gemini from 3 on, since July 2026. No other model that it hosts. */
function costsMoreInRegions(name: string): boolean {
	if (name.startsWith('claude-')) return isFrom(name, [4, 5]);
	return name.startsWith('gemini-') && isFrom(name, [3]);
}

function ratioOf(factor: number): Ratio {
	return [Math.round(factor * 100), 100];
}
