import { settleTurn } from '../../../../router/failover/asking/recording';
import type { Call } from '../../../../router/failover/calling/call';
import type { Turn } from '../../../../router/failover/pacing/terms';

test('a limit that comes amid an answer ends the turn, too', () => {
	const said: string[] = [];
	const note = (word: string) => (): boolean => {
		said.push(word);
		return false;
	};
	const turn: Turn = {
		told: note('told'),
		taken: note('taken'),
		refused: note('refused'),
		failed: note('failed'),
		unused: note('unused'),
		over: note('over'),
	};
	const call: Partial<Call> = { firstTokenMs: 100 };
	const fault = { category: 'rateLimited', message: 'slow down', status: null, retryAfterMs: null } as const;
	settleTurn(turn, call as Call, fault, {});
	expect(said).toEqual(['refused', 'over']);
});
