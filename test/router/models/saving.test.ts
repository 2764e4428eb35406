import { withSavings as anthropic } from '../../../router/models/anthropic/saving';
import { anthropicBody } from '../../../router/models/anthropic/request';
import { regionOf } from '../../../router/models/catalogue/region';
import { requestBody } from '../../../router/models/openAi/request';
import { withSavings as openAi } from '../../../router/models/openAi/saving';
import { assistantMessage, userMessage } from '../../../router/text/parts';
import type { CacheHints, ModelRequest } from '../../../router/types';
import { requestOf } from '../../support/requests';

const SHARED: CacheHints = { key: 'abc', tokens: 10_000, messages: 0, keep: 'minutes' };
const bulk = (more: Partial<ModelRequest> = {}) =>
	requestOf('And this one?', { system: 'Rules.', cache: SHARED, ...more });
const talk = (keep: CacheHints['keep']) =>
	requestOf('', {
		system: 'Rules.',
		messages: [userMessage('Hello'), assistantMessage('Hi'), userMessage('Go on')],
		cache: { ...SHARED, messages: 3, keep },
	});

describe('Anthropic', () => {
	const bodyOf = async (request: ModelRequest) =>
		anthropic(await anthropicBody('claude-sonnet-4-6', request), request);

	it('marks the end of what items share', async () => {
		const { system, messages, cache_control } = await bodyOf(bulk());
		expect(system).toEqual([{ type: 'text', text: 'Rules.', cache_control: { type: 'ephemeral' } }]);
		expect(messages).toEqual([{ role: 'user', content: 'And this one?' }]);
		expect(cache_control).toBeUndefined();
	});

	it('lets the mark move where a conversation goes on, for an hour where people take their time', async () => {
		expect((await bodyOf(talk('minutes'))).cache_control).toEqual({ type: 'ephemeral' });
		expect((await bodyOf(talk('hour'))).cache_control).toEqual({ type: 'ephemeral', ttl: '1h' });
	});

	it('marks nothing where nobody reads it again, and begins byte for byte alike where many do', async () => {
		expect(JSON.stringify(await bodyOf(bulk({ cache: 'off' })))).not.toContain('cache_control');
		const [one, other] = await Promise.all(
			['first', 'second'].map(async (prompt) =>
				JSON.stringify(await bodyOf({ ...bulk(), messages: [userMessage(prompt)] })),
			),
		);
		expect(one.replace('first', 'second')).toBe(other);
	});

	it('names tier and region as it calls them', async () => {
		expect(await bodyOf(bulk({ serviceTier: 'standard' }))).toMatchObject({ service_tier: 'standard_only' });
		expect(await bodyOf(bulk({ serviceTier: 'flex' }))).not.toHaveProperty('service_tier');
		expect(await bodyOf(bulk({ region: 'us' }))).toMatchObject({ inference_geo: 'us' });
		expect(await bodyOf(bulk({ region: 'eu' }))).not.toHaveProperty('inference_geo');
	});
});

describe('OpenAI', () => {
	const bodyOf = (modelId: string, request: ModelRequest, flavour: 'openAi' | 'compatible' = 'openAi') =>
		openAi(requestBody(modelId, flavour, request), flavour, request);

	it('gets a key, and a breakpoint where it charges for what it keeps', () => {
		expect(bodyOf('gpt-5.4-mini', bulk())).toMatchObject({
			prompt_cache_key: 'abc',
			messages: [{ content: 'Rules.' }, { content: 'And this one?' }],
		});
		expect(bodyOf('gpt-6-sol', bulk())).toMatchObject({
			prompt_cache_key: 'abc',
			prompt_cache_options: { mode: 'explicit' },
			messages: [
				{ content: [{ type: 'text', text: 'Rules.', prompt_cache_breakpoint: { mode: 'explicit' } }] },
				{ content: 'And this one?' },
			],
		});
	});

	it('keeps nothing that nobody reads again, and leaves a conversation to its own breakpoint', () => {
		expect(bodyOf('gpt-6-sol', bulk({ cache: 'off' }))).toMatchObject({
			prompt_cache_options: { mode: 'explicit' },
		});
		expect(bodyOf('gpt-5.4-mini', bulk({ cache: 'off' }))).not.toHaveProperty('prompt_cache_options');
		expect(bodyOf('gpt-6-sol', talk('minutes'))).not.toHaveProperty('prompt_cache_options');
	});

	it('is asked for a tier by its own name; a server of someone else gets no cache fields', () => {
		expect(bodyOf('gpt-5.4', bulk({ serviceTier: 'standard' }))).toMatchObject({ service_tier: 'default' });
		expect(bodyOf('gpt-5.4', bulk({ serviceTier: 'flex' }))).toMatchObject({ service_tier: 'flex' });
		const other = bodyOf('gpt-6-sol', bulk(), 'compatible');
		expect(Object.keys(other).filter((name) => /cache|tier/.test(name))).toEqual([]);
	});
});

it.each([
	['https://eu.api.openai.com/v1', 'eu'],
	['https://us-east-1.api.x.ai/v1', 'us-east-1'],
	['https://europe-west4-aiplatform.googleapis.com/v1', 'europe-west4'],
	['https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1', 'eu-central-1'],
	['https://aiplatform.eu.rep.googleapis.com/v1', 'eu'],
	['https://aiplatform.googleapis.com/v1', undefined],
	['https://bedrock-mantle.us-gov-west-1.api.aws/v1', 'us-gov-west-1'],
	['https://eu.openrouter.ai/api/v1', 'eu'],
	['https://api.together.ai/v1', undefined],
	['https://api.openai.com/v1', undefined],
	['http://localhost:11434/v1', undefined],
	['', undefined],
])('%s computes in %s', (baseUrl, region) => expect(regionOf(baseUrl)).toBe(region));
