/** A model of the list by what names it. */
export interface NamedModel {
	/** As typed; may be empty. */
	name: string;
	provider: string;
	/** ID of the model. */
	model: string;
	/** Of a connected chat model: which of the node's inputs. */
	input: number;
}

/** The name by which rules, outputs and results know a model: its own, else its ID, or the label of its input. */
export function aliasOf({ name, provider, model, input }: NamedModel, index: number): string {
	if (name.trim() !== '') return name.trim();
	return provider === 'connected' ? `Model ${input}` : model.trim() || `Model ${index + 1}`;
}
