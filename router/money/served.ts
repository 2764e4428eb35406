/** What may follow a model's name without making another model of it: dates and versions of the same weights, `-latest`. */
const SNAPSHOT =
	/^(?:[-@](?:\d{4}-?\d{2}-?\d{2}|\d{2}-\d{4}|\d{4}|0\d{2}|latest|preview|v\d(?::\d)?)|:[a-z]+)*$/;

/**
 * Whether an answer names another model than the one that was asked for. A snapshot of the same model is none, nor is
 * the same name with the vendor before it.
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

/** Bedrock's names hold region and vendor, the answers of its models do not. */
const BEDROCK_PREFIX =
	/^(?:(?:global|us|us-gov|eu|apac|au|jp)\.)?(?:anthropic|amazon|openai|meta|mistral|deepseek|qwen|google|nvidia|writer)\./;
