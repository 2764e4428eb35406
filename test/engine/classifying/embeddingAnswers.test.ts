/** What servers answer when they are asked for vectors, from public reports on those of many vendors. */
import type { IDataObject } from 'n8n-workflow';

import { vectorOf } from '../../support/simulated/embeddings';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';
import { asking, classification, ITEMS, LOCAL, TOLD } from './embedding';

let providers: SimulatedProviders;
beforeAll(async () => {
	providers = await startSimulatedProviders();
});
beforeEach(() => providers.reset());
afterEach(() => {
	providers.embed = undefined;
});
afterAll(async () => await providers.close());

const ask = asking(() => providers);

describe('an answer that cannot be true', () => {
	const list = (vectors: readonly unknown[]) => ({
		body: { data: vectors.map((embedding) => ({ embedding })) },
	});
	const vectors = (texts: readonly string[]) => texts.map((text) => vectorOf(text));
	it.each<[string, (texts: string[]) => { body: IDataObject | string }]>([
		['too few vectors', (texts) => list(vectors(texts).slice(1))],
		['too many vectors', (texts) => list([...vectors(texts), vectorOf('more')])],
		['vectors of several sizes', (texts) => list(vectors(texts).map((one, at) => one.slice(at % 2)))],
		['no numbers', (texts) => list(texts.map(() => 'a vector'))],
		['nulls', (texts) => list(texts.map(() => new Array<null>(64).fill(null)))],
		['zeros', (texts) => list(texts.map(() => new Array<number>(64).fill(0)))],
		['numbers beyond all bounds', (texts) => list(texts.map(() => new Array<number>(64).fill(1e300)))],
		['NaN', (texts) => ({ body: JSON.stringify(list(vectors(texts)).body).replaceAll('0.3', 'NaN') })],
		[
			'an order that contradicts itself',
			(texts) => ({
				body: { data: vectors(texts).map((embedding, at) => ({ embedding, index: at % 2 })) },
			}),
		],
		[
			'an error in a 200',
			() => ({ body: { error: { message: 'failed to encode: unsupported value: NaN' } } }),
		],
		['a web page', () => ({ body: '<!DOCTYPE html><html>Sign in</html>' })],
		['a list without an end', () => ({ body: `{"data":[{"embedding":[${'0.5,'.repeat(5_000)}` })],
		['nothing', () => ({ body: '' })],
	])('%s', async (_, answer) => {
		providers.embed = ({ texts }) => answer(texts);
		const result = await ask({ embeddingProvider: 'openAiCompatible', embeddingPrice: 0, maxRetries: 0 });
		expect(result.error).toBeNull();
		expect(result.left).toEqual(LOCAL);
		expect(result.record(0).reason).toMatch(/intent told locally, as .* failed/);
	});
});

describe('an answer in another form', () => {
	const base64 = (text: string) => Buffer.from(new Float32Array(vectorOf(text)).buffer).toString('base64');
	it.each<[string, (texts: string[]) => IDataObject | string]>([
		['base64', (texts) => ({ data: texts.map((text, index) => ({ index, embedding: base64(text) })) })],
		['no index', (texts) => ({ data: texts.map((text) => ({ embedding: vectorOf(text) })) })],
		[
			'the index 0 for all',
			(texts) => ({ data: texts.map((text) => ({ index: 0, embedding: vectorOf(text) })) }),
		],
		[
			'another order',
			(texts) => ({ data: texts.map((text, index) => ({ index, embedding: vectorOf(text) })).reverse() }),
		],
		["Ollama's own", (texts) => ({ embeddings: texts.map((text) => vectorOf(text)) })],
		[
			'vectors that are not of length 1',
			(texts) => ({
				data: texts.map((text, at) => ({
					index: at,
					embedding: vectorOf(text).map((number) => number * (at + 7)),
				})),
			}),
		],
		['a bare list', (texts) => JSON.stringify(texts.map((text) => vectorOf(text)))],
	])('%s', async (_, answer) => {
		providers.embed = ({ texts }) => ({ body: answer(texts) });
		expect((await ask({ embeddingProvider: 'openAiCompatible', embeddingPrice: 0 })).left).toEqual(TOLD);
	});
});

test.each([
	['batch size is invalid, it should not be larger than 10.: input.contents', 10],
	['input batch size 136 > maximum allowed batch size 16', 16],
	['Too many inputs. The max number of inputs is 1.', 1],
	['* BatchEmbedContentsRequest.requests: at most 5 requests can be in one batch', 5],
])('a server that takes fewer texts at once gets fewer: %s', async (message, most) => {
	providers.embed = ({ texts }) =>
		texts.length > most
			? { status: 400, body: { error: { message, type: 'invalid_request_error' } } }
			: undefined;
	const result = await ask({ embeddingProvider: 'openAiCompatible', embeddingPrice: 0 });
	expect(result.left).toEqual(TOLD);
});

test('a server that does not know the encoding is asked without it', async () => {
	providers.embed = () => {
		const { body } = providers.embeddings.at(-1)!;
		return 'encoding_format' in body
			? {
					status: 400,
					body: {
						error: {
							message:
								"litellm.UnsupportedParamsError: Setting {'encoding_format': 'float'} is not supported by ollama. To drop it, set drop_params.",
						},
					},
				}
			: undefined;
	};
	const result = await ask({ embeddingProvider: 'openAiCompatible', embeddingPrice: 0 }, {}, [ITEMS[0]]);
	expect(result.left).toEqual({ Money: [0] });
});

test('many examples are asked for in as few requests as providers take', async () => {
	const intents = Array.from({ length: 30 }, (_, at) => {
		const examples = Array.from({ length: 12 }, (_none, one) => `wish${at} worded${one}`);
		return `wish${at}: ${examples.join('; ')}`;
	});
	const rules = [{ name: 'Many', match: { intents: intents.join('\n') }, strategy: 'priority' }];
	for (const embeddingProvider of ['openAi', 'gemini']) {
		providers.embeddings.length = 0;
		const result = await ask({ embeddingProvider }, { rules }, ['wish7 worded3']);
		expect(classification(result).intent).toBe('wish7');
		const sizes = providers.embeddings.map(({ body }) => ((body.input ?? body.requests) as unknown[]).length);
		expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
		expect(sizes).toEqual([100, 100, 100, 72]);
	}
});
