/** What the frames of a processor profile are for. */

export interface ProfilePart {
	name: string;
	/** How the paths of its files begin, below this package's folder. */
	own?: readonly string[];
	/** Files of others. */
	others?: RegExp;
}

/** The first that fits. What fits nowhere belongs to whoever called it. */
export const PARTS: readonly ProfilePart[] = [
	{
		name: 'classifying',
		own: ['router/classify/', 'router/guardrails/', 'router/text/', 'router/policy/searchText'],
	},
	{
		name: 'budget',
		own: [
			'router/ledger/budget',
			'router/ledger/waitingLine',
			'router/ledger/period',
			'router/money/mostCost',
			'router/state/budgets',
			'router/state/sqlite/budgets',
		],
	},
	{
		name: 'ledger',
		own: [
			'router/ledger/',
			'router/state/sqlite/ledger',
			'router/state/sqlite/decision',
			'router/state/sqlite/usage',
			'router/state/sqlite/names',
			'router/state/decisions',
		],
	},
	{ name: 'rules and route', own: ['router/policy/', 'router/walk/', 'router/engine', 'router/money/'] },
	{ name: 'failover: deadlines, rests, checks', own: ['router/failover/'] },
	{
		name: 'reading the stream',
		own: ['router/models/wire/reading/', 'router/models/wire/guardedFetch', 'router/models/openAi/stream'],
	},
	{
		name: 'HTTP',
		own: ['router/models/wire/http'],
		others: /undici|node:(?:net|_http|internal\/(?:stream|webstreams|streams))/,
	},
	{ name: 'the request', own: ['router/models/'] },
	{
		name: 'health, shared between processes',
		own: [
			'router/state/facts',
			'router/state/believed',
			'router/state/semaphore',
			'router/state/flights',
			'router/state/sqlite/fact',
			'router/state/sqlite/sharedFacts',
		],
	},
	{ name: 'OpenAI SDK', others: /node_modules\/openai\// },
];

/** @param url of a frame, of the built package */
export function partOf(url: string): string | undefined {
	const [, path = ''] = /\/dist\/(.*)/.exec(url) ?? [];
	return PARTS.find(
		({ own = [], others }) =>
			(path !== '' && own.some((beginning) => path.startsWith(beginning))) || others?.test(url),
	)?.name;
}
