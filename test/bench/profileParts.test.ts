import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { PARTS, partOf } from '../../bench/measures/profileParts';

const ROOT = join(__dirname, '..', '..');
const files = readdirSync(join(ROOT, 'router'), { recursive: true, encoding: 'utf8' })
	.filter((file) => file.endsWith('.ts'))
	.map((file) => `router/${file.replaceAll('\\', '/')}`);

test('every part of the profile has files that there are, and no earlier part takes them all', () => {
	const owners = new Map(files.map((file) => [file, partOf(`file:///x/dist/${file}`)]));
	const stale = PARTS.flatMap(({ name, own = [] }) =>
		own.filter((beginning) => !files.some((file) => file.startsWith(beginning) && owners.get(file) === name)),
	);
	expect(stale).toEqual([]);
});

test('frames of libraries and of Node.js are told apart', () => {
	expect(partOf('file:///x/node_modules/openai/client.js')).toBe('OpenAI SDK');
	expect(partOf('node:_http_client')).toBe('HTTP');
	expect(partOf('file:///x/node_modules/undici/lib/api.js')).toBe('HTTP');
	expect(partOf('node:internal/process/task_queues')).toBeUndefined();
});
