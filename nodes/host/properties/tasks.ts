/** The tasks as the panel names them. */
/** Title Case of a value such as `advice_planning`. */
const titled = (value: string): string =>
	value.replace(/(^|_)([a-z])/g, (_, gap: string, letter: string) => (gap ? ' ' : '') + letter.toUpperCase());

export const taskOptions = [
	['advice_planning', 'What should I do, plans, recommendations'],
	['analysis', 'Compare, judge, interpret data or arguments'],
	['business_writing', 'Mails, posts, product texts, job ads, reports'],
	['chitchat', 'Greetings and small talk'],
	['classification', 'Label, sentiment, yes or no about a given text'],
	['coding', 'Write, fix, explain or design code'],
	['creative', 'Stories, poems, slogans, jokes, role play'],
	['extraction', 'Facts, entities or fields out of a given text'],
	['legal', 'Contracts, laws, rights, compliance'],
	['math', 'Calculations and proofs'],
	['qa', 'A fact or an explanation'],
	['reasoning', 'Puzzles, logic, several steps of inference'],
	['rewriting', 'Polish, shorten, change the tone'],
	['summarization', 'The gist of a given text'],
	['translation', 'From one language into another'],
].map(([value, description]) => ({
	name: value === 'qa' ? 'Question Answering' : titled(value),
	value,
	description,
}));
