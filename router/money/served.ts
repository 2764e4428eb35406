/** Suffixes that name the same model: dates, versions of the same weights, `-latest`. */
const SNAPSHOT =
	/^(?:[-@](?:\d{4}-?\d{2}-?\d{2}|\d{2}-\d{4}|\d{4}|0\d{2}|latest|preview|v\d(?::\d)?)|:[a-z]+)*$/;

/**
 * Whether the answer came from another model than the one asked for. A dated snapshot, or the same name behind a
 * vendor's prefix, is the same model.
 */
export function isServedByAnother(asked: string, served: string | undefined): served is string {
	if (served === undefined || served === '') return false;
	const [one, other] = [bareName(asked), bareName(served)];
	if (one === other) return false;
	const [shorter, longer] = one.length < other.length ? [one, other] : [other, one];
	return !longer.startsWith(shorter) || !SNAPSHOT.test(longer.slice(shorter.length));
}

function bareName(modelId: string): string {
	return (modelId.trim().toLowerCase().split('/').at(-1) ?? '')
		.replace(BEDROCK_PREFIX, '')
		.replaceAll('.', '-')
		.replace(/-latest$/, '');
}

/** Bedrock puts region and vendor into its model ids, but its answers leave them out. */
const BEDROCK_PREFIX =
	/^(?:(?:global|us|us-gov|eu|apac|au|jp)\.)?(?:anthropic|amazon|openai|meta|mistral|deepseek|qwen|google|nvidia|writer)\./;
