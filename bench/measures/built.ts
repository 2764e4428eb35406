import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A module of the built package: `built<typeof Router>('router/router')`. */
export function built<Module>(file: string, root = join(__dirname, '../..')): Module {
	return createRequire(join(root, 'dist/any.js'))(`./${file}.js`) as Module;
}
