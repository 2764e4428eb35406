import { createLocalClassifier } from '../../router/classify/classifier';
import { createHttp } from '../../router/models/http';
import { createMemoryStore } from '../../router/state/memory';
import type { Surroundings } from '../../router/types';

/** Epoch ms that `performance.now` counts from. */
let origin = Date.now() - performance.now();

/** Epoch ms with a fraction, as classifying takes less than one; follows the system's clock when that is set. */
function now(): number {
	const wall = Date.now();
	if (Math.abs(origin + performance.now() - wall) > 5) origin = wall - performance.now();
	return origin + performance.now();
}

/**
 * What all executions of this process share, and the one place where the engine is given the real clock,
 * chance and environment.
 */
export const surroundings: Surroundings = {
	now,
	random: () => Math.random(),
	sleep: async (ms, signal) =>
		await new Promise((resolve) => {
			if (signal?.aborted) return resolve();
			const done = () => {
				clearTimeout(timer);
				signal?.removeEventListener('abort', done);
				resolve();
			};
			const timer = setTimeout(done, ms);
			signal?.addEventListener('abort', done, { once: true });
		}),
};

/** Which models rest: learned by one execution, of use to the next. */
export const store = createMemoryStore();

export const classifier = createLocalClassifier();

const proxyVariable = (name: string) => process.env[name.toLowerCase()] || process.env[name];

/** n8n replaces only Node's own http agents, so its proxy settings are heeded here. */
export const http = createHttp({
	httpProxy: proxyVariable('HTTP_PROXY'),
	httpsProxy: proxyVariable('HTTPS_PROXY'),
	noProxy: proxyVariable('NO_PROXY'),
});
