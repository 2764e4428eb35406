import { allowedModels, injectionFailure } from '../../../router/guardrails/allowedModels';

describe('the models that a credential allows', () => {
	it.each([
		['', 'gpt-5', true],
		['  \n ', 'gpt-5', true],
		['gpt-5', 'gpt-5', true],
		['gpt-5', 'GPT-5', true],
		['gpt-5', 'gpt-5-mini', false],
		['gpt-5*', 'gpt-5-mini', true],
		['claude\ngpt-*', 'gpt-5', true],
		['*mini*', 'gpt-5-mini', true],
		['gpt-*-mini', 'gpt-5-mini', true],
		['gpt-*-mini', 'gpt-mini', false],
		['a*a', 'a', false],
		['a*b*b', 'ab', false],
		['a*b*b', 'abxb', true],
		['*', 'anything', true],
		['gpt.5', 'gpt-5', false],
	])('%j: %s is %s', (list, modelId, expected) => {
		expect(allowedModels(list)(modelId)).toBe(expected);
	});
});

it('a blocked prompt says what was found', () => {
	expect(injectionFailure('"ignore … instructions"')).toEqual({
		category: 'blocked',
		message: expect.stringContaining('it says "ignore … instructions"'),
	});
});
