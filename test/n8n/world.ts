/** What a test file starts from: the n8n of the global setup, an account in it, and simulated providers of its own. */
import type { SimulatedProviders } from '../support/simulatedProviders';
import { N8nSession } from './session';
import { readExamples, simulatedCredentials, startSimulation, type ExampleFile } from './simulation';

export interface World {
	session: N8nSession;
	providers: SimulatedProviders;
	examples: ExampleFile[];
}

/** The credentials in n8n now lead to the new providers. */
export async function openWorld(): Promise<World> {
	const url = process.env.N8N_UNDER_TEST;
	if (!url) throw new Error('No n8n is running: these tests need test/n8n/globalSetup.ts');
	const examples = readExamples();
	const providers = await startSimulation(examples);
	const session = await N8nSession.open(url);
	for (const { id, ...credential } of simulatedCredentials(providers, examples)) {
		await session.setCredentialData(id, credential);
	}
	return { session, providers, examples };
}
