/** Errors. The two classes here are thrown from one folder and caught in another. */

export const ERROR_CATEGORIES = [
	'rateLimited',
	'quotaExhausted',
	'overloaded',
	'serverError',
	'timeout',
	'firstTokenTimeout',
	'stalled',
	'network',
	'authentication',
	'modelNotFound',
	'invalidRequest',
	'contextOverflow',
	'contentFiltered',
	'refused',
	'emptyAnswer',
	'truncated',
	'invalidOutput',
	'circuitOpen',
	'overBudget',
	'blocked',
	'cancelled',
] as const;
export type ErrorCategory = (typeof ERROR_CATEGORIES)[number];

export interface Failure {
	category: ErrorCategory;
	message: string;
}

/** The only error that a `ModelClient` throws. Its message can be shown to users and contains no secret. */
export class ModelError extends Error {
	readonly category: ErrorCategory;

	/** HTTP status, where there was one. */
	readonly status?: number;

	/** The wait that the provider asks for, in ms. */
	readonly retryAfterMs?: number;

	/** The message says what a person has to change; until then neither another key nor another try helps. */
	readonly saysRemedy: boolean;

	/** The provider had taken the request and begun its answer. */
	readonly inAnswer: boolean;

	constructor(
		category: ErrorCategory,
		message: string,
		details: {
			status?: number;
			retryAfterMs?: number;
			saysRemedy?: boolean;
			inAnswer?: boolean;
			cause?: unknown;
		} = {},
	) {
		super(message, details.cause === undefined ? undefined : { cause: details.cause });
		this.name = 'ModelError';
		this.category = category;
		this.status = details.status;
		this.retryAfterMs = details.retryAfterMs;
		this.saysRemedy = details.saysRemedy ?? false;
		this.inAnswer = details.inAnswer ?? false;
	}

	/** The same, known to have come after the answer had begun. */
	asOfAnswer(): ModelError {
		return new ModelError(this.category, this.message, { ...this, inAnswer: true });
	}
}

/** Wrong settings that one error tells of; more would not be read. */
const MOST_TOLD = 10;

/**
 * The user's settings cannot work. A fault of the node, not of a provider: names the field, the value
 * and the remedy. `message` is one sentence; `remedy` says what to do.
 */
export class ConfigurationError extends Error {
	readonly field: string;

	readonly remedy: string;

	/** Those that this one tells of: itself, or the several that were found together. */
	readonly parts: readonly ConfigurationError[];

	constructor(field: string, message: string, remedy: string, parts?: readonly ConfigurationError[]) {
		super(message);
		this.name = 'ConfigurationError';
		this.field = field;
		this.remedy = remedy;
		this.parts = parts ?? [this];
	}

	/** The message, with the field where it does not name it. */
	get sentence(): string {
		return this.message.includes(this.field) ? this.message : `${this.field}: ${this.message}`;
	}

	/** Those of the parts that are told of. */
	get told(): readonly ConfigurationError[] {
		return this.parts.slice(0, MOST_TOLD);
	}

	/** What is wrong, and what to do about it, each ended with a full stop. */
	get lines(): readonly [what: string, todo: string] {
		return [ended(this.sentence), ended(this.remedy)];
	}

	/** All that is wrong and what to do about it in one text, numbered where there are several. */
	get inFull(): string {
		if (this.parts.length === 1) return this.lines.join(' ');
		const told = this.told.map(({ inFull }, index) => `${index + 1}. ${inFull}`);
		return [`${this.field} need a change.`, ...told].join(' ');
	}

	/**
	 * One error that tells of all, so that the user mends them in one go. Its message names their fields, which is as much as a
	 * person reads at once; `parts` says what is wrong with each.
	 * @param errors at least one
	 */
	static of(errors: readonly ConfigurationError[]): ConfigurationError {
		// Models of one credential tell of the same fault.
		const bySentence = new Map(errors.flatMap(({ parts }) => parts).map((part) => [part.sentence, part]));
		const parts = [...bySentence.values()];
		const [first] = parts;
		if (parts.length === 1) return first!;
		const count = `${parts.length} settings`;
		const fields = [...new Set(parts.slice(0, MOST_TOLD).map(({ field }) => field))].join(', ');
		return new ConfigurationError(
			count,
			`${count} need a change: ${fields}`,
			'Change them as each of them says.',
			parts,
		);
	}
}

const ended = (text: string): string => text.replace(/\.?$/, '.');
