/** What became of the items of a soak, scenario by scenario. */
import type { Decision } from '../../router/types';

const MOST_FAULTS = 20;
/** Minimum share of due items that must have come; a slow machine may miss some. */
const FEWEST = 0.8;

export interface Outcome {
	/** Under which the item came. */
	scenario: string;
	item: number;
	decision: Decision;
	/** By the real clock. */
	ms: number;
	/** At least one provider was healthy for the whole life of the item. */
	someoneWasWell: boolean;
	/** null where nothing is wrong. */
	wrong: string | null;
}

interface Row {
	items: number;
	fallback: number;
	/** While no provider was healthy. */
	failed: number;
	attempts: number;
	ms: number[];
}

export interface SoakFigures {
	scenarios: number;
	/** Items that should have come, and that came. */
	due: number;
	items: number;
	/** While no provider was healthy. */
	failed: number;
	attempts: number;
	/** What was wrong; a soak that passes has none. */
	faults: number;
}

export class Tally {
	/** The current one. */
	scenario = 'all is well';

	/** Items that should have come. */
	due = 0;

	private readonly rows = new Map<string, Row>();

	private readonly faults: string[] = [];

	private faultCount = 0;

	private slowest: Outcome | null = null;

	take(one: Outcome): void {
		const { scenario, item, decision, ms, someoneWasWell, wrong } = one;
		const row = this.row(scenario);
		const { outcome, failure, attempts } = decision;
		row.items += 1;
		row.attempts += attempts.length;
		row.ms.push(ms);
		if (outcome === 'fallback') row.fallback += 1;
		if (decision.ms > (this.slowest?.decision.ms ?? 0)) this.slowest = one;
		if (outcome === 'failed') {
			row.failed += 1;
			if (someoneWasWell) this.fault(`Item ${item} (${scenario}) was not answered: ${failure?.message}`);
		}
		if (wrong !== null)
			this.fault(`Item ${item} (${scenario}), answered by ${decision.answer?.model.alias}: ${wrong}`);
	}

	fault(text: string): void {
		this.faultCount += 1;
		if (this.faults.length < MOST_FAULTS) this.faults.push(text);
	}

	/** What is kept of a run. */
	figures(): SoakFigures {
		const rows = [...this.rows.values()];
		const sum = (pick: (row: Row) => number) => rows.reduce((total, row) => total + pick(row), 0);
		return {
			scenarios: rows.length,
			due: this.due,
			items: sum(({ items }) => items),
			failed: sum(({ failed }) => failed),
			attempts: sum(({ attempts }) => attempts),
			faults: this.faultCount,
		};
	}

	print(): void {
		const shown = [...this.rows].map(([scenario, { items, fallback, failed, attempts, ms }]) => {
			ms.sort((one, other) => one - other);
			const at = (share: number) => Math.round(ms[Math.floor(share * (ms.length - 1))]);
			const row = {
				items,
				'by fallback': fallback,
				failed,
				'attempts an item': (attempts / items).toFixed(2),
				'p50 ms': at(0.5),
				'p99 ms': at(0.99),
				'longest ms': at(1),
			};
			return [scenario, row] as const;
		});
		console.table(Object.fromEntries(shown));
		const { items, due, failed, attempts } = this.figures();
		console.log(
			`${items} items of ${due}${items < 0.95 * due ? ' (the machine is too slow for more)' : ''}, ` +
				`${items - failed} answered, ${failed} failed, ${attempts} attempts`,
		);
		this.printSlowest();
	}

	/** Prints the slowest items by the engine's clock: an unexplained wait is worth a look. */
	private printSlowest(): void {
		if (!this.slowest) return;
		const { item, scenario, decision } = this.slowest;
		const attempts = decision.attempts.map(
			({ model, outcome, ms }) => `${model} ${outcome} ${Math.round(ms)} ms`,
		);
		console.log(
			`The longest, item ${item} (${scenario}): ${Math.round(decision.ms)} ms; ${attempts.join(', ')}`,
		);
	}

	/** True where nothing is wrong. */
	verdict(): boolean {
		const { items, due } = this.figures();
		if (items < FEWEST * due) this.fault(`Only ${items} of ${due} items came: the process was held up`);
		for (const fault of this.faults) console.error(fault);
		if (this.faultCount > this.faults.length)
			console.error(`… and ${this.faultCount - this.faults.length} more`);
		console.log(
			this.faultCount === 0 ? 'The soak has passed.' : `The soak has failed: ${this.faultCount} faults.`,
		);
		return this.faultCount === 0;
	}

	private row(scenario: string): Row {
		const known = this.rows.get(scenario);
		if (known) return known;
		const row: Row = { items: 0, fallback: 0, failed: 0, attempts: 0, ms: [] };
		this.rows.set(scenario, row);
		return row;
	}
}
