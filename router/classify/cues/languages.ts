/** The languages whose cue words are known: another one adds its file and a row here. */
import { GERMAN } from './de';
import { ENGLISH } from './en';
import { SPANISH } from './es';
import { FRENCH } from './fr';
import { ITALIAN } from './it';
import { DUTCH } from './nl';
import { PORTUGUESE } from './pt';
import { JAPANESE } from './ja';
import { POLISH } from './pl';
import { RUSSIAN } from './ru';
import { CHINESE } from './zh';
import type { CueTable } from './terms';

export const CUE_TABLES: readonly CueTable[] = [
	ENGLISH,
	GERMAN,
	FRENCH,
	SPANISH,
	ITALIAN,
	PORTUGUESE,
	DUTCH,
	POLISH,
	RUSSIAN,
	CHINESE,
	JAPANESE,
];
