/** What the models see of a prompt, copied out of the buffers that the classifier uses again and again. */
import { containsCode } from '../router/classify/reading/code';
import { taskInputs } from '../router/classify/local/denseFeatures';
import { readFeatures, type Features } from '../router/classify/local/features';
import { readWords } from '../router/classify/reading/hashedWords';
import { detectLanguage, type LetterWeights } from '../router/classify/local/language';
import { viewPrompt, type PromptView } from '../router/classify/reading/promptView';
import { wordNorm } from '../router/classify/local/taskModel';

export interface SeenPrompt {
	view: PromptView;
	features: Features;
	rows: Int32Array;
	/** As they were read. */
	raw: Float32Array;
	/** Brought to one length. */
	values: Float32Array;
	/** Of what is asked alone, brought to one length. */
	asked: Float32Array;
	inputs: Float32Array;
	lineEnds: Int32Array;
}

export function seePrompt(text: string, letters: LetterWeights): SeenPrompt {
	const view = viewPrompt(text);
	const features = readFeatures(view, detectLanguage(view, letters), containsCode(text));
	const bag = readWords(view);
	const norm = wordNorm(bag.values, bag.size);
	const askedNorm = wordNorm(bag.asked, bag.size);
	return {
		view,
		features,
		rows: bag.rows.slice(0, bag.size),
		raw: bag.values.slice(0, bag.size),
		values: bag.values.slice(0, bag.size).map((value) => value * norm),
		asked: bag.asked.slice(0, bag.size).map((value) => value * askedNorm),
		inputs: taskInputs(features).slice(),
		lineEnds: bag.lineEnds.slice(0, bag.lines),
	};
}
