/** A node only to prove the harness: two dynamic outputs, a credential, a connected chat model. */
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
	NodeConnectionTypes,
	NodeOperationError,
	type ICredentialType,
	type IDataObject,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeParameters,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

/** Self-contained: n8n gets it as text. */
function outputsOf(parameters: INodeParameters) {
	const names = String(parameters.outputNames ?? '').split(',');
	return names.map((displayName) => ({ type: 'main', displayName }));
}

function inputsOf(parameters: INodeParameters) {
	const models = Array.from({ length: Number(parameters.models ?? 0) }, (_, index) => ({
		type: 'ai_languageModel',
		displayName: `Model ${index + 1}`,
		required: true,
		maxConnections: 1,
	}));
	return [{ type: 'main' }, ...models];
}

export class SecretApi implements ICredentialType {
	name = 'secretApi';

	displayName = 'Secret API';

	properties = [
		{ displayName: 'Key', name: 'apiKey', type: 'string' as const, default: '' },
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string' as const, default: 'https://default.example' },
	];

	authenticate = {
		type: 'generic' as const,
		properties: { headers: { Authorization: '=Bearer {{$credentials.apiKey}}' } },
	};

	test = { request: { baseURL: '={{$credentials.baseUrl}}', url: '/models' } };
}

export class ThrowAway implements INodeType {
	description: INodeTypeDescription = {
		name: 'throwAway',
		displayName: 'Throw Away',
		group: ['transform'],
		version: 1,
		description: 'Proves the harness',
		defaults: { name: 'Throw Away' },
		inputs: `={{(${inputsOf.toString()})($parameter)}}` as `={{${string}}}`,
		outputs: `={{(${outputsOf.toString()})($parameter)}}` as `={{${string}}}`,
		credentials: [{ name: 'secretApi', required: false }],
		properties: [
			{ name: 'outputNames', displayName: 'Outputs', type: 'string', default: 'Short,Long' },
			{ name: 'text', displayName: 'Text', type: 'string', default: '={{ $json.text }}' },
			{ name: 'models', displayName: 'Models', type: 'number', default: 0 },
			{ name: 'wait', displayName: 'Wait', type: 'boolean', default: false },
		],
	};

	methods = {
		loadOptions: {
			async names(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
				const list = this.getCurrentNodeParameter('list.values') as Array<{ name: string }>;
				return list.map(({ name }) => ({ name, value: name }));
			},
		},
		listSearch: {
			async models(this: ILoadOptionsFunctions, filter?: string): Promise<INodeListSearchResult> {
				const sibling = String(this.getCurrentNodeParameter('&provider'));
				const { apiKey } = await this.getCredentials('secretApi');
				return { results: [{ name: `${sibling} ${filter} ${String(apiKey)}`, value: sibling }] };
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		if (this.getNodeParameter('wait', 0) === true) await cancelled(this.getExecutionCancelSignal());
		const models = ((await this.getNodeParameter('models', 0)) as number) > 0 ? await modelsOf(this) : [];
		const credentials = this.getNode().credentials?.secretApi
			? await this.getCredentials<{ apiKey: string; baseUrl: string }>('secretApi')
			: null;
		const outputs: INodeExecutionData[][] = [[], []];
		for (const [item, { binary }] of this.getInputData().entries()) {
			const text = this.getNodeParameter('text', item) as string;
			if (text.startsWith('throw')) {
				const error = new NodeOperationError(this.getNode(), 'Asked to throw', { itemIndex: item });
				if (text === 'throw hard' || !this.continueOnFail()) throw error;
				outputs[0]!.push({ json: { error: error.message }, pairedItem: item });
				continue;
			}
			const size = binary?.file ? (await this.helpers.getBinaryDataBuffer(item, 'file')).length : 0;
			const answers = await Promise.all(models.map(async (model) => (await model.invoke(text)).text));
			const json: IDataObject = { text, key: credentials?.apiKey, url: credentials?.baseUrl, size, answers };
			outputs[text.length > 5 ? 1 : 0]!.push({ json, pairedItem: item });
		}
		this.addExecutionHints({ message: `${outputs[1]!.length} long`, location: 'outputPane' });
		await this.sendChunk('item', 0, 'hello');
		this.logger.info('done');
		return outputs;
	}
}

/** The engine hands them over last input first. */
const modelsOf = async (context: IExecuteFunctions): Promise<BaseChatModel[]> => {
	const given = (await context.getInputConnectionData(NodeConnectionTypes.AiLanguageModel, 0)) as
		BaseChatModel | BaseChatModel[];
	return Array.isArray(given) ? given.reverse() : [given];
};

const cancelled = async (signal: AbortSignal | undefined): Promise<void> =>
	await new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
