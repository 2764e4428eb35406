import type { ChatRequest } from '../../types';
import type { Trace } from './trace';
import type { JsonCheck } from '../verdict/json';
import type { Relay } from '../calling/relay';
import type { FailoverSettings, FailoverWorld } from '../settings';

/** What all calls for one prompt share. */
export interface Context {
	request: ChatRequest;
	/** null unless JSON is requested. */
	checkJson: JsonCheck | null;
	settings: FailoverSettings;
	world: FailoverWorld;
	/** Epoch ms. */
	startedAt: number;
	/** By the monotonic clock; `Infinity` for no limit. */
	endsAt: number;
	trace: Trace;
	/** null: nobody is watching the answer as it is written. */
	relay: Relay | null;
}
