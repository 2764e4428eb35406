/**
 * What the simulated providers do while each example runs. The workflow files know nothing of it: they are
 * what people import.
 */

export interface Story {
	/** Of the workflow file, without `.json`. */
	file: string;
	title: string;
	/** What each simulated model does, in the grammar of `test/support/simulated/faults.ts`. */
	faults: Record<string, string>;
	/** How many items leave with each outcome; anything else is a fault of the demo or of the node. */
	expected: { answered: number; fallback: number; failed: number };
}

/** Milliseconds before the first token: a small model is quicker than a large one. */
const SPEEDS = {
	'gpt-5.4-mini': 90,
	'gemini-3.1-flash-lite': 70,
	'claude-haiku-4-5': 70,
	'claude-sonnet-4-6': 260,
	'llama-3.3-70b-versatile': 150,
} as const;
type SimulatedModel = keyof typeof SPEEDS;

/** One prompt of the drill: what the models do with each call it makes; a model not named answers. */
interface Scene {
	/** Calls of the primary, in order. */
	primary: string[];
	/** Calls of the backup, in order, where the prompt gets there. */
	backup?: string[];
	outcome: keyof Story['expected'];
}

const OK = 'ok';

/** One scene a prompt of `outage-drill.json`: Max Retries is 1 there, and prompts go one after another. */
const DRILL: readonly Scene[] = [
	{ primary: [OK], outcome: 'answered' },
	// Too busy, with a wait that is within Retry-After Patience.
	{ primary: ['429-1', OK], outcome: 'answered' },
	{ primary: ['500', '500'], backup: [OK], outcome: 'fallback' },
	{ primary: [OK], outcome: 'answered' },
	// May go to one vendor only.
	{ primary: ['503', '503'], outcome: 'failed' },
	// Accepts the request and says nothing.
	{ primary: ['silent'], backup: [OK], outcome: 'fallback' },
	// Hangs up in the middle of its answer.
	{ primary: ['cut', OK], outcome: 'answered' },
	// The key is refused.
	{ primary: ['401'], backup: [OK], outcome: 'fallback' },
	// Two providers overloaded at once.
	{ primary: ['529', '529'], backup: ['529', '529'], outcome: 'fallback' },
	{ primary: [OK], outcome: 'answered' },
	// No credit left, and no other vendor allowed.
	{ primary: ['quota'], outcome: 'failed' },
	{ primary: [OK], outcome: 'answered' },
];

function healthy(model: SimulatedModel): string {
	return `slow-${SPEEDS[model]}`;
}

/** Each step for one call, then healthy for good. */
function steps(model: SimulatedModel, calls: readonly string[]): string {
	const written = calls.map((call) => `${call === OK ? healthy(model) : call}*1`);
	return [...written, healthy(model)].join('--');
}

function allHealthy(): Record<string, string> {
	return Object.fromEntries(
		(Object.keys(SPEEDS) as SimulatedModel[]).map((model) => [model, healthy(model)]),
	);
}

function drillFaults(scenes: readonly Scene[]): Record<string, string> {
	return {
		...allHealthy(),
		'gpt-5.4-mini': steps(
			'gpt-5.4-mini',
			scenes.flatMap(({ primary }) => primary),
		),
		'claude-haiku-4-5': steps(
			'claude-haiku-4-5',
			scenes.flatMap(({ backup = [] }) => backup),
		),
	};
}

function tally(scenes: readonly Scene[]): Story['expected'] {
	const count = (wanted: Scene['outcome']) => scenes.filter(({ outcome }) => outcome === wanted).length;
	return { answered: count('answered'), fallback: count('fallback'), failed: count('failed') };
}

/** The drill comes last: by then the SDKs are loaded, which its short deadlines count on. */
export const STORIES: readonly Story[] = [
	{
		file: 'support-desk-triage',
		title: 'Support desk triage',
		faults: allHealthy(),
		expected: { answered: 12, fallback: 0, failed: 0 },
	},
	{
		file: 'coding-and-legal',
		title: 'Coding and legal to the strong model',
		faults: allHealthy(),
		expected: { answered: 12, fallback: 0, failed: 0 },
	},
	{
		file: 'customer-budgets',
		title: 'A budget for each customer, with an alert',
		faults: allHealthy(),
		expected: { answered: 8, fallback: 0, failed: 4 },
	},
	{
		file: 'personal-data',
		title: 'Personal data stays at home, the rest is redacted',
		faults: allHealthy(),
		expected: { answered: 9, fallback: 0, failed: 1 },
	},
	{
		file: 'cached-faq',
		title: 'A cached FAQ',
		faults: allHealthy(),
		expected: { answered: 12, fallback: 0, failed: 0 },
	},
	{
		file: 'sticky-chat',
		title: 'A chat that stays with its model',
		// Its model fails Ann's third message.
		faults: { ...allHealthy(), 'gemini-3.1-flash-lite': steps('gemini-3.1-flash-lite', [OK, OK, OK, '500']) },
		expected: { answered: 11, fallback: 1, failed: 0 },
	},
	{
		file: 'from-switch',
		title: 'From a Switch with several LLM nodes to one node',
		faults: allHealthy(),
		expected: { answered: 9, fallback: 0, failed: 0 },
	},
	{
		file: 'outage-drill',
		title: 'Outage drill',
		faults: drillFaults(DRILL),
		expected: tally(DRILL),
	},
];
