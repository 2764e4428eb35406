/** The operation `feedback`: a person's rating of an answer is kept with its decision. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { RATINGS } from '../../router/state/state';
import type { Feedback } from '../../router/state/state';
import { ConfigurationError } from '../../router/types';
import { hostEngine } from '../host/engine';
import { parameterOf } from './parameters';

/** Longest note, in characters. */
const LONGEST_NOTE = 2_000;
/** Crockford's alphabet, as ULIDs are written. */
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

export interface FeedbackRow {
	decisionId: string;
	rating: Feedback['rating'];
	note: string | null;
}

/** @throws ConfigurationError where no decision has the ID */
export async function giveFeedback(context: IExecuteFunctions, itemIndex: number): Promise<FeedbackRow> {
	const read = <T extends z.ZodTypeAny>(name: string, schema: T, remedy: string) =>
		parameterOf(context, name, itemIndex, schema, remedy);
	const decisionId = read(
		'decisionId',
		z.preprocess(
			(value) =>
				String(value ?? '')
					.trim()
					.toUpperCase(),
			z.string().regex(ULID),
		),
		'It is the field router.id of an item that the Smart LLM Router put out',
	);
	const rating = read('rating', z.enum(RATINGS).default('good'), `It is one of ${RATINGS.join(', ')}`);
	const written = read(
		'note',
		z.coerce.string().max(LONGEST_NOTE).default(''),
		`Shorten it to ${LONGEST_NOTE} characters`,
	);
	const note = written.trim() === '' ? null : written.trim();
	const { state, surroundings } = hostEngine();
	const said: Feedback = { at: surroundings.now(), rating, note };
	if (await state.ledger.rate(decisionId, said)) return { decisionId, rating, note };
	throw new ConfigurationError(
		'Decision ID',
		`No decision with the ID ${decisionId} is kept`,
		'Use the field router.id of an item, within the days of Retention Days, on the same n8n',
	);
}
