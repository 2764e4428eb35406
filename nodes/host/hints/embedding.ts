/** What a person should know of the embedding model that tells intents. */
import type { NodeExecutionHint } from 'n8n-workflow';

import { failureInWords } from '../../../router/failover/failover';
import type { Decision } from '../../../router/types';
import type { Policy } from '../../../router/walk/walk';
import { counted, inWords, type Unit } from './unit';

interface Asked {
	decision: Decision;
	policy: Pick<Policy, 'embedder'>;
}

export function embeddingHints(asked: readonly Asked[], unit: Unit): NodeExecutionHint[] {
	return [...failureHints(asked, unit), ...priceHints(asked)];
}

function failureHints(asked: readonly Asked[], unit: Unit): NodeExecutionHint[] {
	const failed = asked.flatMap(({ decision: { embedding, attempts }, policy: { embedder } }) =>
		embedding?.outcome === 'failed' && embedder
			? [{ alias: embedder.model.alias, why: failureInWords(embedding.category), attempts }]
			: [],
	);
	if (failed.length === 0) return [];
	const names = [...new Set(failed.map(({ alias }) => `"${alias}"`))];
	const causes = [...new Set(failed.map(({ why }) => why))].slice(0, 5);
	const words = failed
		.flatMap(({ attempts }) => attempts)
		.find(({ purpose, message }) => purpose === 'embedding' && message !== null)?.message;
	return [
		{
			message: `The intent of ${counted(failed.length, unit)} was told here and not by ${inWords(names)}, which failed (${causes.join(', ')})${words ? `: ${words}` : ''}`,
			location: 'outputPane',
			type: 'warning',
		},
	];
}

function priceHints(asked: readonly Asked[]): NodeExecutionHint[] {
	const unknown = new Set(
		asked.flatMap(({ decision: { attempts }, policy: { embedder } }) => {
			const isBilled = attempts.some(
				({ purpose, billing, costNano }) =>
					purpose === 'embedding' && billing !== 'none' && costNano === null,
			);
			return embedder && isBilled ? [`"${embedder.model.alias}"`] : [];
		}),
	);
	if (unknown.size === 0) return [];
	return [
		{
			message: `No price is known for the embedding model ${inWords([...unknown])}, so what an item costs is left empty where it was asked. Set Embedding Price under Options (0 for a model of your own).`,
			location: 'outputPane',
			type: 'info',
		},
	];
}
