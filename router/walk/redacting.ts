/** Hides personal data from models that may not see it. */
import type { Means, Policy } from './terms';
import {
	createRedaction,
	findPersonalData,
	nationalIdFinder,
	redactingClient,
} from '../guardrails/guardrails';
import { breatheWith } from '../text/pieces';

/** Shares one redaction among all models, so that the same data gets the same placeholder everywhere. */
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
