import type { NanoDollars } from '../../types';
import { judge } from '../ledgerStore';
import type {
	Account,
	AccountKey,
	AttemptCount,
	BudgetStore,
	DecisionQuery,
	DecisionRow,
	Dimension,
	FactStore,
	FailureGroup,
	Feedback,
	Filter,
	Hold,
	KeptDecision,
	LedgerStore,
	Lesson,
	LessonCount,
	RatedLesson,
	ReserveRequest,
	ReserveResult,
	Settlement,
	TimeSpan,
	UsageGroup,
	UsageQuery,
	UsageView,
} from '../ledgerStore';
import { UsageTally } from '../usageTally';

const DAY_MS = 86_400_000;
/** About 20 MB. */
const MOST_DECISIONS = 20_000;
const MOST_ACCOUNTS = 10_000;

/** Decisions of this process only, the latest ones: what remains where no file can be written. */
export class MemoryLedger implements LedgerStore {
	private readonly rows = new Map<string, KeptDecision>();

	private readonly kept = new Map<string, Lesson>();

	constructor(private readonly secret: string) {}

	append(rows: readonly DecisionRow[]): void {
		for (const row of rows) {
			if (!this.rows.has(row.id)) this.keep(row);
			if (this.rows.size > MOST_DECISIONS) this.forget(this.rows.keys().next().value as string);
		}
	}

	usage({ spans, groupBy }: UsageQuery): UsageGroup[] {
		return this.usageViews(spans, [{ groupBy, whole: false }])[0];
	}

	usageViews(spans: readonly TimeSpan[], views: readonly UsageView[]): UsageGroup[][] {
		const within = spans.map((span) => this.within(span));
		return views.map(({ groupBy, whole }) =>
			(whole ? [within.flat()] : within).flatMap((rows, span) => tallied(rows, span, groupBy)),
		);
	}

	failures(span: TimeSpan): FailureGroup[] {
		const groups = new Map<string, FailureGroup>();
		for (const { outcome, category, model } of this.within(span)) {
			if (outcome !== 'failed' || category === null) continue;
			const name = JSON.stringify([category, model]);
			const group = groups.get(name) ?? { category, model, requests: 0 };
			groups.set(name, { ...group, requests: group.requests + 1 });
		}
		return [...groups.values()].sort((a, b) => b.requests - a.requests);
	}

	attempts({ from, to }: TimeSpan): AttemptCount[] {
		const rows = [...this.rows.values()].filter(({ at }) => at >= from && at < to);
		const ids = new Map(rows.map(({ model, modelId }) => [model, modelId]));
		const counts = new Map<string, AttemptCount>();
		for (const { model, outcome } of rows.flatMap(({ attempts }) => attempts)) {
			const count = counts.get(model) ?? { model, modelId: ids.get(model) ?? null, calls: 0, failed: 0 };
			counts.set(model, count);
			count.calls += 1;
			if (outcome !== 'answered' && outcome !== 'cancelled') count.failed += 1;
		}
		return [...counts.values()];
	}

	decisions({ span: { from, to }, where, limit, offset }: DecisionQuery): KeptDecision[] {
		const wanted = Object.entries(where) as Array<[Filter, string]>;
		return [...this.rows.values()]
			.filter((row) => row.at >= from && row.at < to && wanted.every(([key, value]) => row[key] === value))
			.sort((a, b) => (a.id < b.id ? 1 : -1))
			.slice(offset, offset + limit);
	}

	rate(id: string, feedback: Feedback): boolean {
		const row = this.rows.get(id);
		if (row) this.rows.set(id, { ...row, feedback });
		return row !== undefined;
	}

	countLessons(learner: string, since: number): LessonCount {
		const rated = this.rated(learner);
		const times = rated.map(({ feedback }) => feedback.at);
		const newer = times.filter((at) => at > since).length;
		return { rated: rated.length, latest: Math.max(0, ...times), newer };
	}

	lessons(learner: string, limit: number): RatedLesson[] {
		return this.rated(learner)
			.sort((a, b) => (a.id < b.id ? -1 : 1))
			.slice(-limit)
			.map(({ strong, seen, feedback: { rating } }) => ({ strong, seen, rating }));
	}

	earliest(): number | null {
		let earliest: number | null = null;
		for (const { at } of this.rows.values()) earliest = Math.min(at, earliest ?? at);
		return earliest;
	}

	prune(now: number): boolean {
		for (const { id, at, retentionDays } of this.rows.values()) {
			if (at + retentionDays * DAY_MS <= now) this.forget(id);
		}
		return false;
	}

	salt(): string {
		return this.secret;
	}

	close(): void {}

	private keep({ lesson, ...row }: DecisionRow): void {
		this.rows.set(row.id, { ...row, feedback: null });
		if (lesson) this.kept.set(row.id, lesson);
	}

	private forget(id: string): void {
		this.rows.delete(id);
		this.kept.delete(id);
	}

	private rated(learner: string): Array<Lesson & { id: string; feedback: Feedback }> {
		return [...this.kept].flatMap(([id, lesson]) => {
			const feedback = this.rows.get(id)?.feedback;
			return feedback && lesson.learner === learner ? [{ ...lesson, id, feedback }] : [];
		});
	}

	private within({ from, to }: TimeSpan): DecisionRow[] {
		return [...this.rows.values()].filter(({ at }) => at >= from && at < to);
	}
}

function tallied(rows: readonly DecisionRow[], span: number, groupBy: readonly Dimension[]): UsageGroup[] {
	const tally = new UsageTally({ answered: 'answered', fallback: 'fallback', failed: 'failed' });
	const columns = groupBy.map((_, index) => index);
	for (const row of rows) {
		const keys = groupBy.map((dimension) => row[dimension]);
		tally.add({ ...row, ms: Math.round(row.ms) }, keys, columns);
	}
	return tally.result(span, (key) => (key === null ? null : String(key)));
}

interface Entry {
	account: Account;
	usedAt: number;
	reservations: Map<string, { amountNano: NanoDollars; expiresAt: number }>;
}

/** Budgets of this process only. */
export class MemoryBudgets implements BudgetStore {
	private readonly entries = new Map<string, Entry>();

	private reservations = 0;

	/** @param known what was spent so far, where another store had to be left */
	constructor(known: readonly Account[] = [], now = 0) {
		for (const account of known) {
			const entry = { account: { ...account, reservedNano: 0 }, usedAt: now, reservations: new Map() };
			this.entries.set(nameOf(account), entry);
		}
	}

	reserve({ accounts, amountNano, now, expiresAt }: ReserveRequest): ReserveResult {
		const entries = accounts.map((account) => this.current(account, now));
		const verdicts = entries.map(({ account }) => judge(account, amountNano));
		for (const outcome of ['exceeded', 'reserved'] as const) {
			const entry = entries[verdicts.indexOf(outcome)];
			if (entry) return { outcome, account: { ...entry.account } };
		}
		const holds = entries.map(({ account, reservations }, i): Hold => {
			const id = `memory:${++this.reservations}`;
			reservations.set(id, { amountNano, expiresAt });
			account.reservedNano += amountNano;
			return { account: accounts[i], id };
		});
		return { outcome: 'granted', holds };
	}

	settle({ holds, spentNano, now }: Settlement): Account[] {
		return holds.map((hold) => {
			const { account, reservations } = this.open(hold.account, now);
			account.reservedNano -= reservations.get(hold.id)?.amountNano ?? 0;
			reservations.delete(hold.id);
			account.spentNano += spentNano ?? 0;
			if (spentNano === null) account.unknownCost += 1;
			return { ...account };
		});
	}

	accounts(now: number): Account[] {
		const entries = [...this.entries.values()].filter(({ account: { resetsAt }, usedAt }) =>
			resetsAt === null ? usedAt > now - DAY_MS : resetsAt > now,
		);
		for (const entry of entries) expire(entry, now);
		return entries.map(({ account }) => ({ ...account }));
	}

	private current(key: AccountKey & { limitNano: NanoDollars }, now: number): Entry {
		const entry = this.open(key, now);
		expire(entry, now);
		return entry;
	}

	private open(key: AccountKey & { limitNano: NanoDollars }, now: number): Entry {
		const name = nameOf(key);
		const entry = this.entries.get(name) ?? {
			account: { ...key, spentNano: 0, reservedNano: 0, unknownCost: 0 },
			usedAt: now,
			reservations: new Map(),
		};
		entry.account.limitNano = key.limitNano;
		entry.usedAt = now;
		this.entries.delete(name);
		this.entries.set(name, entry);
		if (this.entries.size > MOST_ACCOUNTS) this.forgetOver(now);
		return entry;
	}

	/** Only what can no longer matter to a budget: a running period must not begin anew. */
	private forgetOver(now: number): void {
		for (const [name, { account, usedAt, reservations }] of this.entries) {
			const isOver = account.resetsAt === null ? usedAt < now - DAY_MS : account.resetsAt <= now;
			if (isOver && reservations.size === 0) this.entries.delete(name);
		}
	}
}

function expire({ account, reservations }: Entry, now: number): void {
	for (const [id, { amountNano, expiresAt }] of reservations) {
		if (expiresAt > now) continue;
		reservations.delete(id);
		account.reservedNano -= amountNano;
	}
}

function nameOf({ scope, period, execution, startsAt }: AccountKey): string {
	return JSON.stringify([scope, period, execution, startsAt]);
}

const MOST_FACTS = 10_000;

/** Facts of this process only; those longest unchanged give way. */
export class MemoryFacts implements FactStore {
	private readonly facts = new Map<string, string>();

	readFact(kind: string, key: string): string | null {
		return this.facts.get(JSON.stringify([kind, key])) ?? null;
	}

	listFacts(wanted: string): Array<{ key: string; value: string }> {
		return [...this.facts].flatMap(([name, value]) => {
			const [kind, key] = JSON.parse(name) as [string, string];
			return kind === wanted ? [{ key, value }] : [];
		});
	}

	changeFact(
		kind: string,
		key: string,
		_now: number,
		change: (before: string | null) => string | null,
	): void {
		const name = JSON.stringify([kind, key]);
		const after = change(this.facts.get(name) ?? null);
		this.facts.delete(name);
		if (after !== null) this.facts.set(name, after);
		if (this.facts.size > MOST_FACTS) this.facts.delete(this.facts.keys().next().value as string);
	}
}
