/** Without what no database holds as text: NUL, and half of a pair, as where a text was cut to its length. */
export function storable(text: string): string {
	return text.replaceAll('\0', '').replace(/\p{Surrogate}/gu, '\ufffd');
}
