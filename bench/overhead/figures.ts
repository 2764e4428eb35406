/** What is kept of a run. */
import type { Times } from './measure';

export const NAMES: Readonly<Record<string, string>> = {
	fetch: 'plain fetch',
	engine: 'this engine',
	openAiSdk: 'OpenAI SDK',
	langChain: 'LangChain.js withFallbacks',
	aiSdk: 'AI SDK with ai-fallback',
	portkey: 'Portkey gateway',
};

/** Ratios of the time a call takes, each from the fastest repetition. */
export interface Ratios {
	sequential: { overFetch: number; overOpenAiSdk: number };
	parallel: { overFetch: number; overOpenAiSdk: number };
}

export interface OverheadFigures {
	ratios: Ratios;
	contenders: Array<{ name: string; version: string; times: Times }>;
}
