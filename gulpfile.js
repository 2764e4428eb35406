const { dest, parallel, src } = require('gulp');

/** Icons keep their place beside `nodes` and `credentials`, where `file:` paths look for them. */
function icons() {
	return src('icons/*.svg', { encoding: false }).pipe(dest('dist/icons'));
}

/** Codex files: what n8n's search and categories know of a node. */
function codex() {
	return src('nodes/**/*.node.json', { base: '.' }).pipe(dest('dist'));
}

exports.assets = parallel(icons, codex);
