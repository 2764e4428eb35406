import type { INodeInputConfiguration } from 'n8n-workflow';

interface ModelEntry {
	name?: string;
	provider?: string;
	input?: number;
}

/**
 * One input for each connected chat model, named by the models that use it. Runs in the editor and the engine as the
 * text of an expression, so it must be self-contained: no imports, no helpers, no newer syntax than both know.
 */
export function connectedInputs(parameters: {
	models?: { values?: ModelEntry[] };
}): INodeInputConfiguration[] {
	const models = ((parameters.models && parameters.models.values) || []).filter(
		(model) => model.provider === 'connected',
	);
	const numberOf = (model: ModelEntry) => Number(model.input) || 1;
	const highest = models.reduce((most, model) => Math.max(most, numberOf(model)), 0);
	const inputs: INodeInputConfiguration[] = [];
	for (let number = 1; number <= Math.min(highest, 10); number++) {
		const names = models
			.filter((model) => numberOf(model) === number && model.name)
			.map((model) => model.name);
		inputs.push({
			type: 'ai_languageModel',
			displayName: names.join(', ') || 'Model ' + number,
			required: true,
			maxConnections: 1,
		});
	}
	return inputs;
}

/** What the canvas says under the node's name: `3 models · 2 rules`. Self-contained as above. */
export function modelSubtitle(parameters: {
	models?: { values?: unknown[] };
	rules?: { values?: unknown[] };
}): string {
	const counted = (list: unknown[] | undefined, what: string): string => {
		const count = (list || []).length;
		return count + ' ' + what + (count === 1 ? '' : 's');
	};
	return [
		counted(parameters.models && parameters.models.values, 'model'),
		counted(parameters.rules && parameters.rules.values, 'rule'),
	].join(' · ');
}
