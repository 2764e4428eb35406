import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the ledger and what belongs to it lie. */
export function llmRouterFolder(): string {
	return join(n8nFolder(), 'llm-router');
}

/** n8n's own folder: in what `N8N_USER_FOLDER` names, else in the home of whoever runs it. */
function n8nFolder(): string {
	return join(process.env.N8N_USER_FOLDER ?? homedir(), '.n8n');
}
