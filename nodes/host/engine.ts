import { createEngine, type Engine } from '../../router/engine';
import { createHttp } from '../../router/models/wire/http';
import { llmRouterFolder } from './folder';
import { stateOf } from './stateOf';
import { surroundings } from './surroundings';

let engine: Engine | undefined;

/** The engine that all executions of this n8n process share, put together when it is first asked for. */
export function hostEngine(): Engine {
	engine ??= assemble();
	return engine;
}

function assemble(): Engine {
	const state = stateOf(process.env, process.argv, llmRouterFolder(), surroundings);
	const http = createHttp({
		// n8n replaces only Node's own http agents, so its proxy settings are heeded here.
		httpProxy: proxyVariable('HTTP_PROXY'),
		httpsProxy: proxyVariable('HTTPS_PROXY'),
		noProxy: proxyVariable('NO_PROXY'),
	});
	const assembled = createEngine({ surroundings, state, http });
	process.on('exit', () => assembled.closeNow());
	return assembled;
}

function proxyVariable(name: string): string | undefined {
	return process.env[name.toLowerCase()] || process.env[name];
}
