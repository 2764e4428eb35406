/**
 * Announced retirements, from the providers' pages on deprecations of 28 November 2026. Dates in a provider's own
 * list of models override them.
 */
import type { ProviderId } from '../../types';

export interface Retirement {
	/** YYYY-MM-DD, UTC: the first day on which it is gone. */
	retiresAt: string;
	/** YYYY-MM-DD, if announced. */
	deprecatedAt?: string;
	/** Id of the recommended replacement. */
	successor?: string;
	/** The provider redirects calls to the successor, at the successor's price. */
	redirects?: boolean;
}

type Table = Readonly<Record<string, Retirement>>;

const OCTOBER = { retiresAt: '2026-10-23' };
const DECEMBER = { retiresAt: '2026-12-11', deprecatedAt: '2026-06-11' };
const JANUARY = { retiresAt: '2027-01-14', deprecatedAt: '2026-10-14', successor: 'gpt-6-luna' };

const OPENAI: Table = {
	'gpt-3.5-turbo': { ...OCTOBER, successor: 'gpt-5.6-terra' },
	'gpt-4': { ...OCTOBER, successor: 'gpt-5.6-sol' },
	'gpt-4-turbo': { ...OCTOBER, successor: 'gpt-5.6-sol' },
	'gpt-4.1-nano': { ...OCTOBER, successor: 'gpt-6-luna' },
	o1: { ...OCTOBER, successor: 'gpt-5.6-sol' },
	'o1-pro': { ...OCTOBER, successor: 'gpt-5.6-sol' },
	'o3-mini': { ...OCTOBER, successor: 'gpt-5.6-sol' },
	'o4-mini': { ...OCTOBER, successor: 'gpt-5.6-terra' },
	'gpt-5': { ...DECEMBER, successor: 'gpt-6.1-sol' },
	'gpt-5-mini': { ...DECEMBER, successor: 'gpt-6.1-terra' },
	'gpt-5-nano': { ...DECEMBER, successor: 'gpt-6-luna' },
	'gpt-5-pro': { ...DECEMBER, successor: 'gpt-6.1-sol' },
	o3: { ...DECEMBER, successor: 'gpt-6.1-sol' },
	'o3-pro': { ...DECEMBER, successor: 'gpt-6.1-sol' },
	'gpt-4o': JANUARY,
	'gpt-4o-mini': JANUARY,
	'gpt-4.1': JANUARY,
	'gpt-4.1-mini': JANUARY,
	'gpt-5.1': { retiresAt: '2027-04-01' },
	'gpt-5.4-nano': { retiresAt: '2027-04-01', successor: 'gpt-6-luna' },
};

const ANTHROPIC: Table = {
	'claude-sonnet-4-0': { retiresAt: '2026-06-15', successor: 'claude-sonnet-4-6' },
	'claude-sonnet-4': { retiresAt: '2026-06-15', successor: 'claude-sonnet-4-6' },
	'claude-opus-4-0': { retiresAt: '2026-06-15', successor: 'claude-opus-4-8' },
	'claude-opus-4': { retiresAt: '2026-06-15', successor: 'claude-opus-4-8' },
	'claude-sonnet-4-5': { retiresAt: '2026-11-30', successor: 'claude-sonnet-5' },
};

const GEMINI: Table = {
	'gemini-2.5-pro': { retiresAt: '2026-12-01', successor: 'gemini-3.8-flash', redirects: true },
	'gemini-2.5-flash': { retiresAt: '2026-12-01', successor: 'gemini-3.5-flash-lite', redirects: true },
	'gemini-3.1-flash-lite': { retiresAt: '2027-05-07' },
};

export const RETIREMENTS: Readonly<Partial<Record<ProviderId, Table>>> = {
	openAi: OPENAI,
	anthropic: ANTHROPIC,
	gemini: GEMINI,
};
