import type { ChatRequest } from '../../types';
import type { Trace } from './trace';
import type { JsonCheck } from '../verdict/json';
import type { Relay } from '../calling/relay';
import type { FailoverSettings, FailoverWorld } from '../settings';

/** One prompt on its way to an answer: what all calls for it share. */
export interface Context {
	request: ChatRequest;
	/** null unless JSON is wanted. */
	checkJson: JsonCheck | null;
	settings: FailoverSettings;
	world: FailoverWorld;
	/** Epoch ms. */
	startedAt: number;
	/** By the monotonic clock, `Infinity` for none. */
	endsAt: number;
	trace: Trace;
	/** null: nobody watches the answer as it is written. */
	relay: Relay | null;
}
