import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { promptIn, textOf } from '../../router/text/parts';
import type { ChatRequest, Decision } from '../../router/types';

/** Most fields that are named. */
const MOST_FIELDS = 8;

/** Where texts that want an answer stand in items, the likeliest first. */
const LIKELY = ['text', 'textPlain', 'body', 'message', 'content', 'question', 'snippet', 'description'];

/** A prompt that is empty is told with the fields that its item has, as one of them is the one that was meant. */
export function withFieldsNamed(
	decision: Decision,
	request: ChatRequest,
	{ json }: INodeExecutionData,
): Decision {
	const { failure } = decision;
	if (failure?.category !== 'invalidRequest') return decision;
	if (textOf(promptIn(request.messages)?.parts ?? []).trim() !== '') return decision;
	return {
		...decision,
		failure: { ...failure, message: `The prompt is empty. ${remedy(json)}` },
	};
}

function remedy(json: IDataObject): string {
	const fields = Object.keys(json);
	if (fields.length === 0) return 'The item has no fields: look at the node before this one.';
	const named = fields.slice(0, MOST_FIELDS).map((field) => `"${field.slice(0, 60)}"`);
	const more = fields.length > MOST_FIELDS ? ` and ${fields.length - MOST_FIELDS} more` : '';
	const isText = (field: string) => typeof json[field] === 'string' && json[field].trim() !== '';
	const plain = fields.filter((field) => /^[A-Za-z_]\w*$/.test(field));
	const example =
		LIKELY.find((field) => plain.includes(field) && isText(field)) ?? plain.find(isText) ?? plain[0];
	const how = example ? `, for example {{ $json.${example} }}` : '';
	return `The item has the ${fields.length > 1 ? 'fields' : 'field'} ${named.join(', ')}${more}: put the one to read into Prompt${how}.`;
}
