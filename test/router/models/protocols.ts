/** The three protocols as the tests below walk through them, and how a call is made and read. */
import { createHttp, type Http } from '../../../router/models/wire/http';
import { PROVIDER_REGISTRY, type CredentialProviderId } from '../../../router/models/registry';
import type { AnswerPart, ModelClient, ModelRequest, Surroundings } from '../../../router/types';
import { ModelError } from '../../../router/types';
import { requestOf as ask } from '../../support/requests';
import { startSimulatedProviders, type SimulatedProviders } from '../../support/simulatedProviders';

export { ask };

export const KEY = 'sk-test-CANARY-key-0123456789abcdef';

export const sleep: Surroundings['sleep'] = (ms, signal) =>
	new Promise((resolve) => {
		const timer = setTimeout(resolve, ms);
		signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
	});

export interface Protocol {
	provider: CredentialProviderId;
	endpoint: 'openai' | 'anthropic' | 'gemini' | 'compatible';
	modelId: string;
	/** One that thinks, and how to make it show that. */
	reasoningModelId: string;
}

export const PROTOCOLS: Protocol[] = [
	{ provider: 'openAi', endpoint: 'openai', modelId: 'gpt-4o-mini', reasoningModelId: 'gpt-5-mini' },
	{
		provider: 'anthropic',
		endpoint: 'anthropic',
		modelId: 'claude-haiku-4-5',
		reasoningModelId: 'claude-think-4-6',
	},
	{ provider: 'gemini', endpoint: 'gemini', modelId: 'gemini-2.5-flash', reasoningModelId: 'gemini-2.5-pro' },
	{
		provider: 'openAiCompatible',
		endpoint: 'compatible',
		modelId: 'llama-3.3-70b-versatile',
		reasoningModelId: 'deepseek-r1',
	},
];

/** One server and one pool of connections for a test file. */
export class Bench {
	private constructor(
		readonly providers: SimulatedProviders,
		readonly http: Http,
	) {}

	static async start(): Promise<Bench> {
		return new Bench(await startSimulatedProviders(), createHttp());
	}

	async close(): Promise<void> {
		await this.providers.close();
		await this.http.close();
	}

	client({ provider, endpoint }: Protocol, modelId: string): ModelClient {
		return PROVIDER_REGISTRY[provider].createClient({
			baseUrl: this.providers.baseUrl(endpoint),
			modelId,
			fetch: this.http.fetch,
			now: () => Date.now(),
			sleep,
			random: Math.random,
		});
	}

	answer(protocol: Protocol, request: ModelRequest, modelId = protocol.modelId): Promise<Answer> {
		return read(this.client(protocol, modelId).stream(request, KEY, new AbortController().signal));
	}

	/** The error of a call that has to fail. */
	async error(protocol: Protocol, fault: string, request = ask('Hello')): Promise<ModelError> {
		try {
			await this.answer(protocol, request, `${protocol.modelId}--${fault}`);
		} catch (error) {
			if (error instanceof ModelError) return error;
			throw error;
		}
		throw new Error(`${protocol.provider} did not fail with ${fault}`);
	}
}

export interface Answer {
	text: string;
	reasoned: boolean;
	end: Extract<AnswerPart, { type: 'end' }> | undefined;
	parts: AnswerPart[];
}

export async function read(stream: AsyncIterable<AnswerPart>): Promise<Answer> {
	const parts: AnswerPart[] = [];
	for await (const part of stream) parts.push(part);
	return {
		text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
		reasoned: parts.some(({ type }) => type === 'reasoning'),
		end: parts.find((part) => part.type === 'end'),
		parts,
	};
}
