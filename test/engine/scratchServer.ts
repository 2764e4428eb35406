import { startSimulatedProviders } from '../support/simulatedProviders';
void startSimulatedProviders({ latencyMs: 50 }).then((p) => {
	process.send!({ url: p.url });
	process.on('message', () => { process.send!({ peak: p.peakConcurrency }); p.reset(); });
});
