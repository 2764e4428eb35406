import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { Answer, Decision, Failure } from '../../router/types';
import type { Details } from '../host/panel/parameters';
import { routerRecord } from '../host/record';

export interface ItemOptions {
	outputField: string;
	includeInputFields: boolean;
	details: Details;
	/** In the output field of a failed item; empty: nothing. */
	textOnFailure: string;
}

/**
 * The item that leaves: the answer first, then the error, the input's fields, and the record `router` last, as a table
 * shows them in this order and `router` is long.
 */
export function itemOf(
	decision: Decision,
	input: INodeExecutionData,
	itemIndex: number,
	{ outputField, includeInputFields, details, textOnFailure }: ItemOptions,
): INodeExecutionData {
	const { answer, failure, outcome } = decision;
	const error = failure && outcome === 'failed' ? errorRecord(failure, details) : null;
	// An error from an earlier node would make a good answer look failed.
	const { router: _earlier, error: earlierError, ...fields } = includeInputFields ? input.json : {};
	const json: IDataObject = {
		...(answer ? { [outputField]: outputOf(answer) } : {}),
		...(error && textOnFailure !== '' ? { [outputField]: textOnFailure } : {}),
		...(error ? { error } : {}),
	};
	for (const [name, value] of Object.entries(fields)) if (!Object.hasOwn(json, name)) json[name] = value;
	if (!answer && !error && earlierError !== undefined) json.error = earlierError;
	const router = recordOf(decision, details);
	if (router !== null) json.router = router;
	return {
		json,
		...(includeInputFields && input.binary ? { binary: input.binary } : {}),
		pairedItem: { item: itemIndex },
	};
}

/** `null` is JSON too. */
function outputOf({ json, text }: Answer): IDataObject[string] {
	return (json === undefined ? text : json) as IDataObject[string];
}

/** What a provider said is left out where a stranger may read it. */
function errorRecord(failure: Failure, details: Details): IDataObject {
	return details === 'full' ? { ...failure } : { category: failure.category };
}

const COMPACT = ['id', 'outcome', 'route', 'model', 'costUsd', 'savedUsd', 'ms'];

function recordOf(decision: Decision, details: Details): IDataObject | null {
	if (details === 'none') return null;
	const { failure, outcome } = decision;
	const record = routerRecord(decision);
	// What could not be judged is no failure that n8n's Retry On Fail should see.
	if (failure && outcome !== 'failed') record.error = errorRecord(failure, details);
	if (details === 'full') return record;
	return Object.fromEntries(Object.entries(record).filter(([name]) => [...COMPACT, 'error'].includes(name)));
}
