/** A router whose rules ask for intents, with an embedding model. */
import type { IDataObject } from 'n8n-workflow';

import type { SimulatedProviders } from '../../support/simulatedProviders';
import { model, runRouter, type RouterParameters, type RouterResult } from '../workflow';

export const MODEL = 'text-embedding-3-small';
export const REFUND = 'refund: I want my money back; please refund my order; when do I get my refund?';
const ACCESS = 'access: I cannot log in; I forgot my password; my account is locked';
/** Of meanings, not of words; the local matcher finds no intent in them. */
export const ITEMS = ['Reimburse the cash, will you?', 'Credentials rejected at sign', 'What a nice morning'];
export const LOCAL = { 'No Match': [0, 1, 2] };
export const TOLD = { Money: [0], Access: [1], 'No Match': [2] };

/** Each test has an embedding model of its own, whose vectors nobody knows yet. */
let serial = 0;
export const fresh = (fault = ''): string => `${MODEL}-${(serial += 1)}${fault}`;

export const parameters = ({ options, ...more }: RouterParameters = {}): RouterParameters => ({
	mode: 'route',
	outputs: 'routes',
	noMatch: 'output',
	models: [model('small', 'openAi', 'gpt-4o-mini')],
	rules: [
		{ name: 'Money', match: { intents: REFUND }, strategy: 'priority' },
		{ name: 'Access', match: { intents: ACCESS }, strategy: 'priority' },
	],
	options: { embeddingModel: fresh(), ...options },
	...more,
});

export type Ask = (
	options?: IDataObject,
	more?: RouterParameters,
	items?: readonly string[],
) => Promise<RouterResult>;

/** @param providers asked for when it runs */
export const asking =
	(providers: () => SimulatedProviders): Ask =>
	async (options = {}, more = {}, items = ITEMS) =>
		await runRouter(providers(), { parameters: parameters({ options, ...more }), items });

export const classification = (result: RouterResult, index = 0): IDataObject =>
	result.record(index).classification as IDataObject;
export const said = (result: RouterResult): string =>
	result
		.hints('Router')
		.map(({ message }) => message)
		.join('\n');
