import { viewPrompt } from '../../../../router/classify/reading/promptView';

const TEXT =
	'The committee met in the old hall. Nobody could say why the lift had been moved, and Ines promised to ask. '.repeat(
		12,
	);
const requestIn = (text: string) => viewPrompt(text).request.map(({ start, end }) => text.slice(start, end));

describe('the request of a long prompt', () => {
	it.each([
		['above a text', `Summarize this for my boss.\n\n${TEXT}`, ['Summarize this for my boss.']],
		['below a text', `${TEXT}\n\nPlease translate it into Danish.`, ['Please translate it into Danish.']],
		['on the line of the text', `Translate this into Danish: ${TEXT}`, ['Translate this into Danish:']],
		['below a fence', `\`\`\`\n${TEXT}\n\`\`\`\n\nKtorý riadok je zle?`, ['Ktorý riadok je zle?']],
		['below quotes', `"""\n${TEXT}\n"""\nQu’en dis-tu ?`, ['Qu’en dis-tu ?']],
		['above markup', `Correct the spelling:\n<p>${TEXT}</p>`, ['Correct the spelling:']],
		['below data', `{"a": 1,\n"text": "${TEXT}"\n}\n\nExtract all names.`, ['Extract all names.']],
	])('is found %s', (_name, prompt, request) => {
		expect(requestIn(prompt)).toEqual(request);
	});

	it.each([
		['a mail is one whole', `Hi,\n\n${TEXT}\n\nThanks,\nInes`],
		['a text alone has none', TEXT],
		['what is quoted asks nothing', `"""\nTranslate this.\n\n${TEXT}\n\nSummarize it.\n"""`],
		['a short prompt is request throughout', 'Summarize this.\n\nThe committee met in the old hall.'],
	])('%s', (_name, prompt) => {
		expect(requestIn(prompt)).toEqual([]);
	});
});
