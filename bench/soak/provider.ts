/** The simulated providers of the soak, in a process of their own, as providers are. */
import { startSimulatedProviders } from '../../test/support/simulatedProviders';
import { PROVIDERS, type Scene } from './scenarios';

/** What each provider's one model is called. */
export const MODEL_IDS = {
	openai: 'gpt-4o-mini',
	anthropic: 'claude-haiku-4-5',
	gemini: 'gemini-2.5-flash-lite',
	compatible: 'llama-3.3-70b-versatile',
} as const;

export type Command = { faults: Scene['faults'] } | 'open';
export type Report = { url: string } | 'set' | { calls: number; connections: number };

const LATENCY_MS = 10;

async function serve(): Promise<void> {
	const providers = await startSimulatedProviders({ latencyMs: LATENCY_MS });
	const say = (report: Report): void => void process.send?.(report);
	process.on('message', (command: Command) => {
		if (command === 'open') {
			void providers.connections().then((connections) => say({ calls: providers.inFlight, connections }));
			return;
		}
		providers.clearFaults();
		for (const name of PROVIDERS) {
			const fault = command.faults[name];
			if (fault !== undefined) providers.setFault(MODEL_IDS[name], fault);
		}
		// The log is for tests; here it would only fill memory.
		providers.log.length = 0;
		say('set');
	});
	process.once('disconnect', () => process.exit());
	say({ url: providers.url });
}

if (process.send && process.argv[1] === __filename) void serve();
