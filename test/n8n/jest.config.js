/** A real n8n takes a minute to start: these tests run by `npm run test:n8n`, apart from `npm test`. */
const { jest } = require('../../package.json');

module.exports = {
	...jest,
	rootDir: '../..',
	testMatch: ['<rootDir>/test/n8n/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	globalSetup: '<rootDir>/test/n8n/globalSetup.ts',
	globalTeardown: '<rootDir>/test/n8n/globalTeardown.ts',
	testTimeout: 120_000,
	verbose: true,
};
