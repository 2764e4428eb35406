/** Numbers as people read them. */

const UNKNOWN = '–';

/** `$1.24`, `$0.0031`, `$12,480`; at least two figures of a small sum are seen. */
export function money(usd: number | null): string {
	if (usd === null) return UNKNOWN;
	const size = Math.abs(usd);
	if (size === 0) return '$0';
	const digits = size >= 1_000 ? 0 : size >= 0.1 ? 2 : Math.min(9, 1 - Math.floor(Math.log10(size)));
	const text = size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
	return `${usd < 0 ? '−' : ''}$${text}`;
}

/** `820 ms`, `3.4 s`, `2 min 5 s` */
export function duration(ms: number | null): string {
	if (ms === null) return UNKNOWN;
	if (ms < 999.5) return `${Math.round(ms)} ms`;
	if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
	const seconds = Math.round(ms / 1_000);
	return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `940`, `9,400`, `12 k`, `1.2 M` */
export function count(value: number): string {
	if (value < 9_999.5) return Math.round(value).toLocaleString('en-US');
	if (value < 999_500) return `${Math.round(value / 1_000)} k`;
	if (value < 999_500_000) return `${trimmed(value / 1_000_000)} M`;
	return `${trimmed(value / 1_000_000_000)} G`;
}

/** `99.7 %`; 100 % and 0 % only where it is all or nothing. */
export function share(part: number, whole: number): string {
	if (whole === 0) return UNKNOWN;
	const percent = (100 * part) / whole;
	if (part === 0 || part === whole) return `${percent} %`;
	const digits = percent > 99 || percent < 1 ? 2 : percent > 90 || percent < 10 ? 1 : 0;
	const bound = 10 ** -digits;
	return `${Math.min(100 - bound, Math.max(bound, percent)).toFixed(digits)} %`;
}

function trimmed(value: number): string {
	return value < 9.95 ? value.toFixed(1) : String(Math.round(value));
}
