/** What the credentials have in common: their fields, and how a request is signed and a test is told. */
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { parseBaseUrl } from '../router/models/wire/baseUrl';
import { assertReachable } from './reachable';

/** @param where on which page of the provider keys are made */
export function apiKey(where: string): INodeProperties {
	return {
		displayName: 'API Key',
		name: 'apiKey',
		type: 'string',
		typeOptions: { password: true },
		required: true,
		default: '',
		description: `Made under ${where}`,
	};
}

export const additionalApiKeys: INodeProperties = {
	displayName: 'Additional API Keys',
	name: 'additionalApiKeys',
	type: 'string',
	typeOptions: { password: true, rows: 3 },
	default: '',
	description: 'Further keys, one a line. A key that is refused or limited rests while another one is used.',
};

export function baseUrl(url: string, speaks: string): INodeProperties {
	return {
		displayName: 'Base URL',
		name: 'baseUrl',
		type: 'string',
		default: url,
		description: `Change it only for a proxy or gateway that speaks the ${speaks} API`,
	};
}

export function allowedModels(example: string): INodeProperties {
	return {
		displayName: 'Allowed Models',
		name: 'allowedModels',
		type: 'string',
		typeOptions: { rows: 3 },
		default: '',
		placeholder: `e.g. ${example}`,
		description:
			'IDs of models that this credential may be used for, one a line; * stands for anything. Empty allows all.',
	};
}

/**
 * A request to the provider with its headers, for the test of a credential and for n8n's HTTP Request node.
 * @throws in words where the test's server cannot be reached: n8n shows no more than a code such as ECONNREFUSED
 */
export async function signed(
	request: IHttpRequestOptions,
	credentials: ICredentialDataDecryptedObject,
	{ title, example, headers }: { title: string; example: string; headers: Record<string, string> },
): Promise<IHttpRequestOptions> {
	const baseURL = parseBaseUrl(credentials.baseUrl, title, example);
	// Only the test's request has a base.
	if (request.baseURL) await assertReachable(baseURL);
	return {
		...request,
		...(request.baseURL ? { baseURL } : {}),
		headers: { ...request.headers, ...headers },
	};
}

export const keyOf = ({ apiKey: key }: ICredentialDataDecryptedObject): string => String(key ?? '').trim();

interface TestWords {
	/** Path of the model list, below the base URL. */
	url: string;
	/** Name for messages, such as `OpenAI`. */
	provider: string;
	/** What to do about a 404. */
	notThere: string;
	/** The provider answers a wrong key with a 400. */
	wrongKeyIs400?: boolean;
}

/** The provider's list of models, which costs nothing. */
export function listTest({ url, provider, notThere, wrongKeyIs400 }: TestWords): ICredentialTestRequest {
	const wrongKey = `${provider} did not accept this API key. Copy it again.`;
	const trouble = `${provider} has an error of its own at the moment. Try again in a minute.`;
	const words: Array<[status: number, message: string]> = [
		[401, wrongKey],
		[402, `${provider} accepts this API key, but there is no credit left.`],
		[403, `This API key may not use the API of ${provider}.`],
		[404, `Nothing answers at this Base URL. ${notThere}`],
		[429, `${provider} limits requests at the moment. The key may be right: try again in a minute.`],
		...[500, 502, 503, 504, 529].map((status): [number, string] => [status, trouble]),
	];
	if (wrongKeyIs400) words.push([400, wrongKey]);
	return {
		request: { baseURL: '={{$credentials.baseUrl}}', url },
		rules: words.map(([value, message]) => ({ type: 'responseCode', properties: { value, message } })),
	};
}
