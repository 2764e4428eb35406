import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

import { bytesOfId, firstIdAt, timeOfId } from './decisionId';
import type {
	AttemptRow,
	DecisionRow,
	Feedback,
	LessonCount,
	RatedLesson,
	UsageGroup,
	UsageQuery,
} from '../decisions';
import type { LedgerBook, Steps } from '../books';
import { COLUMN_NAMES, DECISION_COLUMNS, OPTIONAL_COLUMNS, OPTIONAL_NAMES, wholeOrNull } from '../columns';
import type { ColumnType, OptionalColumn } from '../columns';
import { inTransaction } from './file';
import { Names } from './names';
import { columnIn, DecisionReader } from './decisions';
import { UsageReader } from './usage';
import { DAY_MS } from '../../types/time';

/** Decisions checked per call of `prune`: some milliseconds, to keep the lock short. */
const PRUNE_CHUNK = 5_000;
/** Accounts unused for this long are deleted. */
const ACCOUNT_KEPT_MS = 90 * DAY_MS;
/** Facts unchanged for this long are deleted. */
const FACT_KEPT_MS = 30 * DAY_MS;

const ATTEMPT_COLUMNS =
	'decision, n, model, started_after_ms, ms, first_token_ms, outcome, status, billing, input_tokens, output_tokens, cost_nano';

/** The ledger in the file. Synchronous, so that a process can write its last decisions on exit. */
export class SqliteLedger implements LedgerBook {
	private readonly names: Names;

	private readonly usageReader: UsageReader;

	private readonly insertDecision: StatementSync;

	private readonly insertAttempt: StatementSync;

	private readonly insertFingerprint: StatementSync;

	/** Where pruning continues; null: at the start. */
	private prunedTo: Buffer | null = null;

	constructor(private readonly db: DatabaseSync) {
		this.names = new Names(db);
		this.usageReader = new UsageReader(db, this.names);
		this.insertDecision = db.prepare(
			insertion('decisions', [...COLUMN_NAMES, ...OPTIONAL_NAMES].map(columnIn).join(', ')),
		);
		this.insertAttempt = db.prepare(insertion('attempts', ATTEMPT_COLUMNS));
		this.insertFingerprint = db.prepare(insertion('fingerprints', 'decision, learner, strong, seen'));
	}

	append(rows: readonly DecisionRow[]): void {
		if (rows.length === 0) return;
		try {
			inTransaction(this.db, () => rows.forEach((row) => this.insert(row)));
			this.names.keep();
		} finally {
			this.names.forget();
		}
	}

	*usage({ spans, groupBy }: UsageQuery): Steps<UsageGroup[]> {
		return (yield* this.usageReader.read(spans, [{ groupBy, whole: false }]))[0];
	}

	usageViews: LedgerBook['usageViews'] = (spans, views) => this.usageReader.read(spans, views);

	failures: LedgerBook['failures'] = (span) => this.usageReader.failures(span);

	attempts: LedgerBook['attempts'] = (span) => new DecisionReader(this.db, this.names).attempts(span);

	decisions: LedgerBook['decisions'] = (query) => new DecisionReader(this.db, this.names).read(query);

	rate(id: string, { at, rating, note }: Feedback): boolean {
		const { changes } = this.db
			.prepare(
				'INSERT INTO feedback (decision, at, rating, note) SELECT id, ?, ?, ? FROM decisions WHERE id = ? ' +
					'ON CONFLICT DO UPDATE SET at = excluded.at, rating = excluded.rating, note = excluded.note',
			)
			.run(Math.floor(at), rating, note, bytesOfId(id));
		return Number(changes) > 0;
	}

	/** CROSS JOIN makes SQLite start with the few ratings instead of reading all fingerprints. */
	countLessons(learner: string, since: number): LessonCount {
		const row = this.db
			.prepare(
				'SELECT count(*) AS rated, max(f.at) AS latest, total(f.at > ?) AS newer ' +
					'FROM feedback f CROSS JOIN fingerprints p USING (decision) WHERE p.learner = ?',
			)
			.get(since, learner);
		return {
			rated: Number(row?.rated ?? 0),
			latest: Number(row?.latest ?? 0),
			newer: Number(row?.newer ?? 0),
		};
	}

	lessons(learner: string, limit: number): RatedLesson[] {
		const rows = this.db
			.prepare(
				'SELECT p.strong, p.seen, f.rating FROM feedback f CROSS JOIN fingerprints p USING (decision) ' +
					'WHERE p.learner = ? ORDER BY decision DESC LIMIT ?',
			)
			.all(learner, limit);
		return rows.reverse().map(({ strong, seen, rating }) => ({
			strong: strong === 1,
			seen: seen as Uint8Array,
			rating: rating as Feedback['rating'],
		}));
	}

	earliest(): number | null {
		const row = this.db.prepare('SELECT at FROM decisions ORDER BY id LIMIT 1').get();
		return row ? Number(row.at) : null;
	}

	prune(now: number): boolean {
		// Retention is at least a day.
		const until = firstIdAt(now - DAY_MS);
		const from = this.prunedTo ?? firstIdAt(0);
		const seen = this.db
			.prepare('SELECT id FROM decisions WHERE id >= ? AND id < ? ORDER BY id LIMIT 1 OFFSET ?')
			.get(from, until, PRUNE_CHUNK);
		const to = seen ? Buffer.from(seen.id as Uint8Array) : until;
		inTransaction(this.db, () => this.forget(from, to, now));
		this.prunedTo = seen ? to : null;
		if (seen) return true;
		this.db.exec('PRAGMA incremental_vacuum(2000)');
		return false;
	}

	salt(): string {
		return String(this.db.prepare("SELECT value FROM secrets WHERE name = 'salt'").get()?.value);
	}

	private forget(from: Buffer, to: Buffer, now: number): void {
		const expired = this.db
			.prepare(
				'DELETE FROM decisions WHERE id >= ? AND id < ? AND at + retention_days * 86400000 <= ? RETURNING id',
			)
			.all(from, to, Math.floor(now));
		const deleteAttempts = this.db.prepare('DELETE FROM attempts WHERE decision = ?');
		const deleteFeedback = this.db.prepare('DELETE FROM feedback WHERE decision = ?');
		const deleteFingerprint = this.db.prepare('DELETE FROM fingerprints WHERE decision = ?');
		for (const { id } of expired) {
			deleteAttempts.run(id as Uint8Array);
			deleteFeedback.run(id as Uint8Array);
			deleteFingerprint.run(id as Uint8Array);
		}
		if (timeOfId(to) < now - DAY_MS) return;
		const unused = 'SELECT id FROM accounts WHERE used_at < ?';
		this.db
			.prepare(`DELETE FROM reservations WHERE account IN (${unused})`)
			.run(Math.floor(now - ACCOUNT_KEPT_MS));
		this.db.prepare('DELETE FROM accounts WHERE used_at < ?').run(Math.floor(now - ACCOUNT_KEPT_MS));
		this.db.prepare('DELETE FROM facts WHERE changed_at < ?').run(Math.floor(now - FACT_KEPT_MS));
	}

	private insert(row: DecisionRow): void {
		const id = bytesOfId(row.id);
		const { changes } = this.insertDecision.run(...this.decisionValues(row, id));
		if (Number(changes) === 0) return;
		row.attempts.forEach((attempt, n) =>
			this.insertAttempt.run(...this.attemptValues(attempt, id, n, row.at)),
		);
		const { lesson } = row;
		if (lesson) this.insertFingerprint.run(id, lesson.learner, Number(lesson.strong), lesson.seen);
	}

	/** In the order of `COLUMN_NAMES` and `OPTIONAL_NAMES`. */
	private decisionValues(row: DecisionRow, id: Buffer): SQLInputValue[] {
		const own = COLUMN_NAMES.map((name) =>
			name === 'id' ? id : this.valueOf(DECISION_COLUMNS[name], row[name]),
		);
		return [...own, ...OPTIONAL_NAMES.map((name) => this.optionalValue(name, row))];
	}

	private optionalValue(name: OptionalColumn, row: DecisionRow): SQLInputValue {
		const type = OPTIONAL_COLUMNS[name];
		return this.valueOf(type, row[name] ?? (type === 'nano' ? 0 : null));
	}

	private valueOf(type: ColumnType, value: string | number | boolean | null): SQLInputValue {
		if (typeof value === 'boolean') return Number(value);
		if (typeof value === 'string') {
			if (type === 'name') return this.names.numberOf(value);
			return type === 'hash' ? Buffer.from(value, 'hex') : value;
		}
		if (value === null || type === 'nano') return value;
		return wholeOrNull(type === 'share' ? value * 1000 : value);
	}

	/** In the order of `ATTEMPT_COLUMNS`. */
	private attemptValues(attempt: AttemptRow, id: Buffer, n: number, decidedAt: number): SQLInputValue[] {
		return [
			id,
			n,
			this.names.numberOf(attempt.model),
			wholeOrNull(attempt.startedAt - decidedAt),
			wholeOrNull(attempt.ms),
			wholeOrNull(attempt.firstTokenMs),
			this.names.numberOf(attempt.outcome),
			attempt.status,
			this.names.numberOf(attempt.billing),
			wholeOrNull(attempt.inputTokens),
			wholeOrNull(attempt.outputTokens),
			attempt.costNano,
		];
	}
}

function insertion(table: string, columns: string): string {
	const places = columns.split(',').map(() => '?');
	return `INSERT INTO ${table} (${columns}) VALUES (${places.join(', ')}) ON CONFLICT DO NOTHING`;
}
