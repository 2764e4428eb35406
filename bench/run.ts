/**
 * `npm run bench -- <name> […]` runs one benchmark, `npm run bench` lists them, `npm run bench -- --check` compares the
 * price of a call with the committed one.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const given = process.argv.slice(2);
const [name, ...rest] = given[0] === '--check' ? ['overhead', ...given] : given;
/** By name. */
const files = new Map(
	['.', 'classifying'].flatMap((folder) =>
		readdirSync(join(__dirname, folder))
			.filter((file) => file.endsWith('.ts') && file !== 'run.ts')
			.map((file) => [file.slice(0, -3), join(__dirname, folder, file)] as const),
	),
);
const file = name === undefined ? undefined : files.get(name);

if (file === undefined) {
	console.log(`Usage: npm run bench -- <${[...files.keys()].sort().join('|')}>`);
	process.exitCode = name ? 1 : 0;
} else {
	const { status } = spawnSync(process.execPath, ['--import', 'tsx', file, ...rest], { stdio: 'inherit' });
	process.exitCode = status ?? 1;
}
