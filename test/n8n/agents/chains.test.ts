/** The sub-node below n8n's chains and the other nodes that take a chat model, in a real n8n. */
import { randomUUID } from 'node:crypto';
import type { IDataObject, ITaskData } from 'n8n-workflow';

import { openWorld, type World } from '../world';
import { node, Workshop, type Cluster, type SubNode } from './cluster';
import { startEmbeddings, type Service } from './services';
import { answeredBy, expectLedger, expectTokens } from './tokens';

let world: World;
let workshop: Workshop;
let embeddings: Service;
const all: ITaskData[] = [];
beforeAll(async () => {
	world = await openWorld();
	workshop = new Workshop(world);
	embeddings = await startEmbeddings();
});
beforeEach(() => {
	world.providers.reset();
	world.providers.answer = undefined;
});
afterAll(async () => {
	await embeddings.close();
	await world.providers.close();
});

const fence = (value: object): string => `\`\`\`json\n${JSON.stringify(value)}\n\`\`\``;

interface Chain extends Pick<Cluster, 'type' | 'version' | 'parameters' | 'below' | 'modelOf'> {
	/** What the model says, call by call; the last one again and again. */
	says: string[];
	check: (out: IDataObject[]) => void;
}

const CHAINS: Record<string, Chain> = {
	'Basic LLM Chain': {
		type: 'chainLlm',
		version: 1.7,
		parameters: { promptType: 'define', text: '={{ $json.text }}' },
		says: ['Lima'],
		check: (out) => expect(out).toEqual([{ text: 'Lima' }]),
	},
	'Text Classifier': {
		type: 'textClassifier',
		version: 1.1,
		parameters: {
			inputText: '={{ $json.text }}',
			categories: {
				categories: [
					{ category: 'refund', description: 'wants money back' },
					{ category: 'other', description: 'anything else' },
				],
			},
			options: {},
		},
		says: [fence({ refund: true, other: false })],
		check: (out) => expect(out).toEqual([{ text: TEXT }]),
	},
	'Information Extractor': {
		type: 'informationExtractor',
		version: 1.2,
		parameters: {
			text: '={{ $json.text }}',
			schemaType: 'fromAttributes',
			attributes: { attributes: [{ name: 'city', type: 'string', description: 'a city' }] },
			options: {},
		},
		says: [fence({ city: 'Lima' })],
		check: (out) => expect(out).toEqual([{ output: { city: 'Lima' } }]),
	},
	'Sentiment Analysis': {
		type: 'sentimentAnalysis',
		version: 1.1,
		parameters: { inputText: '={{ $json.text }}', options: {} },
		says: [fence({ sentiment: 'Negative', strength: 0.9, confidence: 0.9 })],
		check: ([item]) => expect(item).toMatchObject({ sentimentAnalysis: { category: 'Negative' } }),
	},
	'Summarization Chain': {
		type: 'chainSummarization',
		version: 2.1,
		parameters: { options: {} },
		says: ['In short.'],
		check: (out) => expect(JSON.stringify(out)).toContain('In short.'),
	},
	Guardrails: {
		type: 'guardrails',
		version: 2,
		parameters: {
			operation: 'classify',
			text: '={{ $json.text }}',
			guardrails: { jailbreak: { value: { threshold: 0.7 } } },
		},
		says: [JSON.stringify({ confidenceScore: 0.9, flagged: true })],
		check: ([item]) =>
			expect(item).toMatchObject({ checks: [{ name: 'jailbreak', triggered: true, confidenceScore: 0.9 }] }),
	},
	'Auto-fixing Output Parser': {
		type: 'chainLlm',
		version: 1.7,
		parameters: { promptType: 'define', text: '={{ $json.text }}', hasOutputParser: true },
		below: [
			{ name: 'Fixing', type: 'outputParserAutofixing', version: 1, connection: 'ai_outputParser' },
			{
				name: 'Parser',
				type: 'outputParserStructured',
				version: 1.3,
				connection: 'ai_outputParser',
				to: 'Fixing',
				parameters: { schemaType: 'fromJson', jsonSchemaExample: '{"city": "Lima"}' },
			},
		],
		modelOf: ['Asked', 'Fixing'],
		// The first answer does not fit: the parser asks the same sub-node to mend it.
		says: ['The city is Lima.', fence({ output: { city: 'Lima' } })],
		check: (out) => expect(out).toEqual([{ output: { city: 'Lima' } }]),
	},
};

const TEXT = 'I want my money back from Lima.';

async function answered(chain: Omit<Chain, 'check'>, body: IDataObject) {
	const says = [...chain.says];
	world.providers.answer = ({ protocol }) =>
		says.length > 1 && protocol === 'anthropic' ? says.shift() : says[0];
	const { says: _, ...cluster } = chain;
	const result = await workshop.run({ ...cluster, order: ['openAi', 'anthropic'], body }, '503');
	expect(result.run.data.resultData.error).toBeUndefined();
	expect(result.calls.length).toBeGreaterThanOrEqual(chain.says.length);
	expect(answeredBy(result.calls)).toEqual(result.calls.map(() => 'anthropic'));
	expectTokens(result.calls, world);
	all.push(...result.calls);
	return result;
}

it.each(Object.entries(CHAINS))(
	'%s is answered by the next model when the first one fails',
	async (_, { check, ...chain }) => {
		const { out } = await answered(chain, { text: TEXT });
		check(out);
	},
);

it('Question and Answer Chain is, with what a vector store holds', async () => {
	const credentials = {
		ollamaApi: await world.session.createCredential('Embeddings', 'ollamaApi', { baseUrl: embeddings.url }),
	};
	const memoryKey = { __rl: true, mode: 'id', value: `store-${randomUUID().slice(0, 8)}` };
	const embedding = (name: string, to: string): SubNode => ({
		name,
		to,
		type: 'embeddingsOllama',
		version: 1,
		connection: 'ai_embedding',
		parameters: { model: 'words' },
		credentials,
	});
	world.providers.answer = ({ system }) => (/delivered in (\w+) days/.exec(system) ?? ['', 'unknown'])[1];
	const insert = node('Insert', 'vectorStoreInMemory', 1.3, { mode: 'insert', memoryKey });
	const once = node('Once', 'n8n-nodes-base.limit', 1, {});
	const { run, out, calls } = await workshop.run(
		{
			type: 'chainRetrievalQa',
			version: 1.7,
			parameters: { promptType: 'define', text: 'In how many days is the oak desk delivered?', options: {} },
			before: [insert, once],
			below: [
				embedding('Words in', 'Insert'),
				embedding('Words out', 'Store'),
				{
					name: 'Documents',
					type: 'documentDefaultDataLoader',
					version: 1.1,
					connection: 'ai_document',
					to: 'Insert',
					parameters: { jsonMode: 'expressionData', jsonData: '={{ $json.text }}', options: {} },
				},
				{
					name: 'Store',
					type: 'vectorStoreInMemory',
					version: 1.3,
					connection: 'ai_vectorStore',
					to: 'Retriever',
					parameters: { mode: 'retrieve', memoryKey },
				},
				{
					name: 'Retriever',
					type: 'retrieverVectorStore',
					version: 1,
					connection: 'ai_retriever',
					parameters: { topK: 1 },
				},
			],
			order: ['openAi', 'gemini'],
			body: { text: 'The oak desk is delivered in three days.' },
		},
		'503',
	);
	expect(run.data.resultData.error).toBeUndefined();
	expect(out).toEqual([{ response: 'three' }]);
	expect(answeredBy(calls)).toEqual(['gemini']);
	expectTokens(calls, world);
	all.push(...calls);
});

it('the main node takes it as a connected model', async () => {
	const { run, out, calls } = await workshop.run(
		{
			type: 'n8n-nodes-smart-llm-router.smartLlmRouter',
			version: 1,
			parameters: {
				prompt: '={{ $json.text }}',
				models: { values: [{ name: 'all', provider: 'connected', input: 1 }] },
			},
			order: ['openAi', 'anthropic'],
			body: { text: TEXT },
		},
		'503',
	);
	expect(run.data.resultData.error).toBeUndefined();
	expect(answeredBy(calls)).toEqual(['anthropic']);
	expectTokens(calls, world);
	const [{ router }] = out as Array<{ router: IDataObject }>;
	expect(router).toMatchObject({ outcome: 'answered', model: 'all', provider: 'connected' });
	const [log] = calls.map((call) => call.data?.ai_languageModel?.[0]?.[0]?.json as { router: IDataObject });
	expect(router.usage).toEqual(log.router.usage);
	all.push(...calls);
});

test('the ledger has the tokens that n8n has logged, of every call', async () => {
	expect(all.length).toBeGreaterThanOrEqual(10);
	await expectLedger(all, world);
});
