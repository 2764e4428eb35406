import { usageFrom } from '../../../router/models/usage';

test.each([
	[
		{ input: 10, output: '5' },
		{ inputTokens: 10, outputTokens: 5, totalTokens: 15 },
	],
	[
		{ input: 10, output: 'five', cachedInput: '', reasoning: '0x' },
		{ inputTokens: 10, outputTokens: 0, cachedInputTokens: 0, reasoningTokens: 0, totalTokens: 10 },
	],
	[
		{ input: -3, output: 2.5 },
		{ inputTokens: 0, outputTokens: 3, totalTokens: 3 },
	],
	[
		{ input: 10, output: 4, cachedInput: 50, reasoning: 'x' },
		{ cachedInputTokens: 10, reasoningTokens: 0 },
	],
	[
		{ input: 1e300, output: Number.NaN },
		{ inputTokens: 0, outputTokens: 0 },
	],
])('whatever a server says of tokens, counts stay counts: %j', (counted, usage) => {
	expect(usageFrom(counted)).toMatchObject(usage);
});
