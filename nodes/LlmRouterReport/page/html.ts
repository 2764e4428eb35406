import escapeHtml from 'escape-html';

/** Text that is HTML already and is not escaped again. */
export class Html {
	constructor(readonly source: string) {}

	toString(): string {
		return this.source;
	}
}

type Content = Html | string | number | false | null | undefined | readonly Content[];

/** A template that escapes what is put into it, unless it was made by `html` itself. */
export function html(fixed: TemplateStringsArray, ...contents: Content[]): Html {
	return new Html(fixed.reduce((text, part, index) => text + written(contents[index - 1]) + part));
}

function written(content: Content): string {
	if (content instanceof Html) return content.source;
	if (content === null || content === undefined || content === false) return '';
	if (typeof content === 'string' || typeof content === 'number') return escapeHtml(String(content));
	return content.map(written).join('');
}
