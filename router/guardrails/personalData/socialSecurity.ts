const GROUPED = /^(\d{3})([- ])(\d\d)\2(\d{4})$/;
const BARE = /^(\d{3})()(\d\d)(\d{4})$/;

/** A US social security number: `054-28-6917`; with spaces or bare only if the text names it. */
export function isSocialSecurity(run: string, isNamed: () => boolean): boolean {
	const [, area, separator, group, serial] = GROUPED.exec(run) ?? BARE.exec(run) ?? [];
	if (area === undefined || area === '000' || area === '666' || area.startsWith('9')) return false;
	if (group === '00' || serial === '0000') return false;
	return separator === '-' || isNamed();
}
