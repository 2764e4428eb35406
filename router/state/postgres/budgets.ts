import { LRUCache } from 'lru-cache';

import type { NanoDollars, Period, Surroundings } from '../../types';
import { judge, MOST_ACCOUNTS_LISTED } from '../budgets';
import type {
	Account,
	AccountKey,
	BudgetStore,
	Hold,
	ReserveRequest,
	ReserveResult,
	Settlement,
} from '../budgets';
import { StateBusy } from '../terms';
import { DatabaseAway, isLater, SERVER_CLOCK } from './database';
import type { Database } from './database';
import type { Outbox } from './outbox';
import { DAY_MS } from '../../types/time';

const MOST_KNOWN = 10_000;
const TRY_EVERY_MS = 2_500;

/** Retry interval while the database restarts, in ms. */
const ASK_EVERY_MS = 200;

interface AccountRow {
	scope: string;
	period: string;
	execution: string;
	starts_at: number | string;
	resets_at: number | string | null;
	limit_nano: number | string;
	spent_nano: number | string;
	reserved_nano: number | string;
	unknown_cost: number | string;
}

interface ReserveRow {
	answer: { outcome: ReserveResult['outcome']; account?: AccountRow; seen: AccountRow[] };
	clock: number;
}

/** What this process reserved and spent while the database was away. */
interface Meanwhile {
	spentNano: NanoDollars;
	held: Map<string, { amountNano: NanoDollars; expiresAt: number }>;
}

/**
 * Budgets shared by all processes: one round trip to reserve, one to settle. When the database goes away, calls first wait, as a restart
 * is short. After that the process goes on alone from what it last knew, counting all reservations as spent; settlements are queued on
 * disk and booked once.
 */
export class PostgresBudgets implements BudgetStore {
	private readonly known = new LRUCache<string, Account>({ max: MOST_KNOWN });

	private readonly meanwhile = new Map<string, Meanwhile>();

	private sending: Promise<void> | null = null;

	private isTrying = false;

	private readonly over = new AbortController();

	/**
	 * @param unsent settlements that were not sent, or whose outcome is unknown
	 * @param patienceMs how long to wait for a database that went away: over a restart, budgets stay exact
	 */
	constructor(
		private readonly db: Database,
		private readonly unsent: Outbox<Settlement>,
		private readonly surroundings: Surroundings,
		private readonly patienceMs: number,
	) {}

	async reserve(request: ReserveRequest): Promise<ReserveResult> {
		const { accounts, amountNano, now, expiresAt } = request;
		const wanted = accounts.map((account) => ({ ...account, id: this.newId('') }));
		const holds = wanted.map(({ id }, i): Hold => ({ account: accounts[i], id }));
		try {
			await this.sendUnsent();
			const shiftMs = await this.db.clockShiftMs();
			const [{ answer, clock }] = await this.db.query<ReserveRow>(
				`SELECT ${this.db.schema}.reserve($1, $2, $3, $4) AS answer, ${SERVER_CLOCK} AS clock`,
				[JSON.stringify(wanted), amountNano, Math.floor(now + shiftMs), Math.ceil(expiresAt + shiftMs)],
			);
			this.db.saw(clock);
			if (this.meanwhile.size > 0 && this.unsent.isEmpty) this.meanwhile.clear();
			answer.seen.map(accountOf).forEach((account) => this.learn(account));
			if (answer.outcome === 'granted') return { outcome: 'granted', holds };
			return { outcome: answer.outcome, account: accountOf(answer.account ?? answer.seen[0]) };
		} catch (error) {
			if (!(error instanceof DatabaseAway)) throw error;
			// The reservation may exist: release it once the database is back.
			if (error.mayBeDone) this.sendLater({ holds, spentNano: 0, now });
			if (this.db.awayForMs >= this.patienceMs) return this.reserveAlone(request);
			await this.surroundings.sleep(ASK_EVERY_MS, this.over.signal);
			throw new StateBusy({ cause: error });
		}
	}

	async settle(settlement: Settlement): Promise<Account[]> {
		try {
			await this.sendUnsent();
			return await this.send(settlement);
		} catch (error) {
			if (!isLater(error)) throw error;
			this.sendLater(settlement);
			return settlement.holds.map((hold) => this.settleAlone(hold, settlement.spentNano));
		}
	}

	async accounts(now: number): Promise<Account[]> {
		await this.sendUnsent().catch(() => undefined);
		const t = this.db.schema;
		const rows = await this.db.query<AccountRow>(
			`SELECT a.*, held AS reserved_nano FROM ${t}.accounts a CROSS JOIN LATERAL ` +
				`(SELECT coalesce(sum(amount_nano), 0)::bigint AS held FROM ${t}.reservations r ` +
				'WHERE r.account = a.id AND r.expires_at > $4 AND NOT r.settled) h ' +
				'WHERE resets_at > $1 OR (resets_at IS NULL AND used_at > $2) ' +
				'ORDER BY CASE WHEN limit_nano > 0 THEN (spent_nano + held)::float8 / limit_nano ELSE 1 END DESC, id LIMIT $3',
			[
				Math.floor(now),
				Math.floor(now - DAY_MS),
				MOST_ACCOUNTS_LISTED,
				Math.floor(now + (await this.db.clockShiftMs())),
			],
		);
		// Two columns share this name; `pg` returns the later one, the lateral sum.
		return rows.map(accountOf);
	}

	/** Delivers queued settlements, in order. @throws DatabaseAway */
	async sendUnsent(): Promise<void> {
		if (!this.sending && this.unsent.isEmpty) return;
		this.sending ??= this.sendAll().finally(() => {
			this.sending = null;
		});
		await this.sending;
	}

	stop(): void {
		this.over.abort();
	}

	private sendLater(settlement: Settlement): void {
		this.unsent.put([settlement]);
		if (!this.isTrying) void this.keepTrying();
	}

	private async sendAll(): Promise<void> {
		await this.unsent.deliver(async (settlements) => {
			for (const settlement of settlements) await this.send(settlement);
		}, isLater);
		if (this.unsent.isEmpty) this.meanwhile.clear();
	}

	private async keepTrying(): Promise<void> {
		this.isTrying = true;
		while (!this.unsent.isEmpty && !this.over.signal.aborted) {
			await this.surroundings.sleep(TRY_EVERY_MS, this.over.signal);
			await this.sendUnsent().catch(() => undefined);
		}
		this.isTrying = false;
	}

	private async send({ holds, spentNano, now }: Settlement): Promise<Account[]> {
		const named = holds.map(({ account, id }) => ({ ...account, id }));
		const [{ booked }] = await this.db.query<{ booked: AccountRow[] }>(
			`SELECT ${this.db.schema}.settle($1, $2, $3) AS booked`,
			[JSON.stringify(named), spentNano, Math.floor(now + (await this.db.clockShiftMs()))],
		);
		const accounts = new Map(booked.map(accountOf).map((account) => [nameOf(account), account]));
		accounts.forEach((account) => this.learn(account));
		return holds.flatMap(({ account }) => accounts.get(nameOf(account)) ?? []);
	}

	private reserveAlone({ accounts, amountNano, now, expiresAt }: ReserveRequest): ReserveResult {
		const seen = accounts.map((account) => this.aloneAt(account, now));
		const verdicts = seen.map((account) => judge(account, amountNano));
		for (const outcome of ['exceeded', 'reserved'] as const) {
			const at = verdicts.indexOf(outcome);
			if (at >= 0) return { outcome, account: seen[at] };
		}
		const holds = accounts.map((account): Hold => {
			const id = this.newId('away ');
			this.meanwhileOf(account).held.set(id, { amountNano, expiresAt });
			return { account, id };
		});
		return { outcome: 'granted', holds };
	}

	private settleAlone({ account, id }: Hold, spentNano: NanoDollars | null): Account {
		const meanwhile = this.meanwhileOf(account);
		// A reservation made at the database already counts as spent.
		if (meanwhile.held.delete(id)) meanwhile.spentNano += spentNano ?? 0;
		return this.aloneAt(account, this.surroundings.now());
	}

	private aloneAt(key: AccountKey & { limitNano: NanoDollars }, now: number): Account {
		const known = this.known.get(nameOf(key));
		const { spentNano, held } = this.meanwhileOf(key);
		let reservedNano = 0;
		for (const { amountNano, expiresAt } of held.values()) if (expiresAt > now) reservedNano += amountNano;
		return {
			...key,
			spentNano: (known?.spentNano ?? 0) + (known?.reservedNano ?? 0) + spentNano,
			reservedNano,
			unknownCost: known?.unknownCost ?? 0,
		};
	}

	private meanwhileOf(key: AccountKey): Meanwhile {
		const name = nameOf(key);
		const found = this.meanwhile.get(name) ?? { spentNano: 0, held: new Map() };
		this.meanwhile.set(name, found);
		return found;
	}

	private learn(account: Account): void {
		this.known.set(nameOf(account), account);
	}

	private newId(kind: string): string {
		const { now, random } = this.surroundings;
		return `${kind}${Math.floor(now()).toString(36)}-${random().toString(36).slice(2)}${random().toString(36).slice(2)}`;
	}
}

function nameOf({ scope, period, execution, startsAt }: AccountKey): string {
	return JSON.stringify([scope, period, execution, startsAt]);
}

function accountOf(row: AccountRow): Account {
	return {
		scope: row.scope,
		// Only ever written from `PERIODS`.
		period: row.period as Period,
		execution: row.execution,
		startsAt: Number(row.starts_at),
		resetsAt: row.resets_at === null ? null : Number(row.resets_at),
		limitNano: Number(row.limit_nano),
		spentNano: Number(row.spent_nano),
		reservedNano: Number(row.reserved_nano),
		unknownCost: Number(row.unknown_cost),
	};
}
