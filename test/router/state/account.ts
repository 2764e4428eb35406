/** A budget of ten nano-dollars that never begins anew. */
export const TEN_EVER = {
	scope: 'a',
	period: 'day',
	execution: '',
	startsAt: 0,
	resetsAt: 2 ** 47,
	limitNano: 10,
} as const;
