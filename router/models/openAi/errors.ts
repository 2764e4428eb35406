import type { ErrorDialect } from '../wire/errors';
import type { OpenAiFlavour } from './request';

/** OpenAI, or the server that follows it: by its host. */
export function dialectOf({ flavour, baseUrl }: { flavour: OpenAiFlavour; baseUrl: string }): ErrorDialect {
	return { label: flavour === 'openAi' ? 'OpenAI' : new URL(baseUrl).host };
}
