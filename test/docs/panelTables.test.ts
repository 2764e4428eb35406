import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { panelPage } from '../../docs/panelTables';

/** Without what a formatter adds: the width of columns, the style of emphasis, escapes. */
const bare = (page: string): string[] =>
	page.split('\n').map((line) =>
		line
			.replace(/[-\s]+/g, ' ')
			.replaceAll('*', '_')
			.replaceAll('\\', '')
			.trim(),
	);

test('the page of the panel says what the panel says: `npm run docs` makes it anew', () => {
	const written = readFileSync(join(__dirname, '../../docs/panel.md'), 'utf8');
	expect(bare(written)).toEqual(bare(panelPage(written)));
});
