import type { INodeInputConfiguration, INodeOutputConfiguration } from 'n8n-workflow';

/** The parameters that shape the node's outputs and inputs, as the editor hands them over: unchecked. */
export interface ShapeParameters {
	mode?: string;
	outputs?: string;
	noMatch?: string;
	models?: {
		values?: Array<{ name?: string; provider?: string; input?: number; model?: { value?: string } | string }>;
	};
	rules?: { values?: Array<{ name?: string }> };
	options?: { memory?: boolean | string };
}

/**
 * The node's outputs, in the order that saved wires depend on. Runs in the editor and the engine as the
 * text of an expression, so it must be self-contained: no imports, no helpers, no newer syntax than both know.
 */
export function configuredOutputs(parameters: ShapeParameters): INodeOutputConfiguration[] {
	const named = (names: string[]): INodeOutputConfiguration[] =>
		names.map((displayName) => ({ type: 'main' as const, displayName }));
	const mode = parameters.mode ?? 'answer';
	if (mode === 'classify') return named(['Classified']);

	const noMatch = parameters.noMatch === 'output' ? ['No Match'] : [];
	const always = mode === 'answer' ? ['Fallback', 'Failed'] : [];
	if (parameters.outputs === 'routes') {
		const rules = ((parameters.rules && parameters.rules.values) || []).map(
			(rule, index) => rule.name || 'Rule ' + (index + 1),
		);
		return named([...(noMatch.length ? noMatch : ['Default']), ...always, ...rules]);
	}
	if (parameters.outputs === 'models') {
		const models = ((parameters.models && parameters.models.values) || []).map((entry, index) => {
			const { name, provider, input, model } = entry;
			const id = String((model && typeof model === 'object' ? model.value : model) || '');
			if (name && name.trim()) return name;
			if (provider === 'connected') return 'Model ' + (input || 1);
			return id && !id.startsWith('=') ? id : 'Model ' + (index + 1);
		});
		return named([...noMatch, ...always, ...models]);
	}
	return named([mode === 'answer' ? 'Answered' : 'Routed', ...noMatch, ...always]);
}

/** The main input, one input for each connected chat model, up to the highest number used, and the memory's. Self-contained as above. */
export function configuredInputs(parameters: ShapeParameters): INodeInputConfiguration[] {
	const models = (parameters.models && parameters.models.values) || [];
	const highest = models
		.filter((model) => model.provider === 'connected')
		.reduce((most, model) => Math.max(most, Number(model.input) || 1), 0);
	const inputs: INodeInputConfiguration[] = [{ type: 'main' }];
	for (let number = 1; number <= Math.min(highest, 10); number++) {
		inputs.push({
			type: 'ai_languageModel',
			displayName: 'Model ' + number,
			required: true,
			maxConnections: 1,
		});
	}
	const memory = parameters.options && parameters.options.memory;
	if (memory === true || memory === 'true') {
		inputs.push({ type: 'ai_memory', displayName: 'Memory', required: true, maxConnections: 1 });
	}
	return inputs;
}

/** What the canvas says under the node's name: `smart · 3 models · 2 rules`. Self-contained as above. */
export function subtitleOf(parameters: ShapeParameters): string {
	if (parameters.mode === 'classify') return 'classify only';
	const counted = (list: unknown[] | undefined, what: string): string => {
		const count = (list || []).length;
		return count + ' ' + what + (count === 1 ? '' : 's');
	};
	return [
		parameters.mode === 'route' ? 'route only' : 'smart',
		counted(parameters.models && parameters.models.values, 'model'),
		counted(parameters.rules && parameters.rules.values, 'rule'),
	].join(' · ');
}
