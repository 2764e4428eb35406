/** One call through a provider's SDK at its real address, answered with given bytes, and what it is billed for. */
import { billOf } from '../../../../router/failover/calling/billing';
import { callModel } from '../../../../router/failover/calling/call';
import { lookUp } from '../../../../router/models/catalogue/catalogue';
import { PROVIDER_REGISTRY, type CredentialProviderId } from '../../../../router/models/registry';
import type { Fetch } from '../../../../router/models/wire/http';
import { callCost } from '../../../../router/money/cost';
import { estimateTokens } from '../../../../router/text/tokens';
import type { ModelRequest, Surroundings } from '../../../../router/types';
import { realTime } from '../../../support/realTime';
import { requestOf } from '../../../support/requests';
import { modelOf } from '../../../support/standIn/scriptedModel';

const NOW = Date.UTC(2026, 10, 28, 12);

const surroundings: Surroundings = {
	work: realTime.work,
	now: () => NOW,
	monotonic: () => performance.now(),
	random: () => 0.5,
	sleep: (ms, signal) =>
		new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
		}),
};

export interface WireCall {
	provider: CredentialProviderId;
	baseUrl: string;
	modelId: string;
	body: string;
	/** The connection breaks after the body. */
	isCut?: boolean;
	request?: Partial<ModelRequest>;
}

export async function billed({ provider, baseUrl, modelId, body, isCut, request: more }: WireCall) {
	const reply = (): Response => {
		const stream = new ReadableStream<Uint8Array>({
			start(controller) {
				controller.enqueue(new TextEncoder().encode(body));
				if (isCut) setTimeout(() => controller.error(new Error('socket hang up')), 20);
				else controller.close();
			},
		});
		const type = body.startsWith('{') ? 'application/json' : 'text/event-stream';
		return new Response(stream, { headers: { 'content-type': type } });
	};
	const fetch = (() => Promise.resolve(reply())) as unknown as Fetch;
	const { now, sleep, random } = surroundings;
	const client = PROVIDER_REGISTRY[provider].createClient({ baseUrl, modelId, fetch, now, sleep, random });
	await client.prepare?.('sk-key');
	const pricesOf = (id: string) => lookUp({ provider, modelId: id, baseUrl, now: NOW }).prices;
	const model = modelOf('model', client, { provider, modelId, prices: pricesOf(modelId), pricesOf });
	const request = requestOf('What is the capital of France?', more);
	const call = await callModel(
		model,
		'sk-key',
		request,
		{ firstTokenMs: 3_000, stallMs: 2_000, attemptMs: 5_000, endsAt: NOW + 9_000 },
		surroundings,
		{ signal: new AbortController().signal, onFirstToken: () => undefined },
	);
	const { billing, usage } = billOf(call, request, estimateTokens);
	return { billing, usage, nano: usage && callCost(model, usage) };
}
