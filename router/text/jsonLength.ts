/**
 * Whether a value's names and texts have more than `most` characters. Works without serializing the value, which for
 * 20 MB would block the event loop.
 */
export function isLongerAsJson(value: unknown, most: number): boolean {
	let left = most;
	const parts: unknown[] = [value];
	while (left >= 0 && parts.length > 0) {
		const part = parts.pop();
		if (typeof part === 'string') left -= part.length;
		else if (Array.isArray(part)) {
			left -= part.length;
			if (left >= 0) for (const inner of part as unknown[]) parts.push(inner);
		} else if (typeof part === 'object' && part !== null) {
			for (const [name, inner] of Object.entries(part)) {
				left -= name.length + 1;
				parts.push(inner);
			}
		}
	}
	return left < 0;
}
