const { basename, dirname, join } = require('node:path');
const { cpSync, globSync } = require('node:fs');
const { dest, parallel, series, src } = require('gulp');

/** Icons keep their place beside `nodes` and `credentials`, where `file:` paths look for them. */
function icons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

/** Codex files (what n8n's search and categories know of a node) and the schemas of what nodes put out. */
function codex() {
	return src(['nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'], { base: '.' }).pipe(dest('dist'));
}

/** The trained weights of the classifier, read at the first prompt. */
function weights() {
	return src('router/classify/local/weights/*.bin', { base: '.', encoding: false }).pipe(dest('dist'));
}

/** n8n's assistant reads `v1.0.0/output.json`, its editor `v1.0.0.json`: one file for both. */
async function schemas() {
	for (const file of globSync('dist/nodes/**/__schema__/v*/output.json')) {
		const versionFolder = dirname(file);
		cpSync(file, join(dirname(versionFolder), `${basename(versionFolder)}.json`));
	}
}

exports.assets = parallel(icons, weights, series(codex, schemas));
