/** Checks of the user's settings that go on after the first that fails, so that the user hears of all at once. */
import { ConfigurationError } from '../types';

type Steps<T extends readonly unknown[]> = { readonly [K in keyof T]: () => T[K] };

/**
 * Takes every step and gives their results.
 * @throws ConfigurationError that tells of all that were wrong; any other error at once
 */
export function together<T extends readonly unknown[]>(...steps: Steps<T>): T {
	const wrong: ConfigurationError[] = [];
	const results = steps.map((step: () => unknown) => {
		try {
			return step();
		} catch (error) {
			if (!(error instanceof ConfigurationError)) throw error;
			return wrong.push(error);
		}
	});
	if (wrong.length > 0) throw ConfigurationError.of(wrong);
	return results as readonly unknown[] as T;
}

/** The same for what is under way. */
export async function togetherAsync<T extends readonly unknown[]>(
	...steps: { readonly [K in keyof T]: Promise<T[K]> }
): Promise<T> {
	const settled = await Promise.allSettled(steps);
	const results = together(
		...settled.map((one) => () => {
			if (one.status === 'rejected') throw one.reason;
			return one.value;
		}),
	);
	return results as readonly unknown[] as T;
}
