/** The operation `reset`: forgets what keeps models from being asked, and remembered answers. */
import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod';

import { forgetTroubles } from '../../router/failover/failover';
import { ConfigurationError } from '../../router/types';
import { hostEngine } from '../host/engine';
import { parameterOf } from './parameters';

export const RESETTABLE = ['circuits', 'rests', 'cache'] as const;

/** How many of each were forgotten; null: was not asked for. */
export interface ResetRow {
	circuits: number | null;
	rests: number | null;
	cachedAnswers: number | null;
}

/** @throws ConfigurationError where it was not confirmed */
export async function reset(context: IExecuteFunctions, itemIndex: number): Promise<ResetRow> {
	const confirmed = parameterOf(context, 'confirm', itemIndex, z.boolean().default(false), 'It is on or off');
	if (!confirmed) {
		throw new ConfigurationError(
			'Confirm',
			'Confirm is off, so nothing was reset',
			'Switch it on: circuits, rests and remembered answers of this n8n will be forgotten',
		);
	}
	const what = parameterOf(
		context,
		'what',
		itemIndex,
		z.array(z.enum(RESETTABLE)).default([...RESETTABLE]),
		`It is a list of any of ${RESETTABLE.join(', ')}`,
	);
	const engine = hostEngine();
	const troubles = await forgetTroubles(engine.state.facts, {
		circuits: what.includes('circuits'),
		cooldowns: what.includes('rests'),
	});
	const { circuits, cooldowns: rests } = troubles;
	return { circuits, rests, cachedAnswers: what.includes('cache') ? await engine.forgetAnswers() : null };
}
