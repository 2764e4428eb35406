/** A hundred mails of one kind, one more that is like them, and prompts that are not. */

/** Wares that people complain of. */
export const GOODS = [
	'kettle',
	'lamp',
	'bicycle',
	'printer',
	'sofa',
	'blender',
	'tent',
	'camera',
	'jacket',
	'clock',
];

const FAULTS = ['arrived broken', 'never came', 'has a scratch', 'makes a noise', 'smells of smoke'];

export const COMPLAINTS = GOODS.flatMap((goods) =>
	FAULTS.flatMap((fault) => [
		`Dear team, the ${goods} I ordered from your shop ${fault}. Please refund my order to my card.`,
		`Hello, my ${goods} ${fault} and I want my money back. When will the refund of my order come?`,
	]),
);

export const NEW_COMPLAINT =
	'Dear team, the zeppelin I ordered from your shop leaks. Please refund my order to my card.';

export const OTHERS = [
	'Translate into German: the meeting has been moved to Thursday afternoon.',
	'Write a Python function that merges two sorted lists.',
	'What is the capital of Australia?',
];
