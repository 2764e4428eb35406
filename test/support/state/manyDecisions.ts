/** Decisions by the million, made by the server itself. */
import type { Client } from 'pg';

/** The time of a ULID in its ten digits. */
const TIME_DIGITS = `(SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', ((at >> (5 * (9 - i))) & 31)::int + 1, 1), '' ORDER BY i)
	FROM generate_series(0, 9) i)`;

/** Evenly over a span of time, epoch ms. Models, routes and tasks in shares that differ; one in fifty without an answer. */
export async function makeDecisions(
	client: Client,
	schema: string,
	count: number,
	{ from, to }: { from: number; to: number },
): Promise<void> {
	await client.query(
		`INSERT INTO ${schema}.decisions (id, at, retention_days, workflow, execution, node, scope, route, rule, strategy, task, complexity,
			model, provider, model_id, outcome, category, input_tokens, output_tokens, cached_input_tokens, reasoning_tokens,
			cost_nano, cost_estimated, baseline_nano, ms, first_token_ms, cached, prompt_hash, attempts)
		SELECT ${TIME_DIGITS} || lpad(upper(to_hex(n)), 16, '0'), at, 90, 'Workflow ' || n % 20, (n / 8)::text, 'Router',
			'customer-' || n * 7919 % 500, (ARRAY['Coding', 'Legal', 'Support', 'Default'])[1 + n % 4], n % 4, 'smart',
			(ARRAY['coding', 'writing', 'analysis', 'translation', 'summarization', 'question'])[1 + n % 6], random(),
			model, CASE WHEN model LIKE 'gpt%' THEN 'openAi' ELSE 'anthropic' END, model || '-2026',
			CASE WHEN n % 50 = 0 THEN 'failed' WHEN n % 12 = 0 THEN 'fallback' ELSE 'answered' END,
			CASE WHEN n % 50 = 0 THEN 'overloaded' END,
			(4000 * random())::bigint, (1000 * random())::bigint, 0, 0,
			CASE WHEN n % 100 > 0 THEN (1e7 * random())::bigint END, false, (3e7 * random())::bigint,
			ms, ms / 4, false, '0123456789abcdef',
			jsonb_build_array(jsonb_build_object('model', model, 'startedAt', at, 'ms', ms, 'firstTokenMs', ms / 4, 'outcome', 'answered',
				'status', NULL, 'billing', 'named', 'inputTokens', 400, 'outputTokens', 100, 'costNano', 2000000))
		FROM (SELECT n, $2::bigint + n * ($3::bigint - $2::bigint) / $1::bigint AS at, (300 + 8000 * random() * random())::bigint AS ms,
			(ARRAY['haiku', 'sonnet', 'opus', 'gpt', 'gpt-mini'])[1 + (n * 31 % 97) % 5] AS model
			FROM generate_series(0, $1::bigint - 1) n) made`,
		[count, from, to],
	);
}
