import { n8nCommunityNodesPlugin } from '@n8n/eslint-plugin-community-nodes';
import prettier from 'eslint-config-prettier';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

/** The older plugin brings configurations of ESLint's former format: only their rules are of use. */
const n8nRules = (name) => ({
	plugins: { 'n8n-nodes-base': nodesBase },
	rules: nodesBase.configs[name].rules,
});

export default tseslint.config(
	{ ignores: ['dist/**', 'node_modules/**', 'coverage/**', 'demo-output/**', '*.js', '*.mjs'] },
	{
		files: ['**/*.ts'],
		extends: [...tseslint.configs.recommended, prettier],
		rules: {
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'router/**/*.ts', 'package.json'],
		// The variant for packages that n8n Cloud does not verify: SDKs as dependencies, no restricted globals.
		extends: [n8nCommunityNodesPlugin.configs.recommendedWithoutN8nCloudSupport],
		rules: {
			// We are a self-hosted package over the providers' SDKs: runtime dependencies are the point.
			'@n8n/community-nodes/no-runtime-dependencies': 'off',
		},
	},
	{
		files: ['nodes/**/*.ts', 'credentials/**/*.ts', 'router/**/*.ts'],
		languageOptions: { parserOptions: { project: './tsconfig.json' } },
		rules: {
			'@typescript-eslint/no-floating-promises': 'error',
			'@typescript-eslint/no-misused-promises': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
		},
	},
	{
		files: ['router/**/*.ts'],
		// The engine imports nothing of n8n: its errors become n8n's in nodes/.
		rules: { '@n8n/community-nodes/require-node-api-error': 'off' },
	},
	{ files: ['nodes/**/*.ts'], ...n8nRules('nodes') },
	{
		files: ['nodes/**/*.ts'],
		// The older plugin asks for the text 'main' where the newer one asks for n8n's own name for it.
		rules: {
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
		},
	},
	{ files: ['credentials/**/*.ts'], ...n8nRules('credentials') },
	{
		files: ['credentials/**/*.ts'],
		// Asks for a slug of n8n's own documentation; the community rule (a whole address) is the one for us.
		rules: { 'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off' },
	},
	{
		files: ['package.json'],
		plugins: n8nRules('community').plugins,
		rules: {
			...n8nRules('community').rules,
			// Takes the nested objects of jest's configuration for the package itself, which is named as it asks.
			'@n8n/community-nodes/package-name-convention': 'off',
		},
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
	},
);
