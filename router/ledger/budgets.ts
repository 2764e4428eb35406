import { createHash } from 'node:crypto';

import { LONGEST_HOLD_MS, StateBusy } from '../state/state';
import type { Account, BudgetStore, Hold, ReserveRequest, ReserveResult } from '../state/state';
import type {
	BudgetWarning,
	Failure,
	Grant,
	Model,
	NanoDollars,
	Period,
	Permission,
	PlannedCall,
	Spending,
	Surroundings,
} from '../types';
import {
	busyFailure,
	exceededFailure,
	heldFailure,
	itemLimitFailure,
	unknownPriceFailure,
	warningText,
	type NamedAccount,
} from './budgetTexts';
import { storable } from '../text/storable';
import { callCost } from '../money/cost';
import { mostCost } from '../money/mostCost';
import { periodAt } from './periods';
import { WaitingLines } from './waitingLine';

/** Share of a limit from which on a warning is given. */
const WARN_FROM = 0.8;
/** Polling intervals at the head of a line, in ms: without and with notifications of other processes' settlements. */
const POLL_MS = 100;
const POLL_HEARING_MS = 5_000;
const LONGEST_SCOPE = 200;
/** A million dollars: more is no price of a call, and sums up to here are exact. */
const MOST_NANO = 1e15;
/** Pause between tries while other processes hold the store, in ms, with jitter. */
const BUSY_PAUSE_MS = 10;
/** Many, as a spend that is not booked would be spent again. */
const SETTLE_TRIES = 200;
/** After a crash a reservation expires this long after the total timeout, in ms (public contract). */
const HOLD_BEYOND_MS = 60_000;

export interface Budget {
	limitNano: NanoDollars;
	period: Period;
	/** Budgets with the same scope and period share their spend across nodes. */
	scope: string;
	/** What people call the scope where nobody gave it a name: `this workflow`. */
	whose?: string;
	onExceeded: 'cheapest' | 'fail';
}

/** Spending limits of one item. */
export interface SpendingLimits {
	budgets: readonly Budget[];
	maxCostPerItemNano: NanoDollars | null;
	allowUnknownPrice: boolean;
	/** IANA name; decides when hours, days and months begin. */
	timeZone: string;
	/** The execution's id, for the period `execution`. */
	execution: string;
	/** 0: none. */
	totalTimeoutMs: number;
	/** Aborts when the execution is cancelled. */
	signal?: AbortSignal;
}

export interface ItemSpending extends Spending {
	/** The latest warning of each budget. */
	warnings(): BudgetWarning[];
}

export interface Budgets {
	/** Starts the item's total timeout. */
	forItem(limits: SpendingLimits): ItemSpending;
}

/** One per process, as its waiting lines are shared by all items. */
export function createBudgets(store: BudgetStore, surroundings: Surroundings): Budgets {
	const lines = new WaitingLines(surroundings);
	store.onSettled?.(() => lines.wake());
	return { forItem: (limits) => new LimitedSpending(limits, store, surroundings, lines) };
}

const nothing = async () => undefined;
const FREE: Grant = { bill: nothing, settle: nothing, release: nothing };

class LimitedSpending implements ItemSpending {
	/** By the monotonic clock, as the wall clock may be set. */
	private readonly endsAt: number;

	private readonly warned = new Map<string, BudgetWarning>();

	/** Counts against `maxCostPerItemNano`. */
	private spentNano = 0;

	private heldNano = 0;

	private readonly limits: SpendingLimits;

	constructor(
		limits: SpendingLimits,
		private readonly store: BudgetStore,
		private readonly surroundings: Surroundings,
		private readonly lines: WaitingLines,
	) {
		const budgets = limits.budgets.map((budget) => ({ ...budget, scope: keyOf(budget.scope) }));
		this.limits = { ...limits, budgets };
		this.endsAt = surroundings.monotonic() + (limits.totalTimeoutMs || LONGEST_HOLD_MS);
	}

	warnings(): BudgetWarning[] {
		return [...this.warned.values()];
	}

	mostCost(call: PlannedCall): NanoDollars | null {
		const { prices, serviceTier: tier } = call.model;
		const cost = prices && mostCost(prices, { ...call, tier });
		// Prices are typed by users and may be absurd.
		return cost === null ? null : Math.min(cost, MOST_NANO);
	}

	async ask(call: PlannedCall): Promise<Permission> {
		const { budgets, maxCostPerItemNano, allowUnknownPrice } = this.limits;
		if (budgets.length === 0 && maxCostPerItemNano === null) return { granted: true, grant: FREE };
		const { prices } = call.model;
		if (prices === null && !allowUnknownPrice) return refused(unknownPriceFailure(call.model), true);
		// 1 for an unknown price: a fully spent budget has no room for it.
		const mostNano = this.mostCost(call) ?? 1;
		if (maxCostPerItemNano !== null && this.spentNano + this.heldNano + mostNano > maxCostPerItemNano) {
			const used = this.spentNano + this.heldNano;
			return refused(itemLimitFailure(maxCostPerItemNano, used, mostNano), true);
		}
		this.heldNano += mostNano;
		const permission = await this.reserve(mostNano, call.model, call.signal ?? this.limits.signal);
		if (!permission.granted) this.heldNano -= mostNano;
		return permission;
	}

	private async reserve(
		mostNano: NanoDollars,
		model: Model,
		signal: AbortSignal | undefined,
	): Promise<Permission> {
		if (this.limits.budgets.length === 0) return { granted: true, grant: this.grantOf([], mostNano, model) };
		const result = await this.result(mostNano, signal);
		if (result === 'busy') return refused(busyFailure(), false);
		if (signal?.aborted) {
			if (result.outcome === 'granted') await this.settle(result.holds, 0);
			return refused({ category: 'cancelled', message: 'The execution was cancelled.' }, false);
		}
		if (result.outcome === 'granted') {
			return { granted: true, grant: this.grantOf(result.holds, mostNano, model) };
		}
		const { account, outcome } = result;
		const tell = outcome === 'exceeded' ? exceededFailure : heldFailure;
		return refused(
			tell(this.named(account), mostNano, this.limits.timeZone),
			outcome === 'exceeded' && this.mayGoOn(account),
		);
	}

	private named(account: Account): NamedAccount {
		return { ...account, whose: this.limits.budgets.find(({ scope }) => scope === account.scope)?.whose };
	}

	/** Whether all budgets on the exceeded account allow cheaper models. */
	private mayGoOn({ scope, period }: Account): boolean {
		return this.limits.budgets
			.filter((budget) => budget.scope === scope && budget.period === period)
			.every(({ onExceeded }) => onExceeded === 'cheapest');
	}

	private async result(
		mostNano: NanoDollars,
		signal: AbortSignal | undefined,
	): Promise<ReserveResult | 'busy'> {
		const ask = async () => await this.askStore(mostNano);
		const line = JSON.stringify(this.limits.budgets.map(({ scope, period }) => [scope, period]));
		if (this.lines.isEmpty(line)) {
			const first = await ask();
			if (first === 'busy' || first.outcome !== 'reserved') return first;
		}
		return await this.lines.inTurn(
			line,
			this.endsAt,
			signal,
			async () => await this.persist(ask, signal),
			ask,
		);
	}

	/** Runs at the head of the line until the answer is final, or time is up. */
	private async persist(
		ask: () => Promise<ReserveResult | 'busy'>,
		signal: AbortSignal | undefined,
	): Promise<ReserveResult | 'busy'> {
		const { now, monotonic, random } = this.surroundings;
		for (;;) {
			const { seen } = this.lines;
			const result = await ask();
			if (
				result === 'busy' ||
				result.outcome !== 'reserved' ||
				monotonic() >= this.endsAt ||
				signal?.aborted
			) {
				return result;
			}
			const pollMs = this.store.hearsSettlements?.() ? POLL_HEARING_MS : POLL_MS;
			// The next period starts with the whole budget.
			const waitMs = Math.min(pollMs * (0.5 + random()), (result.account.resetsAt ?? Infinity) - now());
			const until = Math.min(this.endsAt, monotonic() + Math.max(waitMs, 1));
			await this.lines.nextSettlement(seen, until, signal);
		}
	}

	private async askStore(mostNano: NanoDollars): Promise<ReserveResult | 'busy'> {
		for (;;) {
			try {
				return await this.store.reserve(this.requestOf(mostNano));
			} catch (error) {
				if (!(error instanceof StateBusy)) throw error;
				if (this.surroundings.monotonic() >= this.endsAt || this.limits.signal?.aborted) return 'busy';
				await this.pause();
			}
		}
	}

	/** Made anew for each try, as the period may change while waiting. */
	private requestOf(amountNano: NanoDollars): ReserveRequest {
		const { budgets, timeZone, execution, totalTimeoutMs } = this.limits;
		const now = Math.floor(this.surroundings.now());
		const accounts = new Map<string, ReserveRequest['accounts'][number]>();
		for (const { scope, period, limitNano } of budgets) {
			const name = JSON.stringify([scope, period]);
			const strictest = Math.min(
				limitNano,
				Number.MAX_SAFE_INTEGER,
				accounts.get(name)?.limitNano ?? Infinity,
			);
			const span = period === 'execution' ? null : periodAt(period, now, timeZone);
			accounts.set(name, {
				scope,
				period,
				execution: span ? '' : execution,
				startsAt: span?.from ?? 0,
				resetsAt: span?.to ?? null,
				limitNano: strictest,
			});
		}
		const holdMs = Math.min((totalTimeoutMs || Infinity) + HOLD_BEYOND_MS, LONGEST_HOLD_MS);
		return { accounts: [...accounts.values()], amountNano, now, expiresAt: now + holdMs };
	}

	private grantOf(holds: readonly Hold[], mostNano: NanoDollars, model: Model): Grant {
		let isOver = false;
		const end = async (cost: NanoDollars | null) => {
			if (isOver) return;
			isOver = true;
			const costNano = cost === null ? null : Math.min(cost, MOST_NANO);
			this.heldNano -= mostNano;
			this.spentNano += costNano ?? 0;
			if (holds.length > 0) this.note(await this.settle(holds, costNano));
		};
		return {
			bill: async (usage) => await end(usage === null ? 0 : callCost(model, usage)),
			settle: end,
			release: async () => await end(0),
		};
	}

	/** If it cannot be booked even so, the reservation stays until it expires; the paid answer is still returned. */
	private async settle(holds: readonly Hold[], spentNano: NanoDollars | null): Promise<Account[]> {
		for (let tries = 1; ; tries++) {
			try {
				const now = Math.floor(this.surroundings.now());
				const accounts = await this.store.settle({ holds, spentNano, now });
				this.lines.wake();
				return accounts;
			} catch (error) {
				if (!(error instanceof StateBusy)) throw error;
				if (tries >= SETTLE_TRIES) return [];
				await this.pause();
			}
		}
	}

	private note(accounts: readonly Account[]): void {
		for (const account of accounts) {
			if (account.spentNano < WARN_FROM * account.limitNano) continue;
			const { scope, period, execution, startsAt, spentNano } = account;
			const budget = JSON.stringify([scope, period, execution, startsAt]);
			this.warned.set(budget, {
				budget,
				spentNano,
				text: warningText(this.named(account), this.limits.timeZone),
			});
		}
	}

	private async pause(): Promise<void> {
		await this.surroundings.sleep(BUSY_PAUSE_MS * (0.5 + this.surroundings.random()));
	}
}

function refused(failure: Failure, tryNext: boolean): Permission {
	return { granted: false, failure, tryNext };
}

/** Of a longer scope so many characters are hashed at its beginning and as many at its end: 20 MB would keep the event loop. */
const HASHED = 50_000;

/** Scopes come from expressions over items: a key, not a document. Long ones are told apart by a hash. */
function keyOf(scope: string): string {
	if (scope.length <= LONGEST_SCOPE) return storable(scope);
	const hashed =
		scope.length <= 2 * HASHED ? scope : `${scope.length} ${scope.slice(0, HASHED)}${scope.slice(-HASHED)}`;
	const hash = createHash('sha256').update(hashed).digest('hex').slice(0, 16);
	return `${storable(scope.slice(0, LONGEST_SCOPE))}… ${hash}`;
}
