/**
 * What n8n pays at its start for this package: requiring every node and credential file of `dist` together,
 * beyond what `n8n-workflow` itself costs. Each round is a fresh process; medians of all rounds.
 * Fails over the limits, so CI notices when something heavy is loaded too early.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROUNDS = 11;
const LIMIT_MS = 60;
const LIMIT_MB = 15;

const root = join(__dirname, '..');
const { n8n } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
	n8n: { nodes: string[]; credentials: string[] };
};
const files = [...n8n.nodes, ...n8n.credentials].map((file) => join(root, file));

const script = `
	require('n8n-workflow');
	globalThis.gc();
	const before = { ms: performance.now(), bytes: process.memoryUsage().rss };
	for (const file of ${JSON.stringify(files)}) {
		const [Class] = Object.values(require(file));
		new Class();
	}
	const ms = performance.now() - before.ms;
	globalThis.gc();
	console.log(JSON.stringify({ ms, mb: (process.memoryUsage().rss - before.bytes) / 1e6 }));
`;

function measure(): { ms: number; mb: number } {
	const output = execFileSync(process.execPath, ['--expose-gc', '-e', script], {
		cwd: root,
		encoding: 'utf8',
	});
	return JSON.parse(output) as { ms: number; mb: number };
}

function median(values: number[]): number {
	return values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

const rounds = Array.from({ length: ROUNDS }, measure);
const ms = median(rounds.map((round) => round.ms));
const mb = median(rounds.map((round) => round.mb));
console.log(
	`Requiring ${files.length} files of dist: ${ms.toFixed(1)} ms, ${mb.toFixed(1)} MB (medians of ${ROUNDS})`,
);
// Fastest round: other work on the machine only adds time.
if (Math.min(...rounds.map((round) => round.ms)) > LIMIT_MS || mb > LIMIT_MB) {
	console.error(`Over the limit of ${LIMIT_MS} ms and ${LIMIT_MB} MB`);
	process.exitCode = 1;
}
