import { callCost } from '../../../router/money/cost';
import { usageOf as anthropicUsage, type Counts } from '../../../router/models/anthropic/usage';
import { lookUp } from '../../../router/models/catalogue/catalogue';
import type { GeminiResponse } from '../../../router/models/gemini/request';
import { usageOf as geminiUsage } from '../../../router/models/gemini/usage';
import { usageIn } from '../../../router/models/openAi/usage';
import type { Model, Usage } from '../../../router/types';
import { BILLS, type Bill } from './bills/bills';

const NOW = Date.UTC(2026, 10, 28, 12);

function usageOf({ provider, payload }: Bill): Usage | null {
	if (provider === 'gemini') return geminiUsage(payload as unknown as GeminiResponse);
	if (provider !== 'anthropic') return usageIn(payload);
	const { model, usage } = payload as { model: string; usage: Counts };
	return anthropicUsage({ ...usage, model });
}

function modelOf({ provider, modelId, baseUrl }: Bill): Model {
	const pricesOf = (id: string) => lookUp({ provider, modelId: id, baseUrl, now: NOW }).prices;
	return { modelId, prices: pricesOf(modelId), pricesOf } as Model;
}

it('knows more than sixty bills', () => expect(BILLS.length).toBeGreaterThan(60));

it.each(BILLS.map((bill) => [bill.provider, bill.modelId, bill.what, bill] as const))(
	'%s %s: %s',
	(_provider, _model, _what, bill) => {
		const usage = usageOf(bill);
		expect(usage).not.toBeNull();
		expect(usage && callCost(modelOf(bill), usage)).toBe(bill.nano);
	},
);
