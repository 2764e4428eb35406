/** Joins guardrails and models: nobody but those who may sees personal data. */
import type { Policy } from './terms';
import {
	createRedaction,
	findPersonalData,
	nationalIdFinder,
	redactingClient,
} from '../guardrails/guardrails';

/** One redaction for all models, so that a piece of personal data has the same placeholder wherever it goes. */
export async function withRedaction(policy: Policy): Promise<Policy> {
	const redaction = createRedaction([findPersonalData, await nationalIdFinder()]);
	const models = policy.models.map((model) =>
		model.client && !model.seesPersonalData
			? { ...model, client: redactingClient(model.client, redaction) }
			: model,
	);
	return { ...policy, models };
}
