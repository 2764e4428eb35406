import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { connectionOf } from '../../../nodes/host/stateOf';

const queue = { EXECUTIONS_MODE: 'queue', DB_TYPE: 'postgresdb' };

test.each([
	['one n8n on one machine', {}, [], null],
	['queue mode on a database of another kind', { EXECUTIONS_MODE: 'queue', DB_TYPE: 'sqlite' }, [], null],
	['PostgreSQL without queue mode', { DB_TYPE: 'postgresdb' }, [], null],
	['a URL', { LLM_ROUTER_DATABASE_URL: 'postgres://a' }, [], { connectionString: 'postgres://a' }],
	[
		'a URL before queue mode',
		{ ...queue, LLM_ROUTER_DATABASE_URL: 'postgres://a' },
		[],
		{ connectionString: 'postgres://a' },
	],
	[
		'the file by wish',
		{ ...queue, LLM_ROUTER_STATE: 'embedded', LLM_ROUTER_DATABASE_URL: 'postgres://a' },
		[],
		null,
	],
	[
		'queue mode',
		{ ...queue, DB_POSTGRESDB_HOST: 'db', DB_POSTGRESDB_PORT: '6000' },
		[],
		{ host: 'db', port: 6000, user: 'postgres', ssl: false },
	],
	['a worker', { DB_TYPE: 'postgresdb' }, ['node', 'n8n', 'worker'], { host: 'localhost', database: 'n8n' }],
	['TLS', { ...queue, DB_POSTGRESDB_SSL_ENABLED: 'true' }, [], { ssl: true }],
	[
		'TLS unchecked',
		{ ...queue, DB_POSTGRESDB_SSL_REJECT_UNAUTHORIZED: 'false' },
		[],
		{ ssl: { rejectUnauthorized: false } },
	],
	[
		'TLS with an authority',
		{ ...queue, DB_POSTGRESDB_SSL_CA: 'CERT' },
		[],
		{ ssl: { ca: 'CERT', rejectUnauthorized: true } },
	],
] as const)('where state lives: %s', (_, env, argv, expected) => {
	const connection = connectionOf(env, argv);
	if (expected === null) expect(connection).toBeNull();
	else expect(connection).toMatchObject(expected);
});

test('passwords are read from files, as n8n reads them', () => {
	const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
	writeFileSync(join(folder, 'password'), 'from a file\n');
	expect(connectionOf({ ...queue, DB_POSTGRESDB_PASSWORD_FILE: join(folder, 'password') }, [])).toMatchObject(
		{
			password: 'from a file',
		},
	);
	rmSync(folder, { recursive: true });
});
