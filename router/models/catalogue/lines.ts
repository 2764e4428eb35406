/** Lines of models: `gpt-5.6-luna` and `gpt-6-luna` are two versions of one line. */

interface Version {
	/** The name without versions and dates: `gpt-luna`, `claude-sonnet`. */
	line: string;
	/** [6, 1] for `gpt-6.1-sol`. */
	version: readonly number[];
}

/** Dates and stages, which do not make another model. */
const STAGE =
	/-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{2}-\d{4}|\d{2}-\d{2}|0\d{2}|latest|preview|exp(?:erimental)?|v\d+:\d)(?=-|$)/g;

/** A version, alone or after letters: `5`, `4.6`, `v4`, `qwen3.7`; not `4o`, nor a size such as `70b`. */
const NUMBERED = /^([a-z]*)(\d{1,3}(?:\.\d{1,2})?)$/;

export function withoutStage(modelId: string): string {
	return modelId.replace(STAGE, '');
}

/** null for names without a version. */
export function versionOf(modelId: string): Version | null {
	const name = withoutStage(modelId.trim().toLowerCase().split('/').at(-1) ?? '');
	const version: number[] = [];
	const rest = name.split('-').map((part) => {
		const numbered = NUMBERED.exec(part);
		if (!numbered) return part;
		version.push(...numbered[2].split('.').map(Number));
		return numbered[1];
	});
	return version.length > 0 ? { line: rest.filter(Boolean).join('-'), version } : null;
}

/** The newest of `modelIds` in the same line that is older than the model, or null. */
export function predecessorOf(modelId: string, modelIds: Iterable<string>): string | null {
	const own = versionOf(modelId);
	if (!own) return null;
	let found: { id: string; version: readonly number[] } | null = null;
	for (const id of modelIds) {
		const other = versionOf(id);
		if (other?.line !== own.line || compare(other.version, own.version) >= 0) continue;
		if (!found || compare(other.version, found.version) > 0) found = { id, version: other.version };
	}
	return found?.id ?? null;
}

/** Whether a model is of that version or a newer one; false for names without a version. */
export function isFrom(modelId: string, version: readonly number[]): boolean {
	const own = versionOf(modelId.replace('@', '-'));
	return own !== null && compare(own.version, version) >= 0;
}

/** Whether both belong to one line but differ in version. */
export function isOtherVersion(one: string, other: string): boolean {
	const [a, b] = [versionOf(one), versionOf(other)];
	return a !== null && b !== null && a.line === b.line && compare(a.version, b.version) !== 0;
}

/** 5 is older than 5.5. */
function compare(one: readonly number[], other: readonly number[]): number {
	for (let i = 0; i < Math.max(one.length, other.length); i++) {
		const difference = (one[i] ?? 0) - (other[i] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
