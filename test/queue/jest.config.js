/** n8n in queue mode takes two minutes to start: these tests run by `npm run test:queue`, apart from `npm test`. */
const { jest } = require('../../package.json');

module.exports = {
	...jest,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/queue/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	testTimeout: 300_000,
	verbose: true,
};
