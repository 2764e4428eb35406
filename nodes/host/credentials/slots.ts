/** The credentials that the nodes ask for. Loaded when n8n starts, so it knows no provider's code. */
import type { INodeCredentialDescription } from 'n8n-workflow';

import {
	PROVIDER_FACTS,
	type CredentialProviderId,
	type ProviderFacts,
} from '../../../router/models/providers';
import { n8nCredentialOf, type CredentialSource } from './n8n';

/** A credential by its type, and as the panel calls it. */
export interface CredentialName {
	type: string;
	title: string;
}

/** The credential that a provider is reached by. n8n has none of its own for compatible endpoints. */
export function credentialOf(provider: CredentialProviderId, source: CredentialSource): CredentialName {
	const own = { type: PROVIDER_FACTS[provider].credential, title: titleOf(PROVIDER_FACTS[provider]) };
	return (source === 'n8n' && n8nCredentialOf(provider)) || own;
}

const titleOf = ({ label }: ProviderFacts): string => `LLM Router ${label} API`;

const PROVIDERS = Object.keys(PROVIDER_FACTS) as CredentialProviderId[];

/** One slot a provider and source, shown where the panel asks for it. n8n allows one credential a type. */
export const credentialSlots: INodeCredentialDescription[] = PROVIDERS.flatMap((provider) => {
	// With the slash: the editor takes a parameter named without it for the choice of an authentication and hides it.
	const ticked = { '/providers': [provider] };
	const ofN8n = n8nCredentialOf(provider);
	const { type, title } = credentialOf(provider, 'router');
	const own: INodeCredentialDescription = {
		name: type,
		required: false,
		// The name of the type lists services, for whoever looks for one.
		displayName: `Credential for ${title}`,
		displayOptions: { show: ofN8n ? { ...ticked, '/credentialSource': ['router'] } : ticked },
	};
	if (!ofN8n) return [own];
	const theirs: INodeCredentialDescription = {
		name: ofN8n.type,
		required: false,
		displayName: `Credential for ${ofN8n.title}`,
		displayOptions: { show: { ...ticked, '/credentialSource': ['n8n'] } },
	};
	return [own, theirs];
});
