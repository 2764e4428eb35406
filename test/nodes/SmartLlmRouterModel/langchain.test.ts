/** In a folder such as n8n installs packages into, and in a process of its own: jest resolves in another way than Node.js. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModuleKind, transpileModule } from 'typescript';

const SOURCE = join(__dirname, '../../../nodes/SmartLlmRouterModel/langchain.ts');

const folder = mkdtempSync(join(tmpdir(), 'llm-router-langchain-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
	mkdirSync(join(folder, path, '..'), { recursive: true });
	writeFileSync(join(folder, path), text);
}

/** A copy of LangChain that says whose it is. */
function copyOf(owner: string, modules: string): void {
	const core = `${modules}/@langchain/core`;
	write(`${core}/package.json`, '{"name": "@langchain/core"}');
	for (const file of ['messages', 'outputs', 'runnables'])
		write(`${core}/${file}.js`, `exports.AIMessage = ${JSON.stringify(owner)}`);
	for (const file of [
		'language_models/chat_models',
		'language_models/structured_output',
		'utils/function_calling',
	])
		write(`${core}/${file}.js`, '');
}

const loaded = (nodePath: string): string =>
	execFileSync(
		process.execPath,
		['-e', `console.log(require('./user/node_modules/n8n-nodes-x/langchain.js').langChain().AIMessage)`],
		{ cwd: folder, encoding: 'utf8', env: { ...process.env, NODE_PATH: nodePath } },
	).trim();

test("it is n8n's own copy, though another package has brought one along; outside of n8n it is whichever is there", () => {
	const { outputText } = transpileModule(readFileSync(SOURCE, 'utf8'), {
		compilerOptions: { module: ModuleKind.CommonJS },
	});
	write('user/node_modules/n8n-nodes-x/langchain.js', outputText);
	copyOf('of another package', 'user/node_modules');
	expect(loaded('')).toBe('of another package');

	// As pnpm lays them out: n8n's nodes have a copy that n8n itself has not.
	copyOf("n8n's", 'n8n/store/nodes/node_modules');
	write(
		'n8n/store/nodes/node_modules/@n8n/n8n-nodes-langchain/package.json',
		'{"name": "@n8n/n8n-nodes-langchain"}',
	);
	expect(loaded(join(folder, 'n8n/store/nodes/node_modules'))).toBe("n8n's");
});
