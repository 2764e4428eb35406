import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const PAGES = ['CONTRIBUTING.md', 'README.md', ...readdirSync(join(ROOT, 'docs')).flatMap(pageOf)];

function pageOf(name: string): string[] {
	return name.endsWith('.md') ? [`docs/${name}`] : [];
}

/** Folders, with a slash behind, and files that belong to the package. */
const places = ['nodes', 'credentials', 'router', 'train', 'examples', 'docs', 'test', 'bench', '.ci']
	.flatMap((folder) => [
		`${folder}/`,
		...readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).map((entry) => {
			const path = join(entry.parentPath, entry.name)
				.slice(ROOT.length + 1)
				.replaceAll('\\', '/');
			return entry.isDirectory() ? `${path}/` : path;
		}),
	])
	.concat(readdirSync(ROOT));

const isThere = (path: string): boolean =>
	places.some((place) => [place, `${place}/`].some((each) => each === path || each.endsWith(`/${path}`)));

test('every file and folder that CONTRIBUTING names is there', () => {
	const named = [...read('CONTRIBUTING.md').matchAll(/`([^`\s]+)`/g)].map(([, token]) => token);
	const paths = named.filter((token) => /[\w/]\/|\.(?:ts|json|md|cjs|svg)$/.test(token));
	expect(paths.length).toBeGreaterThan(50);
	expect(paths.filter((path) => !/[<>*{]|^@/.test(path) && !isThere(path))).toEqual([]);
});

test.each(PAGES)('links of %s lead to files, and its commands are there', (page) => {
	const text = read(page);
	const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link);
	const local = links.filter((link) => !/^(?:https?|mailto):/.test(link));
	expect(local.filter((link) => !existsSync(join(ROOT, dirname(page), link)))).toEqual([]);
	const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
	const commands = [...text.matchAll(/npm run (?:-s |--silent )?([\w:]+)/g)].map(([, name]) => name);
	expect(commands.filter((name) => !(name in scripts))).toEqual([]);
});

/** As GitHub and npm name a heading. */
const anchorsOf = (page: string): string[] =>
	[...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/[^\p{L}\p{N} _-]/gu, '')
			.replaceAll(' ', '-'),
	);

test.each(PAGES)('links of %s to a heading lead to one', (page) => {
	const links = [...read(page).matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)];
	const dead = links.filter(([, file, anchor]) => {
		const target = file === '' ? page : join(dirname(page), file).replaceAll('\\', '/');
		return !anchorsOf(target).includes(anchor);
	});
	expect(dead.map(([link]) => link)).toEqual([]);
});
