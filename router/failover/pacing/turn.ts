import type { Allowance } from '../../types';
import type { LimitRefusal, Turn } from './terms';

type Said = 'taken' | 'refused' | 'nothing';

/** What a turn tells its pacer, each at most once. */
export interface Course {
	/** Before what follows from it. @param isPresumed it counted as accepted already */
	heard(said: Said, isPresumed: boolean): void;
	accepted(): void;
	/** @returns true: nothing has been let through for too long */
	refused(refusal: LimitRefusal): boolean;
	/** @param isPresumed it counted as accepted already */
	failed(isOutage: boolean, isPresumed: boolean): void;
	ended(): void;
	told(allowances: readonly Allowance[]): void;
	/** After each of them. */
	settled(): void;
}

/** Only the first result counts, but a refusal or failure also after the call was presumed to be accepted. */
export function turnOf(course: Course): { turn: Turn; presume(): void } {
	let state: 'unheard' | 'presumed' | 'taken' | 'over' = 'unheard';
	const hear = (said: Said, then: (isPresumed: boolean) => void): void => {
		if (state === 'taken' || state === 'over') return;
		const isPresumed = state === 'presumed';
		state = said === 'taken' ? 'taken' : 'over';
		if (isPresumed && said === 'taken') return;
		course.heard(said, isPresumed);
		then(isPresumed);
		course.settled();
	};
	const turn: Turn = {
		told: (allowances) => {
			course.told(allowances);
			course.settled();
		},
		taken: () => hear('taken', () => course.accepted()),
		refused: (refusal) => {
			let isOutage = false;
			hear('refused', () => (isOutage = course.refused(refusal)));
			return isOutage;
		},
		failed: (isOutage) => hear('nothing', (isPresumed) => course.failed(isOutage, isPresumed)),
		unused: () => hear('nothing', () => undefined),
		over: () => {
			if (state !== 'taken' && state !== 'presumed') return;
			state = 'over';
			course.ended();
			course.settled();
		},
	};
	const presume = (): void => {
		state = 'presumed';
		course.heard('taken', false);
		course.accepted();
	};
	return { turn, presume };
}
