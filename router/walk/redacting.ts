/** Joins guardrails and models: nobody but those who may sees personal data. */
import type { Means, Policy } from './terms';
import {
	createRedaction,
	findPersonalData,
	nationalIdFinder,
	redactingClient,
} from '../guardrails/guardrails';
import { breatheWith } from '../text/pieces';

/** One redaction for all models, so that a piece of personal data has the same placeholder wherever it goes. */
export async function withRedaction(
	policy: Policy,
	{ surroundings }: Pick<Means, 'surroundings'>,
): Promise<Policy> {
	const finders = [findPersonalData, await nationalIdFinder()];
	const redaction = createRedaction(finders, breatheWith(surroundings));
	const models = policy.models.map((model) =>
		model.client && !model.seesPersonalData
			? { ...model, client: redactingClient(model.client, redaction) }
			: model,
	);
	return { ...policy, models };
}
