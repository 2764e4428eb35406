/** What the models of a node still need, found before the first call and said at once. */
import { PROVIDER_FACTS, type CredentialProviderId } from '../../../router/models/providers';
import { ConfigurationError } from '../../../router/types';
import { inWords } from '../hints/unit';

/** Something that is not chosen yet, and for which models. */
export interface Missing {
	alias: string;
	/** null: the model itself is not chosen. */
	credential: { title: string; provider: CredentialProviderId; isTicked: boolean } | null;
}

/** @param missing at least one */
export function missingSettings(missing: readonly Missing[]): ConfigurationError {
	const credentials = missing.filter(({ credential }) => credential !== null);
	const models = missing.filter(({ credential }) => credential === null).map(({ alias }) => `"${alias}"`);
	const sentences = [
		...[...byTitle(credentials)].map(
			([title, aliases]) =>
				`${subject(aliases)} ${aliases.length > 1 ? 'need' : 'needs'} the credential "${title}", and none is chosen`,
		),
		...(models.length > 0 ? [`No model is chosen for ${inWords(models)}`] : []),
	];
	const remedies = [
		...(credentials.length > 0 ? [remedyOf(credentials)] : []),
		...(models.length > 0 ? ['Choose one from the list under Models → Model, or enter its ID.'] : []),
	];
	const field = credentials.length > 0 ? 'Credentials' : 'Models → Model';
	return new ConfigurationError(field, sentences.join('. '), remedies.join(' '));
}

function byTitle(missing: readonly Missing[]): Map<string, string[]> {
	const aliases = new Map<string, string[]>();
	for (const { alias, credential } of missing) {
		const title = credential?.title ?? '';
		aliases.set(title, [...(aliases.get(title) ?? []), `"${alias}"`]);
	}
	return aliases;
}

const subject = (aliases: readonly string[]): string =>
	`The ${aliases.length > 1 ? 'models' : 'model'} ${inWords(aliases)}`;

function remedyOf(missing: readonly Missing[]): string {
	const unticked = missing.flatMap(({ credential }) =>
		credential && !credential.isTicked ? [PROVIDER_FACTS[credential.provider].label] : [],
	);
	const count = new Set(missing.map(({ credential }) => credential?.title)).size;
	const it = count > 1 ? 'them' : 'it';
	const aliases = missing.map(({ alias }) => `"${alias}"`);
	const choose =
		unticked.length > 0
			? `Tick ${inWords([...new Set(unticked)])} under Providers, so that the node's providers include what the models need, then choose ${count > 1 ? 'the credentials' : 'the credential'} at the top of the panel`
			: `Choose ${it} at the top of the panel, which shows a credential for each of the node's providers`;
	return `${choose}. Or remove ${inWords(aliases)} from the list of models.`;
}
