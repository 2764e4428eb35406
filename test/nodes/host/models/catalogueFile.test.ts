import '../../../support/engineFolder';

import { listedLifecycle, noteListed } from '../../../../nodes/host/models/catalogueFile';

test('an end that a list names is kept until it no longer names it', async () => {
	const lifecycle = { retiresAt: '2027-03-01' };
	await noteListed('openAi', [{ id: 'a', lifecycle }, { id: 'b', lifecycle }, { id: 'c' }]);
	await noteListed('gemini', [{ id: 'models/a', lifecycle: { contextWindow: 1_000 } }]);
	await noteListed('openAi', [{ id: 'a' }]);
	expect(listedLifecycle('openAi', 'a')).toBeUndefined();
	expect(listedLifecycle('openAi', 'b')).toEqual(lifecycle);
	expect(listedLifecycle('gemini', 'a')).toEqual({ contextWindow: 1_000 });
});
