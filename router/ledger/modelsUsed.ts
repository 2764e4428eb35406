/** Models that occur in recent decisions. */
import type { DecisionQuery, KeptDecision } from '../state/state';

export interface ModelUsed {
	/** Alias. */
	model: string;
	provider: string;
	modelId: string;
	/** Epoch ms. */
	lastUsedAt: number;
	/** Names, latest use first. */
	workflows: string[];
}

/** Only the newest decisions are read, in pages. */
const PAGE = 1_000;
const MOST_PAGES = 10;

export async function modelsUsed(
	store: { decisions(query: DecisionQuery): Promise<KeptDecision[]> },
	now: number,
): Promise<ModelUsed[]> {
	const used = new Map<string, ModelUsed>();
	for (let page = 0; page < MOST_PAGES; page++) {
		const query = { span: { from: 0, to: now + 1 }, where: {}, limit: PAGE, offset: page * PAGE };
		const decisions = await store.decisions(query);
		for (const decision of decisions) add(used, decision);
		if (decisions.length < PAGE) break;
	}
	return [...used.values()];
}

function add(used: Map<string, ModelUsed>, { model, provider, modelId, workflow, at }: KeptDecision): void {
	if (model === null || provider === null || modelId === null) return;
	const key = JSON.stringify([model, provider, modelId]);
	const known = used.get(key) ?? { model, provider, modelId, lastUsedAt: at, workflows: [] };
	if (workflow !== null && !known.workflows.includes(workflow)) known.workflows.push(workflow);
	used.set(key, known);
}
