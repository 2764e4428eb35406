/** The package as users get it: packed, and installed the way n8n installs a community package. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { environmentForNpm } from './installation';

const run = promisify(execFile);
const ROOT = join(__dirname, '..', '..');

interface PackageJson {
	name: string;
	version: string;
	devDependencies?: object;
	peerDependencies?: object;
	optionalDependencies?: object;
}

/** Builds and packs; the answer is the tarball's path. */
export async function packedInto(folder: string): Promise<string> {
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder, { recursive: true });
	await npm(ROOT, ['pack', '--pack-destination', folder]);
	const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
	if (tarball === undefined) throw new Error('npm pack left no tarball');
	return join(folder, tarball);
}

/** n8n's own steps: unpack, drop all but the dependencies, install these without scripts, note the package. */
export async function installedLikeN8n(tarball: string, userFolder: string): Promise<string> {
	const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as PackageJson;
	const nodesFolder = join(userFolder, '.n8n', 'nodes');
	const folder = join(nodesFolder, 'node_modules', name);
	mkdirSync(folder, { recursive: true });
	// Of an earlier run only the dependencies stay: they are the slow part, and npm looks through them again.
	rmSync(join(folder, 'dist'), { recursive: true, force: true });
	await run('tar', ['-xzf', tarball, '-C', folder, '--strip-components=1']);
	const manifest = join(folder, 'package.json');
	const {
		devDependencies: _dev,
		peerDependencies: _peer,
		optionalDependencies: _optional,
		...kept
	} = JSON.parse(readFileSync(manifest, 'utf8')) as PackageJson;
	writeFileSync(manifest, JSON.stringify(kept, null, 2));
	await npm(folder, [
		'install',
		'--audit=false',
		'--fund=false',
		'--bin-links=false',
		'--install-strategy=shallow',
		'--ignore-scripts=true',
		'--package-lock=false',
	]);
	const installed = { name: 'installed-nodes', private: true, dependencies: { [name]: version } };
	writeFileSync(join(nodesFolder, 'package.json'), JSON.stringify(installed, null, 2));
	return folder;
}

async function npm(cwd: string, args: string[]): Promise<{ stdout: string }> {
	try {
		return await run('npm', args, { cwd, env: environmentForNpm(), maxBuffer: 64_000_000 });
	} catch (error) {
		const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
		throw new Error(`npm ${args[0]} failed:\n${`${stdout}\n${stderr}`.slice(-4000)}`);
	}
}
