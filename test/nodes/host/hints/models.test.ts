import { doubtedUsageHint, remedyHint } from '../../../../nodes/host/hints/models';
import { remedying } from '../../../../router/models/wire/remedies/remedies';
import { Rejection } from '../../../../router/models/errors/rejection';
import type { Attempt, Decision, Model } from '../../../../router/types';

const decision = (more: object): Decision =>
	({ attempts: [], route: null, answer: null, ...more }) as unknown as Decision;
const model = (alias: string, endpoint: string): Model => ({ alias, endpoint }) as Model;

test('what a provider taught is said once, by the name that the user gave the model', async () => {
	const endpoint = 'openAi|https://llm.example/v1|opaque';
	const sent: string[] = [];
	const fetch = remedying(
		(_, init) => {
			const body = String(init?.body);
			sent.push(body);
			if (!body.includes('temperature')) return Promise.resolve(new Response('{}'));
			const error = {
				message: "Unsupported value: 'temperature' does not support 0.2 with this model.",
				param: 'temperature',
			};
			return Promise.reject(new Rejection(400, new Headers(), { error }));
		},
		endpoint,
		() => 0,
	);
	await fetch('https://llm.example/v1/chat/completions', { body: '{"model":"opaque","temperature":0.2}' });
	expect(sent).toHaveLength(2);
	const decisions = [
		decision({
			route: { candidates: [model('other', 'openAi|https://llm.example/v1|other'), model('mine', endpoint)] },
		}),
	];
	expect(remedyHint(decisions)?.message).toMatch(/"mine" does not take temperature$/);
	expect(remedyHint(decisions)).toBeNull();
});

test('models whose counts cannot be true are named', () => {
	const attempt = (name: string, usageDoubted?: boolean) => ({ model: name, usageDoubted }) as Attempt;
	expect(doubtedUsageHint([decision({ attempts: [attempt('good')] })])).toBeNull();
	const hint = doubtedUsageHint([
		decision({ attempts: [attempt('good'), attempt('mad', true), attempt('mad', true)] }),
	]);
	expect(hint?.message).toMatch(/^More tokens were named for "mad" than can be true/);
});
