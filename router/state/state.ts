/** The one door to everything that outlasts a request. */
export { createAnswerCache } from './answerCache';
export type { AnswerCache, KeptAnswer } from './answerCache';
export { judge, LONGEST_HOLD_MS, MOST_ACCOUNTS_LISTED } from './budgets';
export type * from './budgets';
export { DIMENSIONS, FILTERS, RATINGS } from './decisions';
export type * from './decisions';
export { CONVERSATION_MS, LONGEST_BELIEVED_OPEN_MS, LONGEST_BELIEVED_COOLDOWN_MS } from './facts';
export type * from './facts';
export { Flights } from './flights';
export type { Landing } from './flights';
export { createMemoryState } from './memory/memory';
export type { Permit, Semaphore, Semaphores } from './semaphore';
export { createPostgresState } from './postgres/postgres';
export type { PostgresOptions } from './postgres/postgres';
export { createSqliteState } from './sqlite/sqlite';
export type { SqliteOptions } from './sqlite/sqlite';
export { StateBusy } from './terms';
export type { State } from './terms';
