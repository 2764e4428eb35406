import { createEngine, type Engine, type EngineSettings } from '../../router/engine';
import { createHttp } from '../../router/models/wire/http';
import { createMemoryState } from '../../router/state/state';
import type { Surroundings } from '../../router/types';

/** The engine with all its state in memory, in the given time. */
export function testEngine(surroundings: Surroundings, settings: Partial<EngineSettings> = {}): Engine {
	const state = createMemoryState(surroundings);
	return createEngine({ surroundings, state, http: createHttp(), ...settings });
}

/** Who asks, where it is nobody in particular. */
export const CALLER = {
	workflow: 'Workflow',
	node: 'Router',
	execution: '1',
	learner: 'router',
	timeZone: 'Europe/Berlin',
};

/** Spending is asked about, and nothing limits it. */
export const NO_BUDGET = { budgets: [], maxCostPerItemNano: null, allowUnknownPrice: true };
