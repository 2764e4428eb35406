/**
 * The tables of the ledger file. A file of an older version is brought up step by step; a step that has been
 * released is never changed. Names that repeat (models, routes, …) are kept once and meant by number, and a
 * decision's id (its time first) orders the table, so that a span of time needs no index of its own.
 */
export const MIGRATIONS: readonly string[] = [
	`
	CREATE TABLE names (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE) STRICT;
	CREATE TABLE decisions (
		id BLOB PRIMARY KEY,
		at INTEGER NOT NULL,
		retention_days INTEGER NOT NULL,
		workflow INTEGER, execution TEXT, node INTEGER, scope TEXT,
		route INTEGER, rule INTEGER, strategy INTEGER, task INTEGER, complexity_thousandths INTEGER,
		model INTEGER, provider INTEGER, model_id INTEGER,
		outcome INTEGER NOT NULL, category INTEGER,
		input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL,
		cached_input_tokens INTEGER NOT NULL, reasoning_tokens INTEGER NOT NULL,
		cost_nano INTEGER, cost_estimated INTEGER NOT NULL, baseline_nano INTEGER,
		ms INTEGER NOT NULL, first_token_ms INTEGER, cached INTEGER NOT NULL, prompt_hash BLOB
	) STRICT, WITHOUT ROWID;
	CREATE TABLE attempts (
		decision BLOB NOT NULL, n INTEGER NOT NULL,
		model INTEGER NOT NULL, started_after_ms INTEGER NOT NULL, ms INTEGER NOT NULL, first_token_ms INTEGER,
		outcome INTEGER NOT NULL, status INTEGER, billing INTEGER NOT NULL,
		input_tokens INTEGER NOT NULL, output_tokens INTEGER NOT NULL, cost_nano INTEGER,
		PRIMARY KEY (decision, n)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE accounts (
		id INTEGER PRIMARY KEY,
		scope TEXT NOT NULL, period TEXT NOT NULL, execution TEXT NOT NULL, starts_at INTEGER NOT NULL,
		resets_at INTEGER, limit_nano INTEGER NOT NULL,
		spent_nano INTEGER NOT NULL DEFAULT 0, reserved_nano INTEGER NOT NULL DEFAULT 0,
		unknown_cost INTEGER NOT NULL DEFAULT 0, used_at INTEGER NOT NULL,
		UNIQUE (scope, period, execution, starts_at)
	) STRICT;
	CREATE INDEX accounts_by_use ON accounts (used_at);
	-- AUTOINCREMENT: a number that is given out twice would let a late settlement end someone else's reservation.
	CREATE TABLE reservations (
		id INTEGER PRIMARY KEY AUTOINCREMENT,
		account INTEGER NOT NULL, amount_nano INTEGER NOT NULL, expires_at INTEGER NOT NULL
	) STRICT;
	CREATE INDEX reservations_by_expiry ON reservations (account, expires_at);
	CREATE TABLE facts (
		kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, changed_at INTEGER NOT NULL,
		PRIMARY KEY (kind, key)
	) STRICT, WITHOUT ROWID;
	CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
	INSERT INTO secrets VALUES ('salt', lower(hex(randomblob(16))));
	`,
	// What people said of an answer; the last word counts.
	`
	CREATE TABLE feedback (
		decision BLOB PRIMARY KEY, at INTEGER NOT NULL, rating TEXT NOT NULL, note TEXT
	) STRICT, WITHOUT ROWID;
	`,
	// A reservation lives as long as its call, so there are few at a time and an index costs more than it saves. Its number
	// is drawn instead of counted: still never given out twice, but without a second table that changes with each.
	`
	DROP TABLE reservations;
	CREATE TABLE reservations (
		id INTEGER PRIMARY KEY,
		account INTEGER NOT NULL, amount_nano INTEGER NOT NULL, expires_at INTEGER NOT NULL
	) STRICT;
	UPDATE accounts SET reserved_nano = 0;
	`,
	// What can be learned from once the decision is rated: no text. Only where the user wants it.
	`
	CREATE TABLE fingerprints (
		decision BLOB PRIMARY KEY, learner TEXT NOT NULL, strong INTEGER NOT NULL, seen BLOB NOT NULL
	) STRICT, WITHOUT ROWID;
	`,
	// What saved money beside another model.
	`
	ALTER TABLE decisions ADD COLUMN prompt_cache_nano INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE decisions ADD COLUMN tier_nano INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE decisions ADD COLUMN answer_cache_nano INTEGER NOT NULL DEFAULT 0;
	`,
	// The retired model in whose place another one was asked, by its number in `names`.
	`
	ALTER TABLE decisions ADD COLUMN retired_model_id INTEGER;
	`,
];
