import { variantOf } from '../../../../router/models/connected/variant';

class Client {
	readonly opened = Math.random();
}

/** As LangChain's chat models are built. */
class ChatModel {
	readonly lc_kwargs: object;

	readonly client = new Client();

	calls = 0;

	temperature: number;

	constructor(private readonly settings: { apiKey: string; temperature: number; configuration: object }) {
		this.lc_kwargs = { ...settings, callbacks: [new Client()], onFailedAttempt: () => undefined };
		this.temperature = settings.temperature;
	}

	invocationParams(): object {
		return { stop: undefined, top_p: this.settings.temperature / 2, n: 1n };
	}
}

const SETTINGS = {
	apiKey: 'sk-1',
	temperature: 0.2,
	configuration: { baseURL: 'https://one.test', defaultHeaders: { a: 'b' } },
};

test('a chat model is the same variant as long as it is set the same, whatever its key and its clients', () => {
	const variant = variantOf(new ChatModel(SETTINGS));
	expect(variant).toMatch(/^[0-9a-f]{64}$/);
	expect(variantOf(new ChatModel({ ...SETTINGS, apiKey: 'sk-2' }))).toBe(variant);
	expect(variantOf(new ChatModel({ ...SETTINGS, temperature: 0.3 }))).not.toBe(variant);
	const elsewhere = { baseURL: 'https://two.test' };
	expect(variantOf(new ChatModel({ ...SETTINGS, configuration: elsewhere }))).not.toBe(variant);
});

test('one that says nothing, or cannot, is a variant too', () => {
	const mute = { model: 'm' };
	const failing = {
		model: 'm',
		invocationParams: () => {
			throw new Error('not now');
		},
	};
	expect(variantOf(failing)).toBe(variantOf(mute));
	expect(variantOf({ model: 'n' })).not.toBe(variantOf(mute));
});
