/** Spellings of model names, and which names belong to one family. */

/**
 * One spelling for the names of vendors, gateways and Ollama: `~anthropic/Claude-Sonnet-4.6` and
 * `eu.anthropic.claude-sonnet-4-6` become `claude-sonnet-4-6`, `llama3.3:70b` becomes `llama-3-3-70b`.
 */
export function bareName(modelId: string): string {
	const name = modelId.trim().toLowerCase().split('/').at(-1) ?? '';
	return dashed(
		name.replace(/^((us|eu|apac|global|regional)\.)?(anthropic|amazon|meta|mistral|openai)\./, ''),
	)
		.replace(/^(meta-)?llama(?=\d)|^meta-llama-/, 'llama-')
		.replace(/^gemma(?=\d)/, 'gemma-')
		.replace(/^qwen-(?=\d)/, 'qwen');
}

function dashed(name: string): string {
	return name.replace(/[.:]/g, '-');
}

/** Suffixes that make another model: a version, a size, a distillation. */
const ANOTHER_MODEL =
	/^-(\d{1,2}(?!\w)|\d+b$|distill|.*\b(mini|nano|lite|small|tiny|micro|air|image|tts|audio|embedding)\b)/;

/** The value of the longest family name that `name` starts with, or null. Dates and `-latest` are ignored. */
export function familyOf<Value>(name: string, table: Readonly<Record<string, Value>>): Value | null {
	let longest = '';
	let value: Value | null = null;
	for (const [family, familyValue] of Object.entries(table)) {
		const prefix = dashed(family);
		if (prefix.length <= longest.length || !name.startsWith(prefix)) continue;
		const rest = name.slice(prefix.length);
		if (rest !== '' && !/^[-@]/.test(rest)) continue;
		longest = prefix;
		value = ANOTHER_MODEL.test(rest) ? null : familyValue;
	}
	return value;
}
