/**
 * Removes NUL and replaces halves of surrogate pairs (as in a text that was cut off), which no database stores as
 * text.
 */
export function storable(text: string): string {
	return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}
