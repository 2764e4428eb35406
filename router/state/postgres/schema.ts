/**
 * Migration steps. A released step never changes. Ids of decisions are ULIDs and sort by time, so a time span needs no index of its
 * own. Money is whole nano-dollars, times epoch ms.
 */
export const MIGRATIONS: readonly string[] = [
	`
	CREATE TABLE decisions (
		id text COLLATE "C" PRIMARY KEY, at bigint NOT NULL, retention_days integer NOT NULL,
		workflow text, execution text, node text, scope text,
		route text, rule integer, strategy text, task text, complexity double precision,
		model text, provider text, model_id text, outcome text NOT NULL, category text,
		input_tokens bigint NOT NULL, output_tokens bigint NOT NULL,
		cached_input_tokens bigint NOT NULL, reasoning_tokens bigint NOT NULL,
		cost_nano bigint, cost_estimated boolean NOT NULL, baseline_nano bigint,
		ms bigint NOT NULL, first_token_ms bigint, cached boolean NOT NULL, prompt_hash text,
		attempts jsonb NOT NULL, more jsonb,
		rating text, rated_at bigint, note text,
		learner text, strong boolean, seen bytea
	);
	CREATE INDEX decisions_by_learner ON decisions (learner, id) WHERE learner IS NOT NULL AND rating IS NOT NULL;
	CREATE TABLE accounts (
		id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
		scope text NOT NULL, period text NOT NULL, execution text NOT NULL, starts_at bigint NOT NULL,
		resets_at bigint, limit_nano bigint NOT NULL,
		spent_nano bigint NOT NULL DEFAULT 0, reserved_nano bigint NOT NULL DEFAULT 0,
		unknown_cost bigint NOT NULL DEFAULT 0, used_at bigint NOT NULL,
		UNIQUE (scope, period, execution, starts_at)
	);
	-- A settled one is kept for a while, so that a settlement that is sent twice counts once.
	CREATE TABLE reservations (
		id text PRIMARY KEY, account bigint NOT NULL REFERENCES accounts ON DELETE CASCADE,
		amount_nano bigint NOT NULL, expires_at bigint NOT NULL, settled boolean NOT NULL DEFAULT false
	);
	CREATE INDEX reservations_by_account ON reservations (account, expires_at);
	CREATE TABLE facts (
		kind text NOT NULL, key text NOT NULL, value jsonb, writer text NOT NULL,
		changed_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (kind, key)
	);
	CREATE INDEX facts_by_change ON facts (changed_at);
	CREATE TABLE permits (
		key text NOT NULL, holder text NOT NULL, expires_at timestamptz NOT NULL, PRIMARY KEY (key, holder)
	);
	CREATE TABLE moves (source text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now());
	CREATE TABLE secrets (name text PRIMARY KEY, value text NOT NULL);
	INSERT INTO secrets VALUES ('salt', md5(random()::text || clock_timestamp()::text));

	CREATE FUNCTION account_of(a jsonb, at bigint) RETURNS accounts LANGUAGE plpgsql AS $$
	DECLARE acc accounts; freed bigint;
	BEGIN
		INSERT INTO accounts (scope, period, execution, starts_at, resets_at, limit_nano, used_at)
		VALUES (a->>'scope', a->>'period', a->>'execution', (a->>'startsAt')::bigint, (a->>'resetsAt')::bigint,
			(a->>'limitNano')::bigint, at)
		ON CONFLICT (scope, period, execution, starts_at)
		DO UPDATE SET limit_nano = excluded.limit_nano, used_at = excluded.used_at RETURNING * INTO acc;
		WITH gone AS (
			DELETE FROM reservations r WHERE r.account = acc.id AND r.expires_at <= at RETURNING r.amount_nano, r.settled
		) SELECT coalesce(sum(amount_nano) FILTER (WHERE NOT settled), 0) INTO freed FROM gone;
		IF freed > 0 THEN
			UPDATE accounts SET reserved_nano = reserved_nano - freed WHERE id = acc.id RETURNING * INTO acc;
		END IF;
		RETURN acc;
	END $$;

	-- All or nothing. Accounts are locked in one order, so that two calls never wait for each other.
	CREATE FUNCTION reserve(wanted jsonb, amount bigint, at bigint, until bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
	DECLARE one jsonb; acc accounts; held jsonb := NULL; over jsonb := NULL; seen jsonb := '[]';
	BEGIN
		FOR one IN SELECT value FROM jsonb_array_elements(wanted) ORDER BY value->>'scope', value->>'period', value->>'execution' LOOP
			acc := account_of(one, at);
			IF acc.spent_nano + amount > acc.limit_nano THEN over := coalesce(over, to_jsonb(acc));
			ELSIF acc.spent_nano + acc.reserved_nano + amount > acc.limit_nano THEN held := coalesce(held, to_jsonb(acc));
			ELSE
				INSERT INTO reservations (id, account, amount_nano, expires_at) VALUES (one->>'id', acc.id, amount, until);
				UPDATE accounts SET reserved_nano = reserved_nano + amount WHERE id = acc.id RETURNING * INTO acc;
			END IF;
			seen := seen || jsonb_build_array(to_jsonb(acc));
		END LOOP;
		IF over IS NULL AND held IS NULL THEN RETURN jsonb_build_object('outcome', 'granted', 'seen', seen); END IF;
		-- What was reserved above is taken back.
		FOR one IN SELECT value FROM jsonb_array_elements(wanted) LOOP
			WITH gone AS (DELETE FROM reservations WHERE id = one->>'id' RETURNING account, amount_nano)
			UPDATE accounts a SET reserved_nano = reserved_nano - gone.amount_nano FROM gone WHERE a.id = gone.account;
		END LOOP;
		RETURN jsonb_build_object('outcome', CASE WHEN over IS NULL THEN 'reserved' ELSE 'exceeded' END,
			'account', coalesce(over, held), 'seen', seen);
	END $$;

	-- Each statement of a function sees what was committed before it, so the lock comes first and then the count.
	CREATE FUNCTION acquire(wanted text, who text, most integer) RETURNS boolean LANGUAGE plpgsql AS $$
	BEGIN
		PERFORM pg_advisory_xact_lock(hashtextextended('llm_router ' || wanted, 0));
		DELETE FROM permits WHERE key = wanted AND expires_at < clock_timestamp();
		IF (SELECT count(*) FROM permits WHERE key = wanted) >= most THEN RETURN false; END IF;
		INSERT INTO permits VALUES (wanted, who, clock_timestamp() + interval '60 seconds');
		RETURN true;
	END $$;

	CREATE FUNCTION settle(holds jsonb, spent bigint, at bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
	DECLARE one jsonb; acc accounts; held bigint; counts boolean; booked jsonb := '[]';
	BEGIN
		FOR one IN SELECT value FROM jsonb_array_elements(holds) ORDER BY value->>'scope', value->>'period', value->>'execution' LOOP
			acc := account_of(one, greatest(at, 0));
			UPDATE reservations SET settled = true, expires_at = at + 600000
				WHERE id = one->>'id' AND NOT settled RETURNING amount_nano INTO held;
			counts := FOUND;
			IF NOT counts THEN
				INSERT INTO reservations (id, account, amount_nano, expires_at, settled)
				VALUES (one->>'id', acc.id, 0, at + 600000, true) ON CONFLICT DO NOTHING;
				counts := FOUND;
				held := 0;
			END IF;
			IF counts THEN
				UPDATE accounts SET reserved_nano = reserved_nano - held, spent_nano = spent_nano + coalesce(spent, 0),
					unknown_cost = unknown_cost + (spent IS NULL)::int WHERE id = acc.id RETURNING * INTO acc;
			END IF;
			booked := booked || jsonb_build_array(to_jsonb(acc));
		END LOOP;
		PERFORM pg_notify('llm_router', 'settled');
		RETURN booked;
	END $$;
	`,
	`
	-- Facts are changed by who has seen what he changes: all of the rows, or none where another was faster. Then it tells what there is.
	ALTER TABLE facts ADD COLUMN version bigint NOT NULL DEFAULT 0;
	CREATE FUNCTION swap(wanted jsonb, who text) RETURNS jsonb LANGUAGE plpgsql AS $$
	DECLARE found jsonb;
	BEGIN
		PERFORM pg_advisory_xact_lock(hashtextextended('llm_router fact ' || name, 0))
			FROM (SELECT DISTINCT w->>'kind' || ' ' || (w->>'key') AS name FROM jsonb_array_elements(wanted) w ORDER BY 1) names;
		SELECT jsonb_agg(jsonb_build_object('kind', w->>'kind', 'key', w->>'key', 'value', f.value,
			'version', coalesce(f.version, 0), 'isSame', coalesce(f.version, 0) = (w->>'version')::bigint)) INTO found
			FROM jsonb_array_elements(wanted) w LEFT JOIN facts f ON f.kind = w->>'kind' AND f.key = w->>'key';
		IF found @> '[{"isSame": false}]' THEN RETURN found; END IF;
		INSERT INTO facts (kind, key, value, writer, changed_at, version)
			SELECT w->>'kind', w->>'key', nullif(w->'value', 'null'::jsonb), who, clock_timestamp(), (w->>'version')::bigint + 1
			FROM jsonb_array_elements(wanted) w ORDER BY w->>'kind', w->>'key'
			ON CONFLICT (kind, key) DO UPDATE SET value = excluded.value, writer = excluded.writer,
				changed_at = excluded.changed_at, version = excluded.version;
		IF wanted @> '[{"isTold": true}]' THEN PERFORM pg_notify('llm_router', 'facts'); END IF;
		RETURN NULL;
	END $$;
	`,
	`
	-- What was decided in hours that are over, summed up, so that a report over millions of decisions reads thousands of rows. An hour is
	-- here or it is not; what changes of it afterwards removes it. Latencies are counted in steps of eight per cent.
	CREATE TABLE hours (hour bigint PRIMARY KEY);
	CREATE TABLE hour_usage (
		hour bigint NOT NULL REFERENCES hours ON DELETE CASCADE, dimension text NOT NULL, name text,
		requests bigint NOT NULL, answered bigint NOT NULL, fallbacks bigint NOT NULL, failed bigint NOT NULL,
		input_tokens bigint NOT NULL, output_tokens bigint NOT NULL,
		cost_nano bigint, baseline_nano bigint, saved_nano bigint, unknown_cost bigint NOT NULL,
		prompt_cache_nano bigint NOT NULL, tier_nano bigint NOT NULL, answer_cache_nano bigint NOT NULL,
		steps integer[] NOT NULL, counts bigint[] NOT NULL
	);
	CREATE INDEX hour_usage_by_dimension ON hour_usage (dimension, hour);
	CREATE INDEX decisions_by_end ON decisions ((at + retention_days * 86400000::bigint));
	CREATE INDEX decisions_failed ON decisions (id) INCLUDE (category, model) WHERE outcome = 'failed';
	`,
	`
	-- Sums of blocks of hours, so that a report over months reads few rows. Days are also summed up by scope, if there are far fewer
	-- scopes than decisions.
	CREATE TABLE blocks (
		hours integer NOT NULL, start bigint NOT NULL, has_scopes boolean NOT NULL DEFAULT false, PRIMARY KEY (hours, start)
	);
	CREATE TABLE block_usage (LIKE hour_usage, hours integer NOT NULL, start bigint NOT NULL,
		FOREIGN KEY (hours, start) REFERENCES blocks ON DELETE CASCADE);
	ALTER TABLE block_usage DROP COLUMN hour;
	CREATE INDEX block_usage_by_start ON block_usage (hours, start, dimension);
	CREATE INDEX hour_usage_by_hour ON hour_usage (hour, dimension);
	DROP INDEX hour_usage_by_dimension;
	-- A trigger, as processes of an earlier version only know the hours.
	CREATE FUNCTION forget_blocks() RETURNS trigger LANGUAGE plpgsql AS $$
	BEGIN
		DELETE FROM blocks WHERE (hours, start) IN ((6, OLD.hour - OLD.hour % 6), (24, OLD.hour - OLD.hour % 24));
		RETURN NULL;
	END $$;
	CREATE TRIGGER hour_gone AFTER DELETE ON hours FOR EACH ROW EXECUTE FUNCTION forget_blocks();
	`,
	`
	-- A call updates its accounts once to reserve and once to settle. Expired reservations are only removed when there is no room, and a
	-- settlement only notifies while someone waits (until waited_for, by the server's clock).
	ALTER TABLE accounts ADD COLUMN waited_for timestamptz;
	CREATE OR REPLACE FUNCTION account_of(a jsonb, at bigint) RETURNS accounts LANGUAGE plpgsql AS $$
	DECLARE acc accounts;
	BEGIN
		SELECT * INTO acc FROM accounts WHERE scope = a->>'scope' AND period = a->>'period' AND execution = a->>'execution'
			AND starts_at = (a->>'startsAt')::bigint FOR NO KEY UPDATE;
		IF NOT FOUND OR acc.limit_nano <> (a->>'limitNano')::bigint OR abs(at - acc.used_at) >= 60000 THEN
			INSERT INTO accounts (scope, period, execution, starts_at, resets_at, limit_nano, used_at)
			VALUES (a->>'scope', a->>'period', a->>'execution', (a->>'startsAt')::bigint, (a->>'resetsAt')::bigint,
				(a->>'limitNano')::bigint, at)
			ON CONFLICT (scope, period, execution, starts_at)
			DO UPDATE SET limit_nano = excluded.limit_nano, used_at = excluded.used_at RETURNING * INTO acc;
		END IF;
		RETURN acc;
	END $$;

	CREATE FUNCTION without_expired(account_id bigint, at bigint) RETURNS accounts LANGUAGE plpgsql AS $$
	DECLARE acc accounts; freed bigint;
	BEGIN
		WITH gone AS (
			DELETE FROM reservations r WHERE r.account = account_id AND r.expires_at <= at RETURNING r.amount_nano, r.settled
		) SELECT coalesce(sum(amount_nano) FILTER (WHERE NOT settled), 0) INTO freed FROM gone;
		UPDATE accounts SET reserved_nano = reserved_nano - freed WHERE id = account_id RETURNING * INTO acc;
		RETURN acc;
	END $$;

	CREATE OR REPLACE FUNCTION reserve(wanted jsonb, amount bigint, at bigint, until bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
	DECLARE one jsonb; acc accounts; held jsonb := NULL; over jsonb := NULL; seen jsonb := '[]';
	BEGIN
		FOR one IN SELECT value FROM jsonb_array_elements(wanted) ORDER BY value->>'scope', value->>'period', value->>'execution' LOOP
			acc := account_of(one, at);
			IF acc.spent_nano + amount <= acc.limit_nano AND acc.spent_nano + acc.reserved_nano + amount > acc.limit_nano THEN
				acc := without_expired(acc.id, at);
			END IF;
			IF acc.spent_nano + amount > acc.limit_nano THEN over := coalesce(over, to_jsonb(acc));
			ELSIF acc.spent_nano + acc.reserved_nano + amount > acc.limit_nano THEN
				UPDATE accounts SET waited_for = clock_timestamp() + interval '30 seconds' WHERE id = acc.id RETURNING * INTO acc;
				held := coalesce(held, to_jsonb(acc));
			ELSE
				INSERT INTO reservations (id, account, amount_nano, expires_at) VALUES (one->>'id', acc.id, amount, until);
				UPDATE accounts SET reserved_nano = reserved_nano + amount WHERE id = acc.id RETURNING * INTO acc;
			END IF;
			seen := seen || jsonb_build_array(to_jsonb(acc));
		END LOOP;
		IF over IS NULL AND held IS NULL THEN RETURN jsonb_build_object('outcome', 'granted', 'seen', seen); END IF;
		-- What was reserved above is taken back.
		FOR one IN SELECT value FROM jsonb_array_elements(wanted) LOOP
			WITH gone AS (DELETE FROM reservations WHERE id = one->>'id' RETURNING account, amount_nano)
			UPDATE accounts a SET reserved_nano = reserved_nano - gone.amount_nano FROM gone WHERE a.id = gone.account;
		END LOOP;
		RETURN jsonb_build_object('outcome', CASE WHEN over IS NULL THEN 'reserved' ELSE 'exceeded' END,
			'account', coalesce(over, held), 'seen', seen);
	END $$;

	CREATE OR REPLACE FUNCTION settle(holds jsonb, spent bigint, at bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
	DECLARE one jsonb; acc accounts; held bigint; counts boolean; booked jsonb := '[]'; isTold boolean := false;
		present bigint := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
		-- How long a repeated settlement is recognised: an hour, as a lost connection leaves the outcome open; a week if it was sent late.
		known bigint := greatest(at, present) + CASE WHEN at < present - 60000 THEN 604800000 ELSE 3600000 END;
	BEGIN
		FOR one IN SELECT value FROM jsonb_array_elements(holds) ORDER BY value->>'scope', value->>'period', value->>'execution' LOOP
			acc := account_of(one, greatest(at, 0));
			UPDATE reservations SET settled = true, expires_at = known
				WHERE id = one->>'id' AND NOT settled RETURNING amount_nano INTO held;
			counts := FOUND;
			IF NOT counts THEN
				INSERT INTO reservations (id, account, amount_nano, expires_at, settled)
				VALUES (one->>'id', acc.id, 0, known, true) ON CONFLICT DO NOTHING;
				counts := FOUND;
				held := 0;
			END IF;
			IF counts THEN
				UPDATE accounts SET reserved_nano = reserved_nano - held, spent_nano = spent_nano + coalesce(spent, 0),
					unknown_cost = unknown_cost + (spent IS NULL)::int WHERE id = acc.id RETURNING * INTO acc;
			END IF;
			-- Keeps the number of settled rows bounded.
			IF random() < 0.01 THEN DELETE FROM reservations r WHERE r.account = acc.id AND r.settled AND r.expires_at <= at; END IF;
			isTold := isTold OR coalesce(acc.waited_for > clock_timestamp(), false);
			booked := booked || jsonb_build_array(to_jsonb(acc));
		END LOOP;
		IF isTold THEN PERFORM pg_notify('llm_router', 'settled'); END IF;
		RETURN booked;
	END $$;
	`,
];
