import { waitHints } from '../../../../nodes/host/hints/waits';
import type { Attempt, Decision } from '../../../../router/types';

const at = (ms: number): string => new Date(Date.UTC(2026, 0, 1) + ms).toISOString();

const attempt = (outcome: Attempt['outcome'], startedAt: number, waitedMs?: number): Attempt =>
	({ model: 'gpt', outcome, startedAt: at(startedAt), ms: 100, waitedMs }) as Attempt;

const decision = (...attempts: Attempt[]): Decision => ({ attempts }) as unknown as Decision;

test('says how long items waited for which model, in the queue and after a refusal', () => {
	const decisions = [
		decision(attempt('answered', 0)),
		decision(attempt('answered', 2_000, 2_000)),
		// Refused after 100 ms, and asked again at 4.1 s.
		decision(attempt('rateLimited', 0), attempt('answered', 4_100, 500)),
		// Too short to notice.
		decision(attempt('answered', 100, 100)),
	];
	expect(waitHints(decisions, 'item').map(({ message }) => message)).toEqual([
		'2 items waited for the rate limit of "gpt" (3 s on average, 4 s at most)',
	]);
	expect(waitHints([decision(attempt('answered', 900, 900))], 'item')[0]?.message).toBe(
		'1 item waited for the rate limit of "gpt" (0.9 s)',
	);
});

test('a failure that is no limit is not waited for', () => {
	expect(waitHints([decision(attempt('serverError', 0), attempt('answered', 5_000))], 'item')).toEqual([]);
});
