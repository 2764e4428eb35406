import { OF_ANTHROPIC } from './anthropic';
import { OF_GEMINI } from './gemini';
import { OF_OPENAI } from './openAi';
import { OF_OTHERS } from './others';
import type { Bill } from './terms';

export type { Bill } from './terms';

export const BILLS: readonly Bill[] = [...OF_OPENAI, ...OF_ANTHROPIC, ...OF_GEMINI, ...OF_OTHERS];
