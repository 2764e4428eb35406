/** Credentials as a test gives them, decrypted, with what n8n does to them: defaults, `authenticate`, `test`. */
import {
	ICredentialsHelper,
	NodeHelpers,
	UserError,
	Workflow,
	type ICredentialDataDecryptedObject,
	type ICredentialType,
	type ICredentials,
	type IDataObject,
	type IHttpRequestOptions,
	type INode,
	type INodeCredentialsDetails,
	type INodeParameters,
	type INodeProperties,
	type INodeTypes,
	type IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';

/** By credential type. */
export type GivenCredentials = Record<string, IDataObject>;

export class TestCredentialsHelper extends ICredentialsHelper {
	constructor(
		private readonly given: GivenCredentials,
		private readonly types: readonly ICredentialType[] = [],
	) {
		super();
	}

	getParentTypes(name: string): string[] {
		return this.types.find((type) => type.name === name)?.extends ?? [];
	}

	isCredentialUsableByNode(): boolean {
		return true;
	}

	getCredentialsProperties(name: string): INodeProperties[] {
		return this.types.find((type) => type.name === name)?.properties ?? [];
	}

	async getDecrypted(
		_additionalData: IWorkflowExecuteAdditionalData,
		details: INodeCredentialsDetails,
		name: string,
	): Promise<ICredentialDataDecryptedObject> {
		const data = this.given[name];
		if (data === undefined) {
			throw new UserError(`Credential with ID "${details.id}" does not exist for type "${name}".`);
		}
		const properties = this.getCredentialsProperties(name);
		const withDefaults = NodeHelpers.getNodeParameters(
			properties,
			data as INodeParameters,
			true,
			false,
			null,
			null,
		);
		return { ...data, ...withDefaults } as ICredentialDataDecryptedObject;
	}

	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		name: string,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const how = this.types.find((type) => type.name === name)?.authenticate;
		if (how === undefined) return request;
		if (typeof how === 'function') return await how(credentials, request);
		const { headers, qs, body } = resolveAll(how.properties, credentials) as IDataObject;
		return {
			...request,
			headers: { ...request.headers, ...(headers as IDataObject) },
			qs: { ...request.qs, ...(qs as IDataObject) },
			...(body === undefined ? {} : { body: { ...(request.body as IDataObject), ...(body as IDataObject) } }),
		};
	}

	async preAuthentication(): Promise<undefined> {
		return undefined;
	}

	async runPreAuthentication(): Promise<undefined> {
		return undefined;
	}

	async getCredentials(): Promise<ICredentials> {
		throw new UserError('Encrypted credentials are no part of this harness');
	}

	async updateCredentials(): Promise<void> {}

	async updateCredentialsOauthTokenData(): Promise<void> {}
}

/** The credential's own `test` request, sent as n8n sends it. */
export async function testCredential(
	type: ICredentialType,
	data: IDataObject,
): Promise<{ url: string; status: number; body: string }> {
	if (type.test === undefined) throw new UserError(`${type.name} has no test`);
	const helper = new TestCredentialsHelper({ [type.name]: data }, [type]);
	const credentials = await helper.getDecrypted(
		{} as IWorkflowExecuteAdditionalData,
		{ id: '1', name: '' },
		type.name,
	);
	const {
		baseURL = '',
		url = '',
		method,
		headers,
		qs,
	} = resolveAll(type.test.request, credentials) as IDataObject;
	const request = await helper.authenticate(credentials, type.name, {
		baseURL: String(baseURL),
		url: String(url),
		method: (method as 'GET') ?? 'GET',
		headers: (headers as IDataObject) ?? {},
		qs: (qs as IDataObject) ?? {},
	});
	const target = new URL(joined(request.baseURL ?? '', request.url));
	for (const [key, value] of Object.entries(request.qs ?? {})) target.searchParams.set(key, String(value));
	const response = await fetch(target, {
		method: request.method,
		headers: request.headers as Record<string, string>,
	});
	return { url: target.href, status: response.status, body: await response.text() };
}

/** As axios joins a base and a relative URL. */
const joined = (base: string, url: string): string =>
	base === '' || /^https?:/.test(url) ? url : `${base.replace(/\/+$/, '')}/${url.replace(/^\/+/, '')}`;

/** Resolves every expression over `$credentials`. */
function resolveAll(value: unknown, credentials: ICredentialDataDecryptedObject): unknown {
	if (typeof value === 'string' && value.startsWith('=')) return resolveOne(value, credentials);
	if (Array.isArray(value)) return value.map((part) => resolveAll(part, credentials));
	if (typeof value !== 'object' || value === null) return value;
	const resolved: IDataObject = {};
	for (const [key, part] of Object.entries(value)) {
		resolved[String(resolveAll(key, credentials))] = resolveAll(part, credentials) as IDataObject;
	}
	return resolved;
}

function resolveOne(expression: string, credentials: ICredentialDataDecryptedObject): unknown {
	const node: INode = {
		id: 'credential',
		name: 'Credential',
		type: 'test.credential',
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
	};
	const nothing = { description: { name: 'credential', properties: [], inputs: [], outputs: [] } };
	const nodeTypes = {
		getByName: () => nothing,
		getByNameAndVersion: () => nothing,
		getKnownTypes: () => ({}),
	} as unknown as INodeTypes;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return workflow.expression.getSimpleParameterValue(node, expression, 'internal', {
		$credentials: credentials,
	});
}
