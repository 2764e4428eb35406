/** Where state lives: in a file for one machine, in PostgreSQL for many workers (the public contract, "Many workers"). */
import { readFileSync } from 'node:fs';

import type { PostgresOptions, State } from '../../router/state/state';
import { createPostgresState, createSqliteState } from '../../router/state/state';
import type { Surroundings } from '../../router/types';

const SCHEMA = 'llm_router';

type Environment = Readonly<Record<string, string | undefined>>;
type Connection = PostgresOptions['connection'];

/** @param argv of the process: n8n's command tells a worker @param folder for the file, and for what waits for the database */
export function stateOf(
	env: Environment,
	argv: readonly string[],
	folder: string,
	surroundings: Surroundings,
): State {
	const connection = connectionOf(env, argv);
	if (!connection) return createSqliteState({ folder, surroundings });
	const schema = env.LLM_ROUTER_DATABASE_SCHEMA || SCHEMA;
	return createPostgresState({ connection, schema, folder, surroundings });
}

/** null: the file. */
export function connectionOf(env: Environment, argv: readonly string[]): Connection | null {
	if (env.LLM_ROUTER_STATE === 'embedded') return null;
	const url = read(env, 'LLM_ROUTER_DATABASE_URL');
	if (url) return { connectionString: url };
	const isQueue = env.EXECUTIONS_MODE === 'queue' || argv.includes('worker') || argv.includes('webhook');
	return isQueue && env.DB_TYPE === 'postgresdb' ? n8nConnection(env) : null;
}

/** n8n's own database, as n8n reads its settings. */
function n8nConnection(env: Environment): Connection {
	const of = (name: string) => read(env, `DB_POSTGRESDB_${name}`);
	const tls = { ca: of('SSL_CA'), cert: of('SSL_CERT'), key: of('SSL_KEY') };
	const isChecked = of('SSL_REJECT_UNAUTHORIZED') !== 'false';
	const isGiven = Object.values(tls).some(Boolean) || !isChecked;
	return {
		host: of('HOST') || 'localhost',
		port: Number(of('PORT') || 5432),
		database: of('DATABASE') || 'n8n',
		user: of('USER') || 'postgres',
		password: of('PASSWORD'),
		ssl: isGiven
			? {
					ca: tls.ca || undefined,
					cert: tls.cert || undefined,
					key: tls.key || undefined,
					rejectUnauthorized: isChecked,
				}
			: of('SSL_ENABLED') === 'true',
	};
}

/** A variable, or the file that its `…_FILE` names. */
function read(env: Environment, name: string): string | undefined {
	const file = env[`${name}_FILE`];
	if (env[name] !== undefined || !file) return env[name];
	return readFileSync(file, 'utf8').trim();
}
